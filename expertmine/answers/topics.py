"""Questions about topics: which there are, which a text is about, what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.answers.suggesting import suggest_topics
from expertmine.config import check_count
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError, ModelError
from expertmine.sources.query import plain_question
from expertmine.stage import made_outside
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

FIRM = 0.5
"""A topic of lower stability dissolves when a fifth of the articles is missing (Hennig 2007): every answer marks it."""
RECENT = 5
"""Years that a trend speaks of."""


def list_topics(corpus: Corpus, text: str | None = None, *, top: int = 0) -> pd.DataFrame:
    """List the topics, niches first and the largest first; with a text, the niches nearest to it.

    Parameters
    ----------
    corpus
        A corpus run until 'topics' at least.
    text
        A question, or a pasted paragraph; then the niches it speaks of, best first, with `match` and the `phrases` by
        which text and niche meet.
    top
        How many rows; 0 for all.

    Returns
    -------
    pandas.DataFrame
        topic_id, layer, parent_id, size, name, keyphrases, facets, stability, representatives; unstable: whether the
        stability is below a half; years: pairs of year and articles; trend: the share of the topic's articles that the
        corpus's last five years hold, over that share in the whole corpus (1: as everywhere).

    Raises
    ------
    ConfigError
        If the text is none, or `top` is below 0.
    DataError
        If no word of the text occurs in the corpus.
    """
    corpus = checked_corpus(corpus).pinned()
    named = _with_years(corpus)
    named["unstable"] = named["stability"] < FIRM
    if text is None:
        named = named.sort_values(["layer", "size", "topic_id"], ascending=[True, False, True])
        return first_rows(named, top)
    from expertmine.topics import rank_topics

    text = read_question(text)
    held = corpus.tables("topics", "assignments")
    ranked = rank_topics(text, relevance=measure_relevance(corpus, text, plain=True), **held)
    found = ranked[ranked["layer"] == NICHE].merge(named.drop(columns=["layer", "name"]), on="topic_id")
    return first_rows(found, top)


def find_topic(corpus: Corpus, text: str) -> str:
    """Return the id of the niche that a text is about.

    Raises
    ------
    ConfigError
        If the corpus has no niche, or the text is none.
    DataError
        If no word of the text occurs in the corpus.
    """
    ranked = list_topics(corpus, read_question(text), top=1)
    if ranked.empty:
        raise ConfigError(f"{corpus!r} has no niche; `expertmine topics {corpus.path}` lists its topics")
    return str(ranked["topic_id"].iloc[0])


def topic_history(corpus: Corpus, topic: str | None = None) -> pd.DataFrame:
    """Read the ledger of the topics: each fit, and what became of each topic in it.

    Parameters
    ----------
    corpus
        A corpus run until 'topics' at least.
    topic
        A topic's id or exact name, also those of a retired one; by default all.

    Returns
    -------
    pandas.DataFrame
        number: counts the fits and extensions. event: 'fitted' and 'extended' (all articles), 'born', 'split',
        'merged', 'retired'. topic_id, layer, name: of what was split, of what others were merged into, else of the
        topic. before, after: ids. papers: those of the topic, or of a split or merger those in both fits. share:
        'fitted': articles in a niche that kept it; 'extended': new articles that joined a niche.

    Raises
    ------
    ConfigError
        If no topic, of now or of before, has that id or name.
    """
    corpus = checked_corpus(corpus).pinned()
    ledger = corpus.frame("lineage")
    if topic is None:
        return ledger
    check_name(topic)
    ends = zip(ledger["topic_id"], ledger["before"], ledger["after"], strict=True)
    known = [{own, *before, *after} for own, before, after in ends]
    topic_id = topic if any(topic in ids for ids in known) else _called(corpus, topic, ledger)
    return ledger[[topic_id in ids for ids in known]].reset_index(drop=True)


def _called(corpus: Corpus, topic: str, ledger: pd.DataFrame) -> str:
    """Return the id of the topic of that name, of now or, if there is none, the last one of the ledger."""
    former = ledger.loc[ledger["name"].str.casefold() == topic.casefold(), "topic_id"]
    return str(former.iloc[-1]) if len(former) and not topics_called(corpus, topic) else resolve_topic(corpus, topic)


def resolve_topic(corpus: Corpus, topic: str) -> str:
    """Return the id of a topic given by id or by exact name, whatever its case; of several, that of the finest."""
    if found := topics_called(corpus, topic):
        return found[0]
    known = corpus.table("topics", ["topic_id", "name", "size"]).to_pylist()
    near = suggest_topics(topic, known)
    raise ConfigError(
        f"no topic is called '{topic}'{near} (`expertmine topics {corpus.path} \"words\"` finds the niches that are"
        f" about some words, `expertmine topics {corpus.path}` lists all {len(known)})"
    )


def topics_called(corpus: Corpus, topic: str) -> list[str]:
    """Return the ids of the topics given by id or by exact name, niches first: a theme may be called like a niche."""
    check_name(topic)
    known = corpus.table("topics", ["topic_id", "name", "layer"]).to_pylist()
    found = [row for row in known if topic == row["topic_id"]]
    found = found or [row for row in known if topic.casefold() == row["name"].casefold()]
    return [row["topic_id"] for row in sorted(found, key=lambda row: (row["layer"], row["topic_id"]))]


def named_topics(corpus: Corpus, *, layer: int | None = None) -> dict[str, str]:
    """Return the name of every topic, or of those of one layer, by id."""
    rows = corpus.table("topics", ["topic_id", "layer", "name"]).to_pylist()
    return {row["topic_id"]: row["name"] for row in rows if layer is None or row["layer"] == layer}


def unstable_topics(corpus: Corpus) -> frozenset[str]:
    """Return the topics that are not to be relied on."""
    topics = corpus.table("topics", ["topic_id", "stability"])
    return frozenset(topics.filter(pc.less(topics["stability"], FIRM))["topic_id"].to_pylist())


def missing_words(corpus: Corpus, text: str) -> list[str]:
    """Return the words of a question that the corpus does not know (too few articles hold them), each once."""
    from expertmine.text.terms import read_text

    known = set(corpus.table("lexicon", ["term"])["term"].to_pylist())
    return [word for word in dict.fromkeys(read_text(read_question(text))[0]) if word not in known]


def relevance(corpus: Corpus, text: str) -> pd.DataFrame:
    """Say how well every article answers a question: pmid, relevance."""
    return cast("pd.DataFrame", measure_relevance(corpus, text).to_pandas())


def measure_relevance(corpus: Corpus, text: str, *, plain: bool = False, as_of: int | None = None) -> pa.Table:
    """Return the relevance as an Arrow table, of the articles to `as_of` only, if that is given.

    If `plain`, only by what each article says itself: without feedback and without its neighbours.
    """
    from expertmine.embed import load_encoder
    from expertmine.text.relevance import score_relevance

    text = read_question(text)
    refuse_another_model(corpus)
    encoder = load_encoder(corpus.config.embed.model)
    beside = {"feedback": 0, "neighbours": 0} if plain else {}
    tables = corpus.tables("terms", "lexicon", "vectors")
    if as_of is not None:  # what came later must not say which of the earlier answer
        years = corpus.table("articles", ["pmid", "year"])
        later = years.filter(pc.field("year") > as_of)["pmid"].combine_chunks()
        for name in ("terms", "vectors"):
            tables[name] = tables[name].filter(~pc.is_in(pc.field("pmid"), value_set=later))
        if not len(tables["terms"]):
            return pa.table({"pmid": pa.array([], pa.int64()), "relevance": pa.array([], pa.float64())})
    return score_relevance(text, **tables, encoder=encoder, **beside)


def refuse_another_model(corpus: Corpus) -> None:
    """Refuse to place a question by a model that was trained anew since it placed the articles."""
    from expertmine.embed import hash_model

    manifest, settings = corpus.manifest, corpus.config.embed
    made_by = made_outside(manifest.stages.get("embed", ""))
    vectors = manifest.tables.get("vectors")
    if made_by and vectors is not None and vectors.origin != "given" and hash_model(settings) not in ("", made_by):
        raise ModelError(
            f"the model in '{settings.model}' is no longer the one that placed the articles;"
            f" `expertmine run {corpus.path}` places them by it"
        )


def first_rows(frame: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the first so many rows; 0 for all."""
    check_top(top)
    return (frame.head(top) if top else frame).reset_index(drop=True)


def check_top(top: int) -> None:
    """Refuse a number of rows below 0."""
    check_count(top, name="top", zero="all")


def check_name(name: object, *, of: str = "topic") -> None:
    """Refuse what can be neither an id nor a name."""
    if not isinstance(name, str):
        raise ConfigError(f"{of} is {name!r}, expected an id or an exact name, as text")


def read_question(text: str) -> str:
    """Return what a question asks in words: a PubMed query without its field tags and operators.

    Words behind a NOT are asked for like the others: a question in words excludes nothing.
    """
    if not isinstance(text, str):
        raise ConfigError(f"text is {text!r}, expected a question in words")
    if not (words := plain_question(text)).strip():
        raise ConfigError("the text is empty, expected a question in words")
    return words


def _with_years(corpus: Corpus) -> pd.DataFrame:
    """Return the topics with the articles of each year, and the trend of the last years."""
    from expertmine.authority.weights import present_year

    topics = corpus.frame("topics")
    articles = keep_analysed(corpus, corpus.table("articles", ["pmid", "year"]))
    dated, present = articles.to_pandas().dropna(), present_year(articles, corpus.config.authority)
    members = corpus.frame("assignments").merge(dated, on="pmid")
    counts = members.groupby(["topic_id", "year"]).size()
    years: dict[str, list[tuple[int, int]]] = {}
    for topic, year, number in counts.reset_index().itertuples(index=False):
        years.setdefault(topic, []).append((int(year), int(number)))
    topics["years"] = topics["topic_id"].map(lambda topic: years.get(topic, []))
    topics["trend"] = topics["topic_id"].map(_trend(members, dated, present=present)).round(3)
    return topics


def _trend(members: pd.DataFrame, dated: pd.DataFrame, *, present: int) -> pd.Series[float]:
    """Return the share of the last years in each topic's articles over that in all articles, to the present."""
    within, past = (frame[frame["year"] <= present] for frame in (members, dated))
    lately, everywhere = ((frame["year"] > present - RECENT).astype(float) for frame in (within, past))
    return lately.groupby(within["topic_id"]).mean() / max(everywhere.mean(), 1e-9)
