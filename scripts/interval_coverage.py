"""How often the 90 % intervals of scores and ranks hold the truth, over many invented worlds.

    python scripts/power.py --seeds 50 --keep WORLDS
    python scripts/interval_coverage.py WORLDS [--draws 4]

The papers of a world are taken for all that could have been written; a literature is drawn from them (each paper as
often as Poisson's law has it, a citation between two copies as often as both are there), scored with 200 bootstraps,
and the interval of every person is held against the score and rank that the whole world gives. Scores are in units of
the spread of a topic's people, of which every draw has its own: here it is that of the whole world, so that one scale
holds. Prints JSON: the share of intervals that hold the truth, for those truly among the first of a niche, for those
found among them, and by papers there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec.structs import replace
from power import list_worlds, mean_interval

import expertmine as em
from expertmine import authority
from expertmine.authority import score_authority
from expertmine.authority.components import Floats, Whole
from expertmine.config import AuthoritySettings, InfluenceSettings
from expertmine.tables import TABLES

KEY = ["person_id", "topic_id"]
FIRST = InfluenceSettings().niche_top
BINS = {"1 paper": (1, 1), "2": (2, 2), "3 to 5": (3, 5), "6 and more": (6, 10**6)}


@contextmanager
def one_scale(spreads: list[Floats], *, learn: bool) -> Iterator[None]:
    """Note the spread of each component and topic, or use those noted."""
    measure, turn = authority._spread, iter(list(spreads))

    def spread(values: Floats, topic: Whole) -> Floats:
        if not learn:
            return np.asarray(next(turn)[topic])
        found = measure(values, topic)
        spreads.append(found[np.unique(topic, return_index=True)[1]])
        return found

    authority._spread = spread
    try:
        yield
    finally:
        authority._spread = measure


class Literature:
    """Contributions, articles and citations of a world's niches, to draw from."""

    def __init__(self, corpus: em.Corpus) -> None:
        topics = corpus.frame("topics")
        written = corpus.frame("contributions")
        niches = topics.loc[topics["layer"] == 0, "topic_id"]
        self.written = written[written["topic_id"].isin(niches)].assign(stays=None)
        self.articles, self.citations = corpus.frame("articles"), corpus.frame("citations")
        self.settings = AuthoritySettings(as_of=int(self.articles["year"].max()))

    def draw(self, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
        """Return a literature drawn from this one; every copy of a paper is a paper."""
        pmids = self.articles["pmid"].to_numpy()
        copies = pd.DataFrame({"pmid": np.repeat(pmids, rng.poisson(1.0, len(pmids)))})
        copies["copy"] = copies["pmid"] * 100 + copies.groupby("pmid").cumcount()
        renamed = {
            name: table.merge(copies, on="pmid").drop(columns="pmid").rename(columns={"copy": "pmid"})
            for name, table in (("contributions", self.written), ("articles", self.articles))
        }
        pairs = self.citations
        for end in ("citing", "cited"):
            named = copies.rename(columns={"pmid": end, "copy": f"new {end}"})
            pairs = pairs.merge(named, on=end)
        cites = pd.DataFrame({end: pairs[f"new {end}"] for end in ("citing", "cited")})
        return {**renamed, "citations": cites}

    def score(self, tables: dict[str, pd.DataFrame], settings: AuthoritySettings) -> pd.DataFrame:
        """Return the scores of a literature, by person and topic."""
        held = {name: TABLES[name].arrow(table) for name, table in tables.items()}
        scores = score_authority(
            held["contributions"], held["articles"], citations=held["citations"], settings=settings
        )[1]
        frame: pd.DataFrame = scores.to_pandas()
        return frame.set_index(KEY)


def hold(folder: Path, draws: int) -> pd.DataFrame:
    """Return for each person, niche and draw of a world whether the intervals hold the truth."""
    whole = Literature(em.Corpus(folder / "corpus"))
    rng, spreads = np.random.default_rng(int(folder.name)), list[Floats]()
    tables = {"contributions": whole.written, "articles": whole.articles, "citations": whole.citations}
    with one_scale(spreads, learn=True):
        truth = whole.score(tables, replace(whole.settings, bootstraps=0))
    papers = whole.written.groupby(KEY).size().rename("papers")
    rows = []
    for _ in range(draws):
        with one_scale(spreads, learn=False):
            found = whole.score(whole.draw(rng), whole.settings)
        both = found.join(truth[["score", "rank"]], rsuffix="_true").join(papers)
        rows.append(
            pd.DataFrame(
                {
                    "papers": both["papers"], "found": both["rank"], "truly": both["rank_true"],
                    "score_held": both["score_true"].between(both["low"], both["high"]),
                    "rank_held": both["rank_true"].between(both["rank_low"], both["rank_high"]),
                }
            )
        )  # fmt: skip
    return pd.concat(rows)


def main() -> None:
    """Draw from every world and print how often the intervals hold the truth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--draws", type=int, default=4)
    options = parser.parse_args()
    folders = list_worlds(options.worlds)
    told: dict[str, list[dict[str, float]]] = {}
    for folder in folders:
        rows = hold(folder, options.draws)
        parts = {f"{how} among the first {FIRST}": rows[rows[how] <= FIRST] for how in ("truly", "found")}
        parts |= {name: rows[rows["papers"].between(*ends)] for name, ends in BINS.items()}
        for name, part in parts.items():
            told.setdefault(name, []).append({"score": part["score_held"].mean(), "rank": part["rank_held"].mean()})
        print(folder.name, file=sys.stderr, flush=True)
    shown = {
        name: {held: mean_interval(pd.DataFrame(each)[held].dropna().to_numpy()) for held in ("score", "rank")}
        for name, each in told.items()
    }
    print(json.dumps({"worlds": len(folders), "draws": options.draws, "held": shown}, indent=1))


if __name__ == "__main__":
    main()
