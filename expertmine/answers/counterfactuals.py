"""What would be otherwise: without a paper, without a rater; and how few papers a rank hangs on."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, SupportsInt, TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.answers.people import named_people
from expertmine.answers.topics import check_top, first_rows, named_topics, resolve_topic
from expertmine.config import AuthoritySettings, Config, InfluenceSettings, in_one_present
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError
from expertmine.influence import combine_sources
from expertmine.nominations.ballots import without_rater
from expertmine.nominations.names import name_key
from expertmine.nominations.weigh import latest_year
from expertmine.pipeline import STAGES, recompute
from expertmine.tables import TABLES
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

Scores: TypeAlias = tuple[pa.Table, pa.Table]
"""Evidence and scores."""
Without: TypeAlias = SupportsInt | str | Iterable[SupportsInt | str]

SINCE = "contributions"
"""The first stage that is run again: which topics there are, and who is who, is held."""
KEY = ["person_id", "topic_id"]
NUMBERS = ["authority", "standing", "combined", "rank", "micro"]
BY_PMID = ("articles", "mentions", "identities", "assignments", "contributions")
PAPERS = {**dict.fromkeys(BY_PMID, ("pmid",)), "citations": ("citing", "cited")}
"""Where a paper stands in the tables that the stages read."""


def what_if(corpus: Corpus, *, without: Without, top: int = 20) -> pd.DataFrame:
    """Say what would be otherwise if papers had not been published or raters had not spoken.

    Everything is computed anew from the contributions on, with topics, identities and the present as they are (the last
    paper or word taken away makes no other one younger), so the answer is, to the last digit, that of a whole run
    without them which is told the years, `as_of`, that are the present now. Without a rater, it shows whom the rater
    named: raters are promised that this is not published.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    without
        PMIDs, and raters by name as typed in the survey; one, or several. A number is a PMID; so is a text of digits,
        unless a rater is called that.
    top
        How many rows, the largest changes first; 0 for all.

    Returns
    -------
    pandas.DataFrame
        Who stands otherwise in a niche: person_id, name, topic_id, topic, authority, authority_without, standing,
        standing_without, combined, combined_without, rank, rank_without (by authority), micro, micro_without; null
        where nobody knows the person. Those come first who become or cease to be micro-influencers, then by the change
        of `combined`. Only people whom `influencers` holds before or after are compared.

    Raises
    ------
    ConfigError
        If a paper is not in the corpus, no rater of a name said anything, or `top` is below 0.
    """
    corpus = checked_corpus(corpus).pinned()
    check_top(top)
    reads = {name for stage in STAGES for name in stage.reads} & corpus.manifest.tables.keys()
    held = corpus.tables(*sorted(reads | {"topics", "scores", "standing", "influencers"}))
    given = {name for name, entry in corpus.manifest.tables.items() if entry.origin == "given"}
    pmids, raters = _told_apart(without, held.get("ballots"))
    left = _without_raters(_without_papers(held, pmids), raters)
    settings = _quick(in_one_present(corpus.config), as_of=_present(corpus))
    if raters:
        nominations = msgspec.structs.replace(settings.nominations, as_of=latest_year(held, settings.nominations))
        settings = msgspec.structs.replace(settings, nominations=nominations)
    after = recompute(left, settings, since=SINCE, given=given)
    rows = _differences(*(_standings(tables, settings.influence) for tables in (held, after)))
    spoken = after["nominees"].select(["person_id", "name"]).to_pylist()
    names = {row["person_id"]: row["name"] for row in spoken} | named_people(corpus)
    rows.insert(1, "name", rows["person_id"].map(names))
    rows.insert(3, "topic", rows["topic_id"].map(named_topics(corpus)))
    return first_rows(rows, top)


def fragility(corpus: Corpus, topic: str, *, top: int = 0) -> pd.DataFrame:
    """Say on how few papers it hangs that somebody is among a topic's first.

    A person's papers are taken away one after the other, each time the one that adds most to the score then, until the
    person is no longer among the first `niche_top`; other people's scores move as they would. The number found is never
    below the least that would do, and above it only where a lesser paper's loss would cost more rank.

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    topic
        A topic's id or exact name.
    top
        How many of the first; 0 for all of `niche_top`.

    Returns
    -------
    pandas.DataFrame
        person_id, name, rank, papers (in the topic), carried_by (papers whose loss takes the person from the first),
        best_share (of the score that comes from the best paper), rank_without_best (null: nothing is left), pmids
        (those taken away, in order); the most fragile first.

    Raises
    ------
    ConfigError
        If no such topic exists, or `top` is below 0.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    topic_id = resolve_topic(corpus, topic)
    here = pc.field("topic_id") == topic_id
    tables = corpus.tables("contributions", "articles", "citations", "scores")
    inside = {**tables, "contributions": tables["contributions"].filter(here)}
    told = inside["contributions"]["pmid"].unique()  # no other changes a score of the topic
    inside = _of_papers(inside, lambda pmids: pc.is_in(pmids, value_set=told))
    settings = _quick(corpus.config, as_of=_present(corpus)).authority
    inside["articles"] = pa.concat_tables([inside["articles"], _latest(tables["articles"], settings, told)])
    first = corpus.config.influence.niche_top
    leaders = tables["scores"].filter(here & (pc.field("rank") <= first)).sort_by([("rank", "ascending")])
    names, score = named_people(corpus), functools.partial(_scored, inside, settings)
    whole, papers = score(), Counter(inside["contributions"]["person_id"].to_pylist())
    rows = [
        {"person_id": one, "name": names[one], "papers": papers[one], **_taken_apart(one, whole, score, first)}
        for one in first_rows(leaders.select(["person_id"]).to_pandas(), top)["person_id"]
    ]
    columns = ["person_id", "name", "rank", "papers", "carried_by", "best_share", "rank_without_best", "pmids"]
    found = pd.DataFrame(rows, columns=columns).astype({"rank_without_best": "Int64"})
    return found.sort_values(["carried_by", "rank", "person_id"]).reset_index(drop=True)


def _latest(articles: pa.Table, settings: AuthoritySettings, told: pa.Array) -> pa.Table:
    """Return a paper of the present from outside the topic, lest the year look mistaken to a quiet topic."""
    there = (pc.field("year") >= (settings.as_of or 0)) & ~pc.field("pmid").isin(told)
    return articles.filter(there).slice(0, 1)


def _told_apart(without: Without, ballots: pa.Table | None) -> tuple[list[int], list[str]]:
    """Tell papers from raters."""
    known = {name_key(name) for name in ballots["rater"].unique().to_pylist()} if ballots is not None else set()
    pmids: list[int] = []
    raters: dict[str, str] = {}
    for each in [without] if isinstance(without, str) or not isinstance(without, Iterable) else without:
        if isinstance(each, str) and (name_key(each) in known or not each.strip().isdecimal()):
            raters.setdefault(name_key(each), each)
        else:
            pmids.append(_pmid(each))
    return pmids, list(raters.values())


def _pmid(told: SupportsInt | str) -> int:
    try:
        number = int(told)
    except (TypeError, ValueError, OverflowError):
        number = 0
    if number < 1 or (number != told and not isinstance(told, str)):
        raise ConfigError(f"without names {told!r}, expected PMIDs (whole numbers) and raters (texts)")
    return number


def _taken_apart(person: str, whole: Scores, score: Callable[..., Scores], first: int) -> dict[str, object]:
    """Take a person's best paper away until the person is not among the first."""
    taken: list[int] = []
    ranks: list[int | None] = []
    shares: list[float] = []
    while True:
        points, rank = _points(person, *(score(*taken) if taken else whole))
        ranks.append(rank)
        if not points or rank is None or rank > first:
            break
        best = max(sorted(points), key=lambda pmid: round(points[pmid], 12))
        shares.append(points[best] / sum(points.values()))
        taken.append(best)
    return {
        "rank": ranks[0], "carried_by": len(taken), "best_share": shares[0] if shares else 0.0,
        "rank_without_best": ranks[1] if len(ranks) > 1 else None, "pmids": taken,
    }  # fmt: skip


def _scored(tables: Mapping[str, pa.Table], settings: AuthoritySettings, *without: int) -> Scores:
    """Return evidence and scores as they were without these papers."""
    from expertmine.authority import score_authority

    left = _without_papers(tables, without)
    dated = tables["articles"]  # those taken away too: that the last ones are gone is no slip in the present year
    return score_authority(left["contributions"], dated, citations=left["citations"], settings=settings)


def _points(person: str, evidence: pa.Table, scores: pa.Table) -> tuple[dict[int, float], int | None]:
    """Return what each paper of a person adds to the score, and the rank it comes to."""
    mine = pc.field("person_id") == person
    rows = evidence.filter(mine).group_by("pmid").aggregate([("points", "sum")])
    points = dict(zip(rows["pmid"].to_pylist(), rows["points_sum"].to_pylist(), strict=True))
    rank = scores.filter(mine)["rank"].to_pylist()
    return points, rank[0] if rank else None


def _without_papers(tables: Mapping[str, pa.Table], pmids: Sequence[int]) -> dict[str, pa.Table]:
    """Return the tables that the stages read as if these papers had never been."""
    if "articles" in tables and (absent := set(pmids) - set(tables["articles"]["pmid"].to_pylist())):
        raise ConfigError(f"no article of this corpus has the PMID {', '.join(map(str, sorted(absent)))}")
    gone = pa.array(sorted(pmids), pa.int64())
    return _of_papers(tables, lambda each: pc.invert(pc.is_in(each, value_set=gone)))


def _of_papers(tables: Mapping[str, pa.Table], keep: Callable[[pa.Array], pa.Array]) -> dict[str, pa.Table]:
    """Return the tables with the papers that are to be kept, wherever they stand."""
    left = dict(tables)
    for name, columns in PAPERS.items():
        for column in columns if name in left else ():
            left[name] = left[name].filter(keep(left[name][column]))
    return left


def _without_raters(tables: dict[str, pa.Table], raters: Iterable[str]) -> dict[str, pa.Table]:
    for rater in raters:
        ballots = tables.get("ballots", TABLES["ballots"].empty())
        left = without_rater(ballots, rater)
        if left.num_rows == ballots.num_rows:
            raise ConfigError(
                f"no rater called '{rater}' said anything; type the name as it stands in the survey, or a PMID"
            )
        tables = {**tables, "ballots": left}
    return tables


def _present(corpus: Corpus) -> int | None:
    """Return the year from which the past is seen; a last paper that is taken away does not turn back the time."""
    from expertmine.authority.weights import present_year

    articles = keep_analysed(corpus, corpus.table("articles", ["pmid", "year"]))
    return present_year(articles, corpus.config.authority) or None


def _quick(settings: Config, *, as_of: int | None) -> Config:
    """Hold the present, and leave out the intervals, on which nothing that is compared here depends."""
    authority = msgspec.structs.replace(settings.authority, bootstraps=0, as_of=as_of)
    return msgspec.structs.replace(settings, authority=authority)


def _standings(tables: Mapping[str, pa.Table], settings: InfluenceSettings) -> pd.DataFrame:
    """Return how everybody stands in every niche, and whether `influencers` holds them."""
    niches = tables["topics"].filter(pc.field("layer") == NICHE)["topic_id"].combine_chunks()
    inside = (
        tables[name].filter(pc.is_in(tables[name]["topic_id"], value_set=niches)) for name in ("scores", "standing")
    )
    rows = combine_sources(*(each.to_pandas() for each in inside), settings=settings)
    held = tables["influencers"].select([*KEY, "micro"]).to_pandas().astype(dict.fromkeys(KEY, object))
    rows = rows.rename(columns={"niche_rank": "rank"}).merge(held.assign(held=True), on=KEY, how="left")
    rows["micro"] = rows["micro"].astype("boolean").fillna(value=False)
    return rows[[*KEY, *NUMBERS, "held"]]


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return who stands otherwise, the greatest changes first."""
    both = before.merge(after, on=KEY, how="outer", suffixes=("", "_without"))
    both = both[both["held"].notna() | both["held_without"].notna()]
    both = both.astype({"rank": "Int64", "rank_without": "Int64", "micro": "boolean", "micro_without": "boolean"})
    same = [
        both[name].eq(both[f"{name}_without"]).fillna(value=False) | both[name].isna() & both[f"{name}_without"].isna()
        for name in NUMBERS
    ]
    rows = both[~functools.reduce(operator.and_, same)]
    flips = rows["micro"].fillna(value=False) != rows["micro_without"].fillna(value=False)
    change = (rows["combined"].fillna(0.0) - rows["combined_without"].fillna(0.0)).abs().round(12)
    rows = rows.assign(flips=flips, change=change)
    rows = rows.sort_values(["flips", "change", *KEY], ascending=[False, False, True, True])
    ordered: pd.DataFrame = rows[[*KEY, *(column for name in NUMBERS for column in (name, f"{name}_without"))]]
    return ordered
