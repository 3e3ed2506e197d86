"""Strong in the niche, small outside it: the micro-influencers, with the test that says so."""

from __future__ import annotations

import functools
import operator
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from expertmine.config import InfluenceSettings, checked_section
from expertmine.specialisation import KEY, measure_specialisation
from expertmine.tables import TABLES, Frame
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["combine_sources", "find_influencers", "passed_gates", "rank_volume"]

BOUNDS = ["low", "high"]
WHOLE = {"papers": "int64", "niche_papers": "int64", "led": "int64", "volume_rank": "Int64"}
RRF = 60
"""Ranks that soften the difference between the first places (Cormack, Clarke & Buettcher 2009)."""


def find_influencers(  # noqa: PLR0913 - a stage has a parameter for each table that it reads
    scores: Frame,
    contributions: Frame,
    *,
    topics: Frame,
    standing: Frame,
    nominees: Frame | None = None,
    nominations: Frame | None = None,
    settings: InfluenceSettings = InfluenceSettings(),
) -> pa.Table:
    """Find who leads each niche by literature or by peers, and test which of them volume would miss.

    A micro-influencer is in the niche's top by authority, outside the area's top by number of papers, specialised
    (5 % bound of the location quotient above 1), more often in the niche than chance allows (q), and has the papers,
    one of them led, or the nominations to stand on. Somebody whom enough peers name needs no papers; those
    whose papers do not count (retracted, or later than `as_of`) are not without.

    Parameters
    ----------
    scores, contributions, topics, standing
        Tables of these names (Arrow or pandas); `standing` may be empty.
    nominees
        Who is on no paper at all; if left out, whoever has none that counts.
    nominations
        What raters said; if left out, as many are taken to be heard in a topic as named one person there.
    settings
        How many are 'top', how strict the test is, what a peer's word weighs beside the literature.

    Returns
    -------
    pyarrow.Table
        `influencers`: everyone in a niche's top by authority or named by a peer. `quadrant` is null where no peer was
        heard in the niche, by a word that counts: nobody knows whom peers would miss. p tests, against papers drawn
        from the whole area in the same years and two around (a paper without a year: in all), that so many of a
        person's papers lie in the niche by chance; its binomial tail bounds that of unequal years from above where one
        more than expected is there (Hoeffding 1956). q is its adjustment (Benjamini & Hochberg 1995) over each person
        with `min_papers` papers and each niche, with a paper of theirs or without; of who is named by `min_nominators`,
        over those alone; 1 for everybody else.

    Raises
    ------
    ConfigError
        If a setting is out of its range.
    TableError
        If a table breaks its declaration.
    """
    settings = checked_section(settings, InfluenceSettings)
    layers = _frame("topics", topics)
    niches = layers.loc[layers["layer"] == NICHE, "topic_id"].tolist()
    papers = _frame("contributions", contributions)
    whole = papers.drop_duplicates(["person_id", "pmid"])  # the area: all that is in any topic
    rows = _leaders(_frame("scores", scores), _frame("standing", standing), niches, settings)
    named = rows[(rows["nominators"] >= settings.min_nominators) & rows["person_id"].isin(whole["person_id"])]
    inside = papers[papers["topic_id"].isin(niches)]
    measured = measure_specialisation(whole, inside, named=named, settings=settings)
    rows = rows.merge(measured, on=KEY, how="left").merge(rank_volume(whole), on="person_id", how="left")
    absent = {"papers": 0, "niche_papers": 0, "led": 0, "specialisation": 0.0, "lq_low": 0.0, "p": 1.0, "q": 1.0}
    rows = rows.fillna(absent).astype(WHOLE)
    rows["unpublished"] = rows["papers"] == 0 if nominees is None else rows["person_id"].isin(_ids(nominees))
    rows["pmids"] = _pmids(papers, rows)
    rows["heard"] = _heard(rows, nominations)
    rows["quadrant"] = _quadrant(rows, settings)
    rows["micro"] = _is_micro(rows, settings)
    rows["why"] = [_why(row, settings) for row in rows.to_dict("records")]
    rows = rows.sort_values(["topic_id", "combined", "person_id"], ascending=[True, False, True])
    return TABLES["influencers"].arrow(rows[TABLES["influencers"].schema.names].reset_index(drop=True))


def _frame(name: str, data: Frame) -> pd.DataFrame:
    frame: pd.DataFrame = TABLES[name].arrow(data).to_pandas()
    # pandas 3 cannot merge two empty columns of its own strings.
    return frame.astype({key: object for key in frame.columns.intersection(KEY)})


def _ids(nominees: Frame) -> list[str]:
    return _frame("nominees", nominees)["person_id"].tolist()


def _leaders(
    scores: pd.DataFrame, standing: pd.DataFrame, niches: list[str], settings: InfluenceSettings
) -> pd.DataFrame:
    """Everyone in a niche's top by authority or named by a peer, with both and their sum."""
    inside = (each.loc[each["topic_id"].isin(niches)] for each in (scores, standing))
    rows = combine_sources(*inside, settings=settings)
    return rows[(rows["niche_rank"] <= settings.niche_top) | (rows["nominators"] > 0)]


def combine_sources(scores: pd.DataFrame, standing: pd.DataFrame, *, settings: InfluenceSettings) -> pd.DataFrame:
    """Set literature and peers side by side for everybody whom either knows, topic by topic.

    Returns
    -------
    pandas.DataFrame
        person_id, topic_id, authority (0 where unknown), niche_rank (the last and one more where unknown), standing
        (null where nobody named the person), nominators, combined: (1 - w)·z(authority) + w·z(standing) with w =
        `peer_weight` and z over the topic's people; or, with `combine = "rrf"`, the reciprocal ranks (Cormack, Clarke &
        Buettcher 2009) weighed likewise. combined_low, combined_high: the sources' 90 % intervals, of papers and
        identities here and of raters there, put together as if independent: half-widths add as squares. Who is unknown
        to a source has no doubt from it; ranks have no interval (null).

    Raises
    ------
    ConfigError
        If a setting is out of its range.
    """
    settings = checked_section(settings, InfluenceSettings)
    literature = scores[[*KEY, "score", "rank", *BOUNDS]].rename(columns={"score": "authority", "rank": "niche_rank"})
    peers = standing[[*KEY, "standing", "nominators", *BOUNDS]]
    literature, peers = (each.astype(dict.fromkeys(KEY, object)) for each in (literature, peers))  # as in _frame
    rows = literature.merge(peers, on=KEY, how="outer", suffixes=("_authority", "_standing"))
    unranked = rows.groupby("topic_id")["niche_rank"].transform("max").fillna(0) + 1
    rows["niche_rank"] = rows["niche_rank"].fillna(unranked).astype("int64")
    rows = rows.fillna({"authority": 0.0, "nominators": 0}).astype({"nominators": "int64"})
    part = _reciprocal_rank if settings.combine == "rrf" else _z
    heard = rows.assign(standing=rows["standing"].fillna(0.0))  # null where no peer was heard
    rows["standing"] = rows["standing"].where(rows["nominators"] > 0)
    weights = {"authority": 1 - settings.peer_weight, "standing": settings.peer_weight}
    rows["combined"] = sum(weight * part(heard, source) for source, weight in weights.items())
    for bound, sign in zip(BOUNDS, (-1, 1), strict=True):
        widths = [
            weight * (heard[source] - heard[f"{bound}_{source}"]).astype(float).fillna(0.0) / _spread(heard, source)
            for source, weight in weights.items()
        ]
        width = np.sqrt(sum(each.fillna(0.0) ** 2 for each in widths))
        rows[f"combined_{bound}"] = rows["combined"] + sign * width if settings.combine == "z-sum" else np.nan
    return rows.drop(columns=[f"{bound}_{source}" for bound in BOUNDS for source in weights])


def _reciprocal_rank(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    ranks = rows.groupby("topic_id")[column].rank(method="average", ascending=False)
    return 1.0 / (RRF + ranks)


def _z(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """Standardise a column within each topic; 0 where all are equal."""
    return ((rows[column] - rows.groupby("topic_id")[column].transform("mean")) / _spread(rows, column)).fillna(0.0)


def _spread(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return the standard deviation within each topic; null where all are equal."""
    spread = rows.groupby("topic_id")[column].transform(lambda values: values.std(ddof=0))
    return spread.where(spread > 1e-12)


def rank_volume(whole: pd.DataFrame) -> pd.DataFrame:
    """Count what a volume ranking sees: papers in the area, and the rank that gives (ties share the best).

    Parameters
    ----------
    whole
        person_id of each paper of each person.

    Returns
    -------
    pandas.DataFrame
        person_id, papers, volume_rank.
    """
    count = whole.groupby("person_id").size().rename("papers").reset_index()
    count["volume_rank"] = count["papers"].rank(method="min", ascending=False).astype("int64")
    return count


def _pmids(papers: pd.DataFrame, rows: pd.DataFrame) -> list[list[int]]:
    """List the niche papers of each row, the most fitting first."""
    wanted = papers.merge(rows[KEY], on=KEY).sort_values(
        [*KEY, "strength", "pmid"], ascending=[True, True, False, True]
    )
    lists = wanted.groupby(KEY)["pmid"].agg(list).to_dict()
    return [lists.get(key, []) for key in zip(rows["person_id"], rows["topic_id"], strict=True)]


def _leads(rows: pd.DataFrame, settings: InfluenceSettings) -> pd.Series[bool]:
    """Say who is in a niche's top by something that counts: where nothing does, all share the first rank."""
    return (rows["niche_rank"] <= settings.niche_top) & (rows["authority"] > 0)


def _heard(rows: pd.DataFrame, nominations: Frame | None) -> pd.Series[int]:
    """Count the peers whose words count in each row's topic: no fewer than those who named one person there."""
    most = rows.groupby("topic_id")["nominators"].transform("max")
    if nominations is None:
        return most
    words = _frame("nominations", nominations)
    raters = words[words["weight"] > 0].groupby("topic_id")["nominator"].nunique()
    return rows["topic_id"].map(raters).fillna(0).astype("int64").clip(lower=most)


def _quadrant(rows: pd.DataFrame, settings: InfluenceSettings) -> pd.Series[str]:
    """Say who is seen by which source; None where no peer was heard."""
    import pandas as pd

    literature = _leads(rows, settings)
    peers = rows["nominators"] >= settings.min_nominators
    seen = np.select([literature & peers, literature, peers], ["both", "literature only", "peers only"], "neither")
    return pd.Series(seen, rows.index, dtype=object).where(rows["heard"] > 0, None)


def passed_gates(rows: pd.DataFrame, settings: InfluenceSettings) -> dict[str, pd.Series[bool]]:
    """Say which rows of `influencers` pass each gate for people on papers, by its words (`{here}`: of which niche)."""
    s, named = settings, rows["nominators"] >= settings.min_nominators
    papers = (rows["niche_papers"] >= s.min_papers) & (rows["led"] >= s.min_led)
    grounds = f"with {s.min_papers} papers there, {s.min_led} of them led, or {s.min_nominators} peers"
    return {
        f"among the first {s.niche_top} {{here}} by authority": _leads(rows, s),
        f"outside the first {s.volume_top} of the area by papers": _is_hidden(rows, s),
        grounds: papers | named,
        "specialised (5 % bound above the area's share)": rows["lq_low"] > 1,
        f"beyond chance (q at most {s.q:g})": rows["q"] <= s.q,
    }


def _is_hidden(rows: pd.DataFrame, settings: InfluenceSettings) -> pd.Series[bool]:
    return rows["volume_rank"].fillna(settings.volume_top + 1).astype(int) > settings.volume_top


def _is_micro(rows: pd.DataFrame, settings: InfluenceSettings) -> pd.Series[bool]:
    named = rows["nominators"] >= settings.min_nominators
    passed = functools.reduce(operator.and_, passed_gates(rows, settings).values())
    return passed | (_is_hidden(rows, settings) & named & rows["unpublished"])


def _why(row: Mapping[Hashable, Any], settings: InfluenceSettings) -> str:
    """State every margin of the definition in one line, also where it failed."""
    gate = f"{settings.min_nominators} stand for papers" if row["papers"] else f"needs {settings.min_nominators}"
    heard = "1 peer" if row["heard"] == 1 else f"{row['heard']} peers"
    named = f"named by {row['nominators']} of the {heard} heard ({gate})"
    told = named if row["heard"] else "no peer heard in this niche"
    if row["papers"] == 0:
        none = (
            "no paper in this corpus" if row["unpublished"] else "no paper that counts (retracted, or of later years)"
        )
        return f"{none}; {told}"
    return (
        f"authority rank {row['niche_rank']} in the niche (top {settings.niche_top} count); "
        f"volume rank {row['volume_rank']} in the area (hidden outside the top {settings.volume_top}); "
        f"{row['niche_papers']} of {row['papers']} papers in the niche (needs {settings.min_papers}), "
        f"{row['led']} led (needs {settings.min_led}), "
        f"{row['specialisation']:.1f} times the area's share "
        f"(at least {_told(row['lq_low'], 1, 1, 'f')}; needs above 1); "
        f"q = {_told(row['q'], settings.q, 2, 'g')} (at most {settings.q:g}); {told}"
    )


def _told(value: float, limit: float, digits: int, kind: str) -> str:
    """Round a number to so many digits, or to as many more as keep it on its side of the limit."""
    texts = (f"{value:.{more}{kind}}" for more in range(digits, 17))
    return next((text for text in texts if (float(text) > limit) == (value > limit)), repr(value))
