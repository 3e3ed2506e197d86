"""Time and peak memory of the program, stage by stage, as JSON on stdout.

    python scripts/bench.py                  # the sample corpus
    python scripts/bench.py FILE…            # any files of records
    python scripts/bench.py PART --help      # one part of it: authority, identity, matching, parse, topics, vectors

Each step is one command in a process of its own, so that its peak memory is its own; `start` is what a process costs
that does nothing, and is part of every step. Compare ratios within one run, not figures of two machines.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

PARTS = ("authority", "identity", "matching", "parse", "topics", "vectors")
SAMPLE = Path(__file__).resolve().parent.parent / "corpora" / "sample" / "pubmed"


def measure_command(words: list[str]) -> dict[str, float]:
    """Run one verb in a process of its own; return its seconds and its peak memory in megabytes."""
    program = [sys.executable, "-c", "from expertmine.cli import main; main()", *words]
    started = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]
    pid = os.posix_spawn(program[0], program, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"failed: expertmine {' '.join(words)}")
    return {"seconds": round(time.perf_counter() - started, 2), "peak_mb": round(usage.ru_maxrss / 1024, 1)}


def measure_program(files: list[Path], *, folder: Path) -> dict[str, dict[str, float]]:
    """Measure acquisition, every stage, an answer and the report on these files."""
    from expertmine.pipeline import STAGES

    corpus = str(folder / "corpus")
    steps = {"start": ["--version"], "add": ["add", corpus, *map(str, files)]}
    steps |= {stage.name: ["run", corpus, "--until", stage.name] for stage in STAGES}
    steps |= {"run again": ["run", corpus], "influencers": ["influencers", corpus]}
    steps |= {"report": ["report", corpus, "-o", str(folder / "report.html")]}
    whole = {"scan": ["scan", *map(str, files), "--corpus", str(folder / "whole")]}
    return {name: measure_command(words) for name, words in {**steps, **whole}.items()}


def main() -> int:
    """Measure and print."""
    if sys.argv[1:2] and sys.argv[1] in PARTS:
        return int(import_module(f"bench_{sys.argv[1]}").main(sys.argv[2:]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=[SAMPLE])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        steps = measure_program(options.files, folder=Path(folder))
    names = [file.name for file in options.files]
    print(json.dumps({"files": names, "cores": os.cpu_count(), "steps": steps}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
