"""How many interviews the choice of whom to ask next saves, beside asking in random order: over many invented worlds.

    python scripts/power.py --seeds 50 --keep WORLDS
    python scripts/simulate_interviews.py WORLDS [--workers 2]

In the two themes of a world with the most planted authorities everybody with two papers or more can be asked, and
names three people: seven in ten times a true authority of the niche in which he or she wrote most, else a star, a
colleague or anybody of that niche (`sample/raters.py`). Interviews are held one by one until nine tenths of the theme's
authorities, those without a paper among them, are among as many foremost of the posterior: literature as prior, words
heard so far. Prints JSON: interviews by choice and in random order (the mean of five), and their ratio with its 95 %
interval.
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
from power import mean_interval
from sample.raters import Niche, answer, read_niches

import expertmine as em
from expertmine.answers.communities import topic_communities
from expertmine.nominations.next_wave import choose_next, doubt_top
from expertmine.nominations.standing import believe

THEMES, ORDERS, LEAST_PAPERS = 2, 5, 2
ACCURACY, ENOUGH = 0.7, 0.9

Choice = Callable[[Sequence[str]], str]


class Theme:
    """A theme: who can be asked, whom each would name, what literature says, and who truly leads its niches."""

    def __init__(self, corpus: em.Corpus, theme: str, niches: Sequence[Niche], rng: Random) -> None:
        written = corpus.frame("contributions")
        papers = written[written["topic_id"] == theme].groupby("person_id").size()
        scores = corpus.frame("scores")
        scores = scores.loc[scores["topic_id"] == theme, ["person_id", "topic_id", "score"]]
        belief = believe([{str(k): v for k, v in row.items()} for row in scores.to_dict("records")], ())
        self.prior = belief.shares[theme]
        self.lowest = min(self.prior.values())
        self.communities = topic_communities(corpus, theme)
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

    def posterior(self, heard: Sequence[str]) -> dict[str, float]:
        """Return prior belief and words heard for everybody known or named."""
        shape: dict[str, float] = defaultdict(lambda: self.lowest, self.prior)
        for rater in heard:
            for one in self.answers[rater]:
                shape[one] += self.credibility[rater] / max(len(self.answers[rater]), 1)
        return dict(shape)

    def interviews(self, choose: Choice) -> int:
        """Return how many interviews it takes; everybody, if that is not enough."""
        heard: list[str] = []
        while len(heard) < len(self.credibility):
            shape = self.posterior(heard)
            first = sorted(shape, key=lambda one: (-shape[one], one))[: len(self.truth)]
            if len(self.truth.intersection(first)) >= ENOUGH * len(self.truth):
                break
            heard.append(choose(heard))
        return len(heard)

    def active(self, heard: Sequence[str]) -> str:
        """Return whom the package would ask next."""
        doubts = doubt_top(self.posterior(heard), k=len(self.truth))
        chosen = choose_next(self.credibility, doubts, communities=self.communities, heard=heard, size=1)
        return chosen[0].person_id


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
        by_chance = [here.interviews(lambda heard, order=order: order[len(heard)]) for order in orders]  # type: ignore[misc]
        told.append(
            {
                "seed": float(folder.name), "people": float(len(people)), "authorities": float(len(here.truth)),
                "active": float(here.interviews(here.active)), "random": float(np.mean(by_chance)),
            }
        )  # fmt: skip
    return told


def main() -> None:
    """Simulate every world and print what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    folders = sorted((each for each in options.worlds.iterdir() if each.name.isdecimal()), key=lambda it: int(it.name))
    rows: list[dict[str, float]] = []
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        for found in pool.map(simulate, folders):
            rows += found
            print(json.dumps(found), file=sys.stderr, flush=True)
    told = pd.DataFrame(rows)
    means = {name: mean_interval(told[name].to_numpy()) for name in ("people", "authorities", "active", "random")}
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(told), (2000, len(told)))
    active, by_chance = told["active"].to_numpy(), told["random"].to_numpy()
    low, high = np.quantile(active[draws].sum(axis=1) / by_chance[draws].sum(axis=1), (0.025, 0.975))
    ratio = {"ratio": float(active.sum() / by_chance.sum()), "low": float(low), "high": float(high)}
    print(json.dumps({"themes": len(told), **means, "active of random": ratio}, indent=1))


if __name__ == "__main__":
    main()
