"""Power and false discovery of the micro-influencer test over many invented worlds.

    python scripts/power.py --seeds 50 [--keep FOLDER] [--workers 2]

Every seed of `make_sample.py` is another world: other people, names, papers, citations, survey. Each is read and run
like any corpus, with the settings as shipped, and the people found are compared with those planted, beside a list by
volume. With `--keep` the corpora stay (and are not made again). Prints JSON: figures of each seed, their means and 95 %
intervals of the means (bootstrap over seeds).
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from make_sample import make_sample, write_sample
from msgspec.structs import replace
from numpy.typing import NDArray

import expertmine as em
from expertmine.config import Config
from expertmine.evaluate import evaluate_influencers, read_truth
from expertmine.evaluate.measures import mean_with_bounds

FIGURES = ("recall", "false_discovery")
DRAWS = 2000
"""Bootstrap samples over seeds."""


def build_world(seed: int, folder: Path) -> em.Corpus:
    """Make the world of a seed, read it into a corpus and run all stages; what stands there already is used.

    The maps drawn anew for the topics' stability are left out: they mark topics, and change nobody's place.
    """
    write_sample(make_sample(seed), folder / "sample")
    corpus = em.Corpus(folder / "corpus")
    em.add(corpus, folder / "sample" / "pubmed")
    em.add_nominations(corpus, folder / "sample" / "nominations.csv")
    config = Config()
    em.run(corpus, replace(config, topics=replace(config.topics, redraws=0)))
    return corpus


def judge_world(seed: int, folder: Path | None) -> dict[str, float]:
    """Return recall and false discovery of our list and of volume's in one world, kept if there is a folder."""
    with TemporaryDirectory() as temporary:
        place = (folder or Path(temporary)) / str(seed)
        corpus = build_world(seed, place)
        truth = place / "sample" / "truth"
        found = evaluate_influencers(
            corpus,
            planted=read_truth(truth / "micro_influencers.csv", needs=("person",)),
            mentions=read_truth(truth / "mentions.csv", needs=("pmid", "position", "person")),
            people=read_truth(truth / "people.csv", needs=("person", "name")),
        )
    told = {"seed": float(seed)}
    for row in found.to_dict("records"):
        prefix = "volume_" if row["list"] == "volume" else ""
        told |= {f"{prefix}{figure}": float(row[figure]) for figure in FIGURES}
    return told


def mean_interval(values: NDArray[np.float64]) -> dict[str, float]:
    """Return the mean of the seeds' figures and the 95 % interval of that mean."""
    bounded = mean_with_bounds(values, draws=DRAWS, seed=0)
    return dict(zip(("mean", "low", "high"), (round(each, 4) for each in bounded), strict=True))


def list_worlds(folder: Path) -> list[Path]:
    """Return the folders of the worlds that `--keep` kept, by their seeds."""
    return sorted((each for each in folder.iterdir() if each.name.isdecimal()), key=lambda world: int(world.name))


def main() -> None:
    """Run the worlds and print what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    rows = []
    seeds = range(options.first, options.first + options.seeds)
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        for row in pool.map(partial(judge_world, folder=options.keep), seeds):
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    told = pd.DataFrame(rows)
    means = {str(name): mean_interval(told[name].to_numpy()) for name in told.columns if name != "seed"}
    print(json.dumps({"seeds": len(told), "means": means, "each": rows}, indent=1))


if __name__ == "__main__":
    main()
