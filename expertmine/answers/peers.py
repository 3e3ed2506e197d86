"""Questions about what peers said: beside the literature, how they agree, how complete it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from expertmine.answers.people import named_people
from expertmine.answers.topics import first_rows, named_topics, resolve_topic
from expertmine.answers.tops import in_top
from expertmine.config import check_count
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.influence import combine_sources
from expertmine.nominations.review import CANDIDATES, list_doubles, list_doubts
from expertmine.nominations.saturation import measure_saturation
from expertmine.wording import count

if TYPE_CHECKING:
    import pandas as pd

ENOUGH = 0.8
"""Coverage at which asking may stop."""
LEAST_RATERS = 5
"""Raters below whom a high coverage is luck, and below whom no sample of them tells how things might vary."""
SETTLED = 1
"""Most people by whom the last wave may have changed the top when asking stops."""

AGREEMENT = [
    "raters", "named", "correlation", "correlation_low", "correlation_high", "overlap", "overlap_low", "overlap_high",
    "by_chance",
]  # fmt: skip
SATURATION = ["raters", "named", "coverage", "unnamed", "low", "high", "changed", "stop", "why"]


def compare_sources(corpus: Corpus, topic: str, *, top: int = 20) -> pd.DataFrame:
    """Set literature, peers and both together side by side for the people of a topic.

    Returns
    -------
    pandas.DataFrame
        name, person_id, authority, authority_rank, standing, nominators, standing_rank, combined, combined_low,
        combined_high (90 %), combined_rank, quadrant (by the gates of `InfluenceSettings`; null for who is below all of
        them), missed_by: for those among the first `niche_top` by `combined`, the sources that by themselves would
        not have them among their first `niche_top`. Where no peer was heard about the topic, quadrant and missed_by are
        null.

    Raises
    ------
    ConfigError
        If no such topic exists, or `top` is below 0.
    """
    corpus = checked_corpus(corpus).pinned()
    topic_id = resolve_topic(corpus, topic)
    k = corpus.config.influence.niche_top
    rows = _both(corpus, topic_id)
    rows["combined_rank"] = rows["combined"].rank(method="min", ascending=False).astype("int64")
    rows["standing_rank"] = rows["standing"].rank(method="min", ascending=False).astype("Int64")
    rows = rows.rename(columns={"niche_rank": "authority_rank"})
    seen = {
        "literature": (rows["authority_rank"] <= k) & (rows["authority"] > 0),
        "peers": (rows["standing_rank"] <= k).fillna(value=False),
    }
    missing = [
        ", ".join(name for name, inside in zip(seen, each, strict=True) if not inside) if leads else ""
        for leads, *each in zip(rows["combined_rank"] <= k, *seen.values(), strict=True)
    ]
    rows["missed_by"] = missing if rows["nominators"].any() else None
    influencers = corpus.table("influencers").filter(pc.field("topic_id") == topic_id).to_pandas()
    rows["quadrant"] = rows["person_id"].map(influencers.set_index("person_id")["quadrant"])
    rows["name"] = rows["person_id"].map(named_people(corpus))
    front = ["name", "person_id", "authority", "authority_rank", "standing", "nominators", "standing_rank"]
    rest = ["combined", "combined_low", "combined_high", "combined_rank", "quadrant", "missed_by"]
    texts = dict.fromkeys(("person_id", "quadrant", "missed_by"), "str")  # also where all of them are null
    ordered = rows.sort_values(["combined_rank", "person_id"])[[*front, *rest]].astype(texts)
    return first_rows(ordered, top)


def list_standing(corpus: Corpus, topic: str | None = None, *, top: int = 0) -> pd.DataFrame:
    """List what peers say of each person: counts, never who said it.

    Returns
    -------
    pandas.DataFrame
        topic_id, topic, person_id, name, and the columns of the table `standing`; by topic, the highest first.
    """
    corpus = checked_corpus(corpus).pinned()
    rows = corpus.frame("standing")
    rows = rows[rows["nominators"] > 0]
    if topic is not None:
        rows = rows[rows["topic_id"] == resolve_topic(corpus, topic)]
    rows.insert(1, "name", rows["person_id"].map(named_people(corpus)))
    ordered = rows.sort_values(["standing", "person_id"], ascending=[False, True])
    return first_rows(_titled(corpus, ordered), top)


def source_agreement(corpus: Corpus, *, k: int = 10, draws: int = 200, seed: int = 0) -> pd.DataFrame:
    """Say for each topic with nominations how far literature and peers agree.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    k
        Length of the tops that are compared.
    draws
        Bootstrap samples over raters; 0: no intervals.
    seed
        Of these samples, the same for every topic.

    Returns
    -------
    pandas.DataFrame
        topic_id, topic, raters, named; correlation: Kendall's tau-b between authority (0 without papers) and weighted
        in-degree over the people named; overlap: share of the peers' top k (fewer, if fewer are named) in the
        literature's, a tie counting in part; by_chance: what a top k drawn by lot among all would share. `_low` and
        `_high` are the central 90 % of a bootstrap over raters; null below five raters, where fewer than half of the
        samples have a value, and where all have the same: that looks certain and is not.

    Raises
    ------
    ConfigError
        If `k` is below 1, or `draws` or `seed` below 0.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    check_count(k, name="k", least=1)
    check_count(draws, name="draws", zero="no intervals")
    check_count(seed, name="seed")
    words = corpus.table("nominations").to_pandas()
    words = words[words["weight"] > 0]
    rows = []
    for topic_id, said in words.groupby("topic_id"):
        both = _both(corpus, str(topic_id))
        rows.append({"topic_id": topic_id, **_agreement(said, both, k, np.random.default_rng(seed), draws)})
    return _titled(corpus, pd.DataFrame(rows, columns=["topic_id", *AGREEMENT]))


def rater_saturation(corpus: Corpus, *, k: int = 10) -> pd.DataFrame:
    """Say for each topic with nominations how many people are still unnamed, and whether to stop asking.

    Returns
    -------
    pandas.DataFrame
        topic_id, topic, raters, named, coverage (Good-Turing), unnamed, low, high (Chao2, 90 %), changed: how many of
        the top k by weighted in-degree, with all who tie with its last, the last wave brought (null before a second
        wave), stop, why. Asking may stop when five raters have been heard, the coverage is at least .8 and the last
        wave changed the top by at most one.

    Raises
    ------
    ConfigError
        If `k` is below 1.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    check_count(k, name="k", least=1)
    words = corpus.table("nominations").to_pandas()
    words = words[words["weight"] > 0]
    rows = []
    for topic_id, said in words.groupby("topic_id"):
        changed, raters = _changed(said, k), int(said["nominator"].nunique())
        found = measure_saturation(said.groupby("nominee")["nominator"].nunique().tolist(), raters=raters)
        enough = found.coverage >= ENOUGH and raters >= LEAST_RATERS
        told = f"{count(raters, 'rater')} (needs {LEAST_RATERS}); coverage {found.coverage:.2f} (needs {ENOUGH})"
        wave = "only one wave" if changed is None else f"the last wave brought {changed} of the top (at most {SETTLED})"
        rows.append(
            {"topic_id": topic_id, "raters": raters, "named": found.people, "coverage": found.coverage,
             "unnamed": found.unnamed, "low": found.low, "high": found.high, "changed": changed,
             "stop": enough and changed is not None and changed <= SETTLED,
             "why": f"{told}; {_unnamed(found.unnamed)} still unnamed; {wave}"}
        )  # fmt: skip
    return _titled(corpus, pd.DataFrame(rows, columns=["topic_id", *SATURATION]).astype({"changed": "Int64"}))


def _unnamed(number: float) -> str:
    if math.isinf(number):
        return "nobody knows how many are"
    return "fewer than 1 is" if number < 1 else f"about {number:.0f} or more are"


def list_rings(corpus: Corpus) -> pd.DataFrame:
    """List where raters name each other more than chance explains: topic, raters, words inside; never who they are."""
    corpus = checked_corpus(corpus).pinned()
    words = corpus.table("nominations").to_pandas()
    inside = words[words["ring"]]
    counts = inside.groupby("topic_id").agg(raters=("nominator", "nunique"), words=("nominee", "size")).reset_index()
    return _titled(corpus, counts)


def doubtful_names(corpus: Corpus) -> pd.DataFrame:
    """List the typed names, and topics, that nobody could be found for with certainty: the review file.

    Returns
    -------
    pandas.DataFrame
        nominee, nominee_institution, topic, times, reason, candidate_1 … candidate_5, decision (empty): a row for each
        topic that is not known (it has no nominee), for each typing of a name, and for people without papers whose
        names are nearly the same. To be saved as CSV, filled in and given to `add_decisions`.
    """
    import pandas as pd

    corpus, wanted = checked_corpus(corpus).pinned(), ("unmatched", "persons", "topics", "nominees")
    tables = {name: table.to_pylist() for name, table in corpus.tables(*wanted).items()}
    tables["ballots"] = corpus.table("ballots").to_pylist() if "ballots" in corpus.manifest.tables else []
    shown = {row["topic_id"]: row["name"] for row in tables["topics"]}
    shown |= {row["person_id"]: ", ".join(filter(None, (row["name"], row["affiliation"]))) for row in tables["persons"]}
    rows = list_doubts(tables["unmatched"], tables["ballots"], shown)
    rows += list_doubles(tables["nominees"], tables["ballots"])
    columns = ["nominee", "nominee_institution", "topic", "times", "reason"]
    candidates = [f"candidate_{number}" for number in range(1, CANDIDATES + 1)]
    return pd.DataFrame(rows, columns=[*columns, *candidates, "decision"])


def _both(corpus: Corpus, topic_id: str) -> pd.DataFrame:
    topical = pc.field("topic_id") == topic_id
    tables = corpus.tables("scores", "standing")
    scores, standing = (tables[name].filter(topical).to_pandas() for name in ("scores", "standing"))
    return combine_sources(scores, standing, settings=corpus.config.influence)


def _agreement(
    said: pd.DataFrame, both: pd.DataFrame, k: int, rng: np.random.Generator, draws: int
) -> dict[str, object]:
    table = said.pivot_table(index="nominee", columns="nominator", values="weight", aggfunc="sum", fill_value=0.0)
    authority = both.set_index("person_id")["authority"].reindex(table.index).fillna(0.0).to_numpy()
    names, weights = table.index.to_numpy(), table.to_numpy()
    ranked = both[both["authority"] > 0]
    leading = dict(zip(ranked["person_id"], in_top(ranked["authority"].to_numpy(), k), strict=True))
    known = np.array([leading.get(name, 0.0) for name in names])
    raters = weights.shape[1]
    whole = _tau(authority, weights.sum(axis=1)), _overlap(known, weights.sum(axis=1), k)
    drawn = []
    for _ in range(draws if raters >= LEAST_RATERS else 0):
        heard = weights @ rng.multinomial(raters, np.full(raters, 1 / raters))
        drawn.append((_tau(authority, heard), _overlap(known, heard, k)))
    correlation, overlap = (_ends(list(values)) for values in zip(*drawn, strict=True)) if drawn else [_ends([])] * 2
    return {
        "raters": raters, "named": len(names), "correlation": whole[0], "correlation_low": correlation[0],
        "correlation_high": correlation[1], "overlap": whole[1], "overlap_low": overlap[0],
        "overlap_high": overlap[1], "by_chance": sum(leading.values()) / len(both),
    }  # fmt: skip


def _ends(drawn: Sequence[float]) -> tuple[float, float]:
    """Return the 5 % and 95 % points of a measure; nothing where the samples do not say how it varies."""
    values = np.array(drawn)
    known = values[~np.isnan(values)]
    if 2 * len(known) < len(values) or len(np.unique(known)) < 2:
        return float("nan"), float("nan")
    return float(np.quantile(known, 0.05)), float(np.quantile(known, 0.95))


def _tau(authority: NDArray[np.float64], heard: NDArray[np.float64]) -> float:
    from scipy.stats import kendalltau

    named = heard > 0
    if len(set(authority[named].tolist())) < 2 or len(set(heard[named].tolist())) < 2:
        return float("nan")
    return float(kendalltau(authority[named], heard[named]).statistic)


def _overlap(known: NDArray[np.float64], heard: NDArray[np.float64], k: int) -> float:
    """Return the share of the top k by words that is `known` in literature's, a tie at an edge counting in part."""
    named = int((heard > 0).sum())
    size = min(k, named)
    if size == 0:
        return 0.0
    return float((in_top(heard, size) * known).sum() / size)


def _changed(said: pd.DataFrame, k: int) -> int | None:
    """Count who of the top k, and of those who tie with the last of it, came with the last wave."""
    last = said["wave"].max()
    before = said[said["wave"] < last]
    if before.empty:
        return None
    return len(_top(said, k) - _top(before, k))


def _top(said: pd.DataFrame, k: int) -> set[str]:
    heard = said.groupby("nominee")["weight"].sum().round(9)
    return set(heard[heard.rank(method="min", ascending=False) <= k].index)


def _titled(corpus: Corpus, rows: pd.DataFrame) -> pd.DataFrame:
    rows.insert(1, "topic", rows["topic_id"].map(named_topics(corpus)))
    return rows.sort_values("topic_id", kind="stable").reset_index(drop=True)
