"""How many interviews the choice of whom to ask next saves, beside asking in random order: over many invented worlds.

    python scripts/power.py --seeds 50 --keep WORLDS
    python scripts/simulate_interviews.py WORLDS [--workers 2]

In the two themes of a world with the most planted authorities everybody with two papers or more can be asked, and
names three people: seven in ten times a true authority of the niche in which he or she wrote most, else a star, a
colleague or anybody of that niche (`sample/raters.py`). People are asked in waves of five, as `em.next_wave` chooses
them or, beside it, in random order. Interviews are counted until, in the combined ranking (literature and words heard
so far, as `em.compare_sources` has it), nine of the first ten are authorities ("ten"), and until nine tenths of the
theme's authorities, those without a paper among them, are among as many foremost ("all"); where that never happens,
everybody counts. Prints JSON: interviews by choice and in random order (the mean of five), in what share of themes
that was reached, the ratio of the sums and the median of the themes' ratios with 95 % intervals.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from power import DRAWS, list_worlds, mean_interval
from sample.raters import Niche, answer, read_niches

import expertmine as em
from expertmine.answers.communities import home_groups
from expertmine.config import Config
from expertmine.influence import combine_sources
from expertmine.nominations.next_wave import choose_next, doubt_top
from expertmine.nominations.standing import believe

THEMES, ORDERS, LEAST_PAPERS, WAVE = 2, 5, 2, 5
ACCURACY, ENOUGH = 0.7, 0.9
ENDS = ("ten", "all")

Floats = NDArray[np.float64]
Choice = Callable[[Sequence[str]], list[str]]
"""Of those heard to those asked next; nobody, when all have been."""


class Theme:
    """A theme: who can be asked, whom each would name, what literature says, and who truly leads its niches."""

    def __init__(self, corpus: em.Corpus, theme: str, niches: Sequence[Niche], rng: Random) -> None:
        written = corpus.frame("contributions")
        papers = written[written["topic_id"] == theme].groupby("person_id").size()
        scores = corpus.frame("scores")
        scores = scores.loc[scores["topic_id"] == theme, ["person_id", "topic_id", "score", "rank", "low", "high"]]
        self.scores = scores
        self.authority = dict(zip(scores["person_id"], scores["score"], strict=True))
        belief = believe([{str(k): v for k, v in row.items()} for row in scores.to_dict("records")], ())
        self.prior = belief.shares[theme]
        self.lowest = min(self.prior.values())
        self.groups = home_groups(corpus, theme)
        self.credibility = {one: belief.credibility[one, theme] for one in sorted(papers[papers >= LEAST_PAPERS].index)}
        self.truth = {each for niche in niches for each in (*niche.authorities, *niche.unpublished)}
        self.answers = self._ask_everybody(written, niches, rng)

    def _ask_everybody(self, written: pd.DataFrame, niches: Sequence[Niche], rng: Random) -> dict[str, list[str]]:
        """Return whom each would name, by id (by name, who has no papers)."""
        by_id = {niche.topic_id: niche for niche in niches}
        inside = written[written["topic_id"].isin(by_id)].groupby(["person_id", "topic_id"]).size().rename("papers")
        most = inside.reset_index().sort_values(["papers", "person_id", "topic_id"], ascending=[False, True, True])
        first = most.drop_duplicates("person_id")
        home: dict[str, str] = dict(zip(first["person_id"], first["topic_id"], strict=True))
        names = niches[0].ids
        ids = {name: one for one, name in sorted(names.items(), reverse=True) if one in self.prior}
        said = {}
        for one in self.credibility:
            niche = by_id[home.get(one, niches[0].topic_id)]
            named = answer(niche, names[one], ACCURACY, rng, initials=0.0)
            said[one] = [ids.get(name, name) for name in named]
        return said

    def words(self, heard: Sequence[str]) -> dict[str, float]:
        """Return what the words heard weigh for each person named."""
        weight: dict[str, float] = defaultdict(float)
        for rater in heard:
            for one in self.answers[rater]:
                weight[one] += self.credibility[rater] / len(self.answers[rater])
        return weight

    def told(self, heard: Sequence[str]) -> set[str]:
        """Return which of the two ends are reached."""
        topic = str(self.scores["topic_id"].iloc[0])
        rows = [(one, topic, weight, 1, weight, weight) for one, weight in self.words(heard).items()]
        standing = pd.DataFrame(rows, columns=["person_id", "topic_id", "standing", "nominators", "low", "high"])
        both = combine_sources(self.scores, standing, settings=Config().influence)
        first = both.sort_values(["combined", "person_id"], ascending=[False, True])["person_id"].tolist()
        lengths = {"ten": min(10, len(self.truth)), "all": len(self.truth)}
        return {end for end, k in lengths.items() if len(self.truth.intersection(first[:k])) >= ENOUGH * k}

    def interviews(self, choose: Choice) -> dict[str, int]:
        """Return after how many interviews each end is reached first; one that never is is left out."""
        heard: list[str] = []
        reached = dict.fromkeys(self.told(heard), 0)
        while len(reached) < len(ENDS) and (asked := choose(heard)):
            heard += asked
            reached = dict.fromkeys(self.told(heard), len(heard)) | reached
        return reached

    def active(self, heard: Sequence[str]) -> list[str]:
        """Return whom the package would ask next."""
        shape: dict[str, float] = defaultdict(lambda: self.lowest, self.prior)
        for one, weight in self.words(heard).items():
            shape[one] += weight
        doubts = doubt_top(
            shape, k=len(self.truth), authority=self.authority, peer_weight=Config().influence.peer_weight
        )
        words = [(rater, one) for rater in heard for one in self.answers[rater]]
        chosen = choose_next(self.credibility, doubts, groups=self.groups, words=words, heard=heard, size=WAVE)
        return [each.person_id for each in chosen]


def simulate(folder: Path) -> list[dict[str, float]]:
    """Return the interviews held in the largest themes of one world, by choice and at random."""
    corpus = em.Corpus(folder / "corpus")
    parents = {row["topic_id"]: row["parent_id"] for row in corpus.table("topics").to_pylist()}
    themes: dict[str, list[Niche]] = defaultdict(list)
    for niche in read_niches(corpus, folder / "sample" / "truth"):
        themes[parents[niche.topic_id]].append(niche)
    size = {theme: sum(len(each.known) for each in niches) for theme, niches in themes.items()}
    told = []
    for theme in sorted(themes, key=lambda one: (-size[one], one))[:THEMES]:
        here = Theme(corpus, theme, themes[theme], Random(f"interviews {folder.name} {theme}"))
        people = list(here.credibility)
        orders = [Random(f"{theme} {at}").sample(people, len(people)) for at in range(ORDERS)]
        by_chance = [here.interviews(lambda heard, order=order: order[len(heard) :][:WAVE]) for order in orders]  # type: ignore[misc]
        row = {"seed": float(folder.name), "people": float(len(people)), "authorities": float(len(here.truth))}
        for name, runs in (("active", [here.interviews(here.active)]), ("random", by_chance)):
            for end in ENDS:
                row[f"{end} {name}"] = float(np.mean([run.get(end, len(people)) for run in runs]))
                row[f"{end} {name} reaches"] = float(np.mean([end in run for run in runs]))
        told.append(row)
    return told


def main() -> None:
    """Simulate every world and print what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    folders = list_worlds(options.worlds)
    rows: list[dict[str, float]] = []
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        for found in pool.map(simulate, folders):
            rows += found
            print(json.dumps(found), file=sys.stderr, flush=True)
    told = pd.DataFrame(rows)
    means = {name: mean_interval(told[name].to_numpy()) for name in told.columns if name != "seed"}
    draws = np.random.default_rng(0).integers(0, len(told), (DRAWS, len(told)))
    ratios = {end: _compare(told[f"{end} active"].to_numpy(), told[f"{end} random"].to_numpy(), draws) for end in ENDS}
    print(json.dumps({"themes": len(told), **means, "active of random": ratios}, indent=1))


def _compare(active: Floats, by_chance: Floats, draws: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    each = active / np.maximum(by_chance, 1)
    return {
        "ratio of sums": _interval(active.sum() / by_chance.sum(), active[draws].sum(1) / by_chance[draws].sum(1)),
        "median ratio": _interval(np.median(each), np.median(each[draws], axis=1)),
    }


def _interval(value: float, drawn: Floats) -> dict[str, float]:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {"value": round(float(value), 3), "low": round(float(low), 3), "high": round(float(high), 3)}


if __name__ == "__main__":
    main()
