"""How many interviews the choice of whom to ask next saves, beside asking in random order: over many invented worlds.

    python scripts/power.py --seeds 50 --keep WORLDS
    python scripts/simulate_interviews.py WORLDS [--workers 2]

Everybody who wrote in the largest niche of a world has a worth, partly what the literature says and partly what it cannot see,
and names three people: the worthier the likelier, those near in the network of co-mentions likelier still, and the more
discerning the rater's own worth is. The true top ten are those whom everybody's answers, asked without end, would put there.
Interviews are held one by one until nine of them lead the posterior (literature as prior, words heard so far). Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from power import mean_interval

import expertmine as em
from expertmine.nominations.circles import Circles, draw_circles
from expertmine.nominations.next_wave import choose_next, doubt_top
from expertmine.nominations.standing import believe

Floats = NDArray[np.float64]
K, ENOUGH, NAMES = 10, 9, 3
SEEN = 0.5
"""Share of the variance of worth that the literature sees."""
SPREAD = 1.5
"""Standard deviation of the log of worth."""
NEARNESS = (5.0, 2.0, 1.0)
"""How much likelier people name those they wrote with, those of their circle, others."""
ORDERS = 5
"""Random orders that the choice is compared with."""


class Village:
    """The people of a niche: how near they are, what literature says of them, whom each would name."""

    def __init__(self, corpus: em.Corpus, seed: int) -> None:
        rng = np.random.default_rng(seed)
        scores = corpus.frame("scores")
        niches = corpus.frame("topics").query("layer == 0")["topic_id"]
        scores = scores[scores["topic_id"].isin(niches)]
        topic = str(scores.groupby("topic_id").size().sort_index().idxmax())
        own = scores[scores["topic_id"] == topic].sort_values("person_id")
        self.people: list[str] = own["person_id"].tolist()
        self.circles: Circles = draw_circles(corpus.table("contributions"), topic)
        belief = believe(own[["person_id", "topic_id", "score"]].to_dict("records"), ())
        self.prior = np.array([belief.shares[topic][one] for one in self.people])
        self.credibility = np.array([belief.credibility[one, topic] for one in self.people])
        z = (own["score"] - own["score"].mean()) / own["score"].std()
        self.worth = SPREAD * (np.sqrt(SEEN) * z.to_numpy() + np.sqrt(1 - SEEN) * rng.standard_normal(len(z)))
        self.chances = self._chances()
        self.answers = [rng.choice(len(z), size=NAMES, replace=False, p=row) for row in self.chances]
        self.truth = frozenset(np.argsort(-self.chances.sum(axis=0), kind="stable")[:K].tolist())

    def _chances(self) -> Floats:
        """Return how likely each names each, (n, n), rows sum to 1; whoever is worth more discerns better."""
        size = len(self.people)
        discerning = 0.5 + np.argsort(np.argsort(self.worth)) / (size - 1)
        near = np.array([[self._nearness(one, other) for other in self.people] for one in self.people])
        chances = near * np.exp(discerning[:, None] * self.worth[None, :])
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))

    def _nearness(self, one: str, other: str) -> float:
        if one == other:
            return 0.0
        if other in self.circles.near[one]:
            return NEARNESS[0]
        return NEARNESS[1] if self.circles.circle[one] == self.circles.circle[other] else NEARNESS[2]

    def listen(self, heard: Sequence[int]) -> Floats:
        """Return prior belief and words heard, (n,): the posterior's parameters."""
        shape = self.prior.copy()
        for rater in heard:
            shape[self.answers[rater]] += self.credibility[rater] / NAMES
        return shape

    def interviews(self, choose: Callable[[Sequence[int]], int]) -> int:
        """Return how many interviews it takes until nine of the true ten lead; at most everybody."""
        heard: list[int] = []
        while len(heard) < len(self.people):
            leading = np.argsort(-self.listen(heard), kind="stable")[:K]
            if len(self.truth.intersection(leading.tolist())) >= ENOUGH:
                break
            heard.append(choose(heard))
        return len(heard)

    def active(self, heard: Sequence[int]) -> int:
        """Return whom the package asks next."""
        shape = dict(zip(self.people, self.listen(heard).tolist(), strict=True))
        candidates = dict(zip(self.people, self.credibility.tolist(), strict=True))
        asked = [self.people[at] for at in heard]
        doubts = doubt_top(shape, k=K)
        return self.people.index(
            choose_next(candidates, doubts, circles=self.circles, heard=asked, size=1)[0].person_id
        )


def simulate(folder: Path) -> dict[str, float]:
    """Return the interviews held in one world, by choice and at random."""
    village = Village(em.Corpus(folder / "corpus"), int(folder.name))
    orders = [np.random.default_rng([int(folder.name), at]).permutation(len(village.people)) for at in range(ORDERS)]
    by_chance = [village.interviews(lambda heard, order=order: int(order[len(heard)])) for order in orders]
    return {
        "seed": float(folder.name),
        "people": float(len(village.people)),
        "active": float(village.interviews(village.active)),
        "random": float(np.mean(by_chance)),
    }


def main() -> None:
    """Simulate every world and print what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    folders = sorted((each for each in options.worlds.iterdir() if each.name.isdecimal()), key=lambda it: int(it.name))
    rows = []
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        for row in pool.map(simulate, folders):
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    told = pd.DataFrame(rows)
    means = {name: mean_interval(told[name].to_numpy()) for name in ("people", "active", "random")}
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(told), (2000, len(told)))
    ratios = told["active"].to_numpy()[draws].sum(axis=1) / told["random"].to_numpy()[draws].sum(axis=1)
    low, high = np.quantile(ratios, (0.025, 0.975))
    ratio = {"mean": told["active"].sum() / told["random"].sum(), "low": float(low), "high": float(high)}
    print(json.dumps({"worlds": len(told), **means, "active of random": ratio}, indent=1))


if __name__ == "__main__":
    main()
