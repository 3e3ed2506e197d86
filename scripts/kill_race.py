"""Kill the program at random moments and see whether anything is lost.

    python scripts/kill_race.py                  # at least 200 kills of fetch, add, run and refresh
    python scripts/kill_race.py --kills 20

Each trial starts from a folder as a user would have it, lets a verb run, and sends SIGKILL at a random moment, up to
three times; each time the corpus must open and every table of its published generation must be whole. Then the verb
runs to its end, and the tables must be those of a run that nobody disturbed, hash for hash. A reader loops all the
while. At last two refreshes start at once: one must do the work and the other leave with 75. A loopback service hands
out the sample's records. The exit code is 1 if anything was lost, torn or different.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from expertmine.corpus import Corpus  # noqa: E402
from tests.eutils import serving  # noqa: E402
from tests.rehearsal import write_stages  # noqa: E402

MAIL = ["--email", "race@example.org"]
IMPORTED = [
    "expertmine.cli", "expertmine.upkeep", "expertmine.changes", "expertmine.sources", "expertmine.nominations",
    "pandas", "duckdb", "sklearn.cluster", "hdbscan", "openTSNE", "spacy", "scispacy.abbreviation", "pyarrow.parquet",
]  # fmt: skip
"""So that a process is killed at its work and not while it imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A verb, the folder it starts from, and what an undisturbed run makes of it."""

    verb: str
    words: list[str]
    base_url: str
    start: Path | None = None
    seconds: float = 0.0
    tables: dict[str, str] = field(default_factory=dict)

    def job(self, processes: Any, corpus: Path) -> Any:  # noqa: ANN401 - a process of whatever kind
        """Return a process that will run the verb on a corpus."""
        return processes.Process(target=run_words, args=([self.verb, str(corpus), *self.words], self.base_url))

    def prepare(self, corpus: Path) -> None:
        """Put the folder there from which the verb starts."""
        if self.start is not None:
            shutil.copytree(self.start, corpus)


@dataclass(slots=True)
class Race:
    """Where the trials are, and what happened in them."""

    processes: Any
    folder: Path
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    trials: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def undisturbed(self, scene: Scene) -> Scene:
        """Run the verb undisturbed; return the scene with what it makes and how long it takes."""
        corpus = self.folder / f"undisturbed-{scene.verb}"
        scene.prepare(corpus)
        began = time.monotonic()
        code = finish(scene.job(self.processes, corpus))
        if code:
            raise SystemExit(f"undisturbed {scene.verb} failed with {code}")
        return replace(scene, seconds=time.monotonic() - began, tables=hashes(corpus))

    def trial(self, scene: Scene) -> None:
        """Disturb the verb up to three times, then let it end."""
        corpus = self.folder / f"trial-{scene.verb}-{self.trials[scene.verb]}"
        scene.prepare(corpus)
        self.trials[scene.verb] += 1
        for _ in range(3):
            job = scene.job(self.processes, corpus)
            job.start()
            job.join(self.dice.uniform(0, scene.seconds))
            if job.is_alive():
                job.kill()
                self.kills[scene.verb] += 1
            job.join()
            self.failures += [f"{scene.verb}, after a kill: {fault}" for fault in faults_of(corpus)]
        code, tables = finish(scene.job(self.processes, corpus)), hashes(corpus)
        if code or tables != scene.tables:
            different = sorted(
                name for name in tables.keys() | scene.tables if tables.get(name) != scene.tables.get(name)
            )
            said = Path(f"{corpus}.log").read_text(encoding="utf-8").strip().splitlines()[-1:]
            self.failures.append(f"{scene.verb}: exit code {code}, tables that differ: {different}; it said {said}")
        over = corpus.rename(self.folder.parent / "over")  # in one step, or the reader would find half of it
        shutil.rmtree(over)

    def twice(self, scene: Scene) -> list[int]:
        """Start the verb twice at once; return the exit codes."""
        corpus = self.folder / "twice"
        scene.prepare(corpus)
        jobs = [scene.job(self.processes, corpus) for _ in range(2)]
        for job in jobs:
            job.start()
        return sorted(finish(job, started=True) for job in jobs)


def run_words(words: list[str], base_url: str) -> None:
    """Run a verb in this process; what it says goes into a file beside the corpus."""
    os.environ["EXPERTMINE_EUTILS_BASE"] = base_url
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(os.open(f"{words[1]}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    from expertmine.cli import run_verb

    sys.exit(run_verb(words))


def finish(job: Any, *, started: bool = False) -> int:  # noqa: ANN401 - a process
    """Let a process end; return its exit code."""
    if not started:
        job.start()
    job.join()
    return int(job.exitcode)


def hashes(corpus: Path) -> dict[str, str]:
    """Return the content of the published generation."""
    return {name: entry.sha256 for name, entry in Corpus(corpus).manifest.tables.items()}


def faults_of(corpus: Path) -> list[str]:
    """Open a corpus and read every table of its published generation; say what is wrong."""
    try:
        Corpus(corpus).raw_files(), Corpus(corpus).searches()
        held = Corpus(corpus).manifest.tables
        tables = Corpus(corpus).tables(*held)
    except Exception as error:  # noqa: BLE001 - any error is one too many
        return [f"{type(error).__name__}: {error}"] if corpus.exists() else []
    if "articles" not in tables:
        return []
    strangers = set(tables["mentions"]["pmid"].to_pylist()) - set(tables["articles"]["pmid"].to_pylist())
    return ["mentions of articles that are not there"] if strangers else []


def read_on(folder: str, stop: Any, told: Any) -> None:  # noqa: ANN401 - an event and a queue
    """Read the corpora of a folder until told to stop; report how often, and what was torn."""
    reads, torn = 0, []
    while not stop.is_set():
        for path in sorted(Path(folder).glob("*/CURRENT")):
            torn += faults_of(path.parent)
            reads += 1
        time.sleep(0.01)
    told.put((reads, torn))


def kill_race(kills: int, *, seed: int) -> dict[str, object]:
    """Race until there were so many kills, shared out among the verbs."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(IMPORTED)
    finish(processes.Process(target=int))  # the imports are not to be timed
    with tempfile.TemporaryDirectory() as name:
        served, race = Path(name) / "served", Race(processes, Path(name) / "corpora", random.Random(seed))
        race.folder.mkdir()
        write_stages(served)
        stop, told = processes.Event(), processes.Queue()
        reader = processes.Process(target=read_on, args=(str(race.folder), stop, told))
        with serving(served / "before") as before, serving(served / "after") as after:
            new, done = race.folder / "undisturbed-fetch", race.folder / "undisturbed-run"
            scenes = [
                race.undisturbed(Scene(verb="fetch", words=["--query", "all[sb]", *MAIL], base_url=before)),
                race.undisturbed(Scene(verb="run", words=[], base_url=before, start=new)),
                race.undisturbed(Scene(verb="add", words=[str(served / "after")], base_url=before)),
                race.undisturbed(Scene(verb="refresh", words=MAIL, base_url=after, start=done)),
            ]
            reader.start()
            for scene in scenes:
                while race.kills[scene.verb] < -(-kills // len(scenes)):
                    race.trial(scene)
            codes = race.twice(scenes[-1])
            stop.set()
            reads, torn = told.get()
            reader.join()
    return {
        "kills": dict(race.kills),
        "trials": dict(race.trials),
        "lost or different": race.failures,
        "reads meanwhile": reads,
        "torn reads or errors": torn,
        "two refreshes at once": codes,
        "undisturbed seconds": {scene.verb: round(scene.seconds, 1) for scene in scenes},
    }


def main() -> int:
    """Race and print what happened as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcome = kill_race(options.kills, seed=options.seed)
    print(json.dumps(outcome, indent=2))
    sound = not outcome["lost or different"] and not outcome["torn reads or errors"]
    return int(not (sound and outcome["two refreshes at once"] == [0, 75]))


if __name__ == "__main__":
    sys.exit(main())
