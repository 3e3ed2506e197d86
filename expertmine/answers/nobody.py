"""Why nobody can be listed: what an answer without a person does not say itself."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.config import in_one_present
from expertmine.corpus import Corpus
from expertmine.influence import passed_gates
from expertmine.wording import count

READ = {"articles", "mentions", "persons", "topics", "scores"}


def why_nobody(corpus: Corpus) -> str:
    """Say why nobody of a corpus run until 'authority' can be ranked; nothing where somebody can."""
    corpus = corpus.pinned()
    if not corpus.manifest.tables.keys() >= READ:  # tables that were handed in, one by one
        return ""
    if pc.any(pc.greater(corpus.table("scores")["score"], 0)).as_py():
        return ""
    articles = keep_analysed(corpus, corpus.table("articles", ["pmid", "year", "retracted", "kind"]))
    if not len(articles):
        return "the corpus holds no article that was run"
    if not len(corpus.table("persons")):
        groups = corpus.table("mentions", ["collective"])["collective"].drop_null()
        return f"none of its {count(len(articles), 'article')} names a person{', only groups' if len(groups) else ''}"
    if not len(corpus.table("topics", ["layer"])):
        return ""  # of which nobody could be
    lost = _not_counted(articles, in_one_present(corpus.config).contributions.as_of)
    if sum(number for _, number in lost) < len(articles):
        return f"none of its {count(len(articles), 'article')} that counts names a person"
    told = ", ".join(f"{number:,} {which}" for which, number in lost if number)
    return f"none of its {count(len(articles), 'article')} counts: {told}"


def why_no_influencer(corpus: Corpus, topic_id: str | None = None) -> str:
    """Say at which test the last person failed to be a micro-influencer, of a niche or of any.

    Parameters
    ----------
    corpus
        A corpus run to the end, without a micro-influencer in that niche.
    topic_id
        A niche; by default all.

    Returns
    -------
    str
        Why nobody can be ranked; or that there is no niche; or how many places in niches were left after each gate of
        the definition, to the first that left none.
    """
    corpus = corpus.pinned()
    if reason := why_nobody(corpus):
        return reason
    if not len(corpus.table("topics", ["layer"]).filter(pc.field("layer") == 0)):
        least = corpus.config.topics.min_size
        return f"the corpus has no niche, which takes at least {least} similar articles"
    rows = corpus.table("influencers")
    here = "of the niche" if topic_id is not None else "of a niche"
    rows = rows if topic_id is None else rows.filter(pc.field("topic_id") == topic_id)
    settings, left = corpus.config.influence, None
    told: list[str] = []
    for gate, passed in passed_gates(rows.to_pandas(), settings).items():
        left = passed if left is None else left & passed
        which = f"{int(left.sum()):,}" if left.any() else "none"
        told.append(f"{which} of {'these' if told else count(len(rows), 'place')} {gate.format(here=here)}")
        if not left.any():
            break
    return "; ".join(told)


def _not_counted(articles: pa.Table, as_of: int | None) -> list[tuple[str, int]]:
    """Count the articles that count for nobody, each once, by why."""
    notices = pc.equal(articles["kind"], "notice")
    retracted = pc.and_(articles["retracted"], pc.invert(notices))
    others = articles.filter(pc.invert(pc.or_(notices, retracted)))
    later = others.filter(pc.field("year") > as_of) if as_of is not None else others.slice(0, 0)
    sums = [
        ("retracted", pc.sum(retracted).as_py()),
        ("notices of a retraction or an erratum", pc.sum(notices).as_py()),
    ]
    return [*((which, number or 0) for which, number in sums), (f"later than {as_of}", len(later))]
