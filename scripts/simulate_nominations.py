"""What peers add to the literature, what rings can do, what choosing whom to ask saves: over many invented worlds.

    python scripts/power.py --seeds 50 --keep WORLDS
    python scripts/simulate_nominations.py WORLDS [--workers 2]

WORLDS holds the corpora that `power.py --keep` made, a seed each. Raters are people of a niche (those whom
`choose_panel` names, of whom 15 to 40 % answer); `sample/raters.py` says whom they name. Their words go through the
stages of the package: names are matched, words weighed, sources combined. Prints JSON, each figure with the 95 %
interval of its mean over worlds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from power import list_worlds, mean_interval
from sample.raters import RING_SHAPES, Niche, answer, conspire, read_niches

import expertmine as em
from expertmine.config import Config
from expertmine.evaluate.measures import hidden_recall
from expertmine.influence import combine_sources, find_influencers
from expertmine.nominations import weigh_nominations
from expertmine.tables import TABLES

K = 10
PANEL = 12
RESPONSE = (0.15, 0.40)
ACCURACIES = (0.3, 0.5, 0.7)
"""Share of a rater's words that are for true authorities of the niche; the sample's own survey has .7."""
LARGEST_RESPONSE = 0.4
RING_SHARE = 0.05
CORE = 8
"""Raters of a small honest niche: those who know each other best."""

Words = list[tuple[str, str, str]]
"""Rater, nominee, topic, by name."""


class World:
    """One corpus with the truth about it."""

    def __init__(self, folder: Path) -> None:
        self.corpus = em.Corpus(folder / "corpus")
        self.niches = read_niches(self.corpus, folder / "sample" / "truth")
        self.tables = self.corpus.tables("persons", "topics", "scores", "identities", "contributions")
        self.scores = self.tables["scores"].to_pandas()
        self.volume = {row["person_id"]: row["papers"] for row in self.tables["persons"].to_pylist()}

    def hear(self, words: Words) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return nominations, nominees and standing as the stage makes them of these words."""
        rows = [
            {"source": "simulated", "place": str(at), "rater": rater, "nominee": nominee, "topic": topic, "wave": 1,
             "weight": 1.0}
            for at, (rater, nominee, topic) in enumerate(words)
        ]  # fmt: skip
        ballots = TABLES["ballots"].rows(rows)
        made = weigh_nominations(
            ballots,
            self.tables["persons"],
            topics=self.tables["topics"],
            scores=self.tables["scores"],
            identities=self.tables["identities"],
        )
        return made[0].to_pandas(), made[1].to_pandas(), made[3].to_pandas()

    def combine(self, niche: Niche, standing: pd.DataFrame) -> pd.DataFrame:
        """Set literature, peers and both side by side for the people of a niche."""
        inside = (each[each["topic_id"] == niche.topic_id] for each in (self.scores, standing))
        return combine_sources(*inside, settings=Config().influence)

    def rank(self, niche: Niche, standing: pd.DataFrame, known: Mapping[str, str]) -> pd.DataFrame:
        """Return what each source says of everybody, a row a human, also those whom neither source knows."""
        words = standing.loc[standing["topic_id"] == niche.topic_id, ["person_id", "weight"]]
        rows = self.combine(niche, standing).merge(words, on="person_id", how="left")
        rows["who"] = rows["person_id"].map(known).fillna(rows["person_id"])  # of two spellings the better one
        rows["expert"] = rows["person_id"].isin({*niche.authorities, *known})
        rows["volume"] = rows["person_id"].map(self.volume).fillna(0.0)
        rows = rows.rename(columns={"authority": "literature", "weight": "peers"})
        rows = rows.groupby("who")[["expert", "volume", "literature", "peers", "combined"]].max()
        absent = [name for name in sorted(niche.unpublished) if name not in known.values()]
        nobody = {"expert": True, "volume": 0.0, "literature": 0.0, "peers": 0.0, "combined": rows["combined"].min()}
        return pd.concat([rows.fillna(0.0), pd.DataFrame([nobody] * len(absent), index=absent)]).astype(
            {"expert": bool}
        )


def ask_panels(world: World, accuracy: float, rng: Random) -> Words:
    """Let part of each niche's panel answer."""
    words: Words = []
    for niche in world.niches:
        panel = niche.panel(world.corpus, PANEL)
        heard = rng.sample(panel, max(1, round(rng.uniform(*RESPONSE) * len(panel))))
        for rater in heard:
            words += [(rater, nominee, niche.topic) for nominee in answer(niche, rater, accuracy, rng)]
    return words


def measure_gain(world: World, accuracy: float, rng: Random) -> dict[str, float]:
    """Return each source's hidden recall, and what became of the authorities without a paper."""
    words = ask_panels(world, accuracy, rng)
    nominations, nominees, standing = world.hear(words)
    told: dict[str, list[float]] = {name: [] for name in ("literature", "peers", "combined")}
    unpublished: list[tuple[str, str]] = []
    for niche in world.niches:
        known = niche.recognise(nominees)
        unpublished += [(person, niche.topic_id) for person in known]
        rows = world.rank(niche, standing, known)
        expert, volume = rows["expert"].to_numpy(), rows["volume"].to_numpy()
        for name, values in told.items():
            values.append(hidden_recall(expert, rows[name].to_numpy(), volume=volume, k=K))
    rings = nominations.loc[nominations["ring"], "topic_id"].nunique()
    made = {f"{name}_hidden_recall@{K}": float(np.nanmean(values)) for name, values in told.items()}
    return {**made, "honest_niches_with_a_ring": rings / len(world.niches)} | _quadrants(world, standing, unpublished)


def _quadrants(world: World, standing: pd.DataFrame, unpublished: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Say in which quadrant the authorities without a paper are, of those whom enough peers named."""
    found = find_influencers(
        world.tables["scores"], world.tables["contributions"], topics=world.tables["topics"], standing=standing
    ).to_pandas()
    placed = found.set_index(["person_id", "topic_id"])
    named = [key for key in unpublished if placed["nominators"].get(key, 0) >= Config().influence.min_nominators]
    quadrants = [placed.at[key, "quadrant"] for key in named]
    share = float(np.mean([quadrant == "peers only" for quadrant in quadrants])) if quadrants else float("nan")
    everybody = sum(len(niche.unpublished) for niche in world.niches)
    return {"unpublished_named_enough": len(named) / max(everybody, 1), "of_these_peers_only": share}


def measure_rings(world: World, rng: Random) -> dict[str, float]:
    """Return how many of the top ten of the largest niche a ring of 5 % of its raters replaces, by its shape."""
    niche = max(world.niches, key=lambda each: (len(each.people), each.topic_id))
    raters = rng.sample(niche.people, round(LARGEST_RESPONSE * len(niche.people)))
    honest = {rater: answer(niche, rater, 0.5, rng) for rater in raters}
    before = _first(world, niche, honest)
    outsiders = [rater for rater in raters if rater not in niche.names_of(before[: 2 * K])]
    members = rng.sample(outsiders, max(3, round(RING_SHARE * len(raters))))
    told = {"raters": float(len(raters)), "members": float(len(members))}
    for shape in RING_SHAPES:
        after = _first(world, niche, honest | conspire(members, shape, honest))
        told[f"changed_by_{shape}"] = float(len(set(after[:K]) - set(before[:K])))
    return told


def _first(world: World, niche: Niche, said: Mapping[str, list[str]]) -> list[str]:
    words = [(rater, nominee, niche.topic) for rater, nominees in said.items() for nominee in nominees]
    rows = world.combine(niche, world.hear(words)[2])
    ordered = rows.sort_values(["combined", "person_id"], ascending=[False, True])
    return [str(person) for person in ordered["person_id"]]


def count_false_rings(world: World, rng: Random) -> dict[str, float]:
    """Return the share of small niches called a ring whose core, all of one mind, answers honestly."""
    words: Words = []
    for niche in world.niches:
        for rater in niche.core(CORE):
            words += [(rater, nominee, niche.topic) for nominee in answer(niche, rater, 0.7, rng)]
    nominations, _, _ = world.hear(words)
    return {"honest_cores_with_a_ring": nominations.loc[nominations["ring"], "topic_id"].nunique() / len(world.niches)}


def simulate(folder: Path) -> dict[str, float]:
    """Return all figures of one world."""
    world, rng = World(folder), Random(f"nominations {folder.name}")
    told: dict[str, float] = {"seed": float(folder.name)}
    for accuracy in ACCURACIES:
        told |= {f"{name} at {accuracy}": value for name, value in measure_gain(world, accuracy, rng).items()}
    return told | measure_rings(world, rng) | count_false_rings(world, rng)


def summarise(rows: pd.DataFrame) -> dict[str, Any]:
    """Return means with intervals, the gains pair by pair, and the most that a ring changed."""
    told: dict[str, Any] = {
        str(name): mean_interval(rows[name].dropna().to_numpy()) for name in rows.columns if name != "seed"
    }
    for accuracy in ACCURACIES:
        combined = rows[f"combined_hidden_recall@{K} at {accuracy}"]
        for other in ("literature", "peers"):
            gain = (combined - rows[f"{other}_hidden_recall@{K} at {accuracy}"]).dropna().to_numpy()
            told[f"gain over {other} at {accuracy}"] = mean_interval(gain)
    told |= {f"most changed_by_{shape}": float(rows[f"changed_by_{shape}"].max()) for shape in RING_SHAPES}
    return told


def main() -> None:
    """Simulate every world and print what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    folders = list_worlds(options.worlds)
    rows = []
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        for row in pool.map(simulate, folders):
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps({"worlds": len(rows), "figures": summarise(pd.DataFrame(rows))}, indent=1))


if __name__ == "__main__":
    main()
