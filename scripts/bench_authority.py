"""Seconds and peak memory of scoring many contributions, intervals and all.

    python scripts/bench.py authority                                        # 1,000,000 contributions, 200 bootstraps
    python scripts/bench.py authority --contributions 100000 --bootstraps 20

The contributions are drawn by a seed in the shape of a literature: papers of one to eleven people, most of whom write
two and a few twenty, each paper in a niche, a theme and the area, with citations that mostly stay within the niche.
Tables are made by one process and scored by another, whose memory is measured; reading them is not counted in its
seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from expertmine.tables import TABLES

NAMES = ("contributions", "articles", "citations")
LAYERS = 3
PEOPLE_A_PAPER = 6
PAPERS_A_NICHE, PEOPLE_A_NICHE, PAPERS_A_THEME = 40, 120, 1000
CITATIONS_A_PAPER = 10
_ONCE = 15 / 16
"""Share of those drawn for a paper who are drawn for it once; a little below, so that no contributions are missing."""
_CHILD = r"""
import json, pathlib, re, sys, time
import pyarrow.parquet as pq
from expertmine.authority import score_authority
from expertmine.config import AuthoritySettings
folder, bootstraps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
tables = {name: pq.read_table(folder / f"{name}.parquet") for name in ("contributions", "articles", "citations")}
started = time.perf_counter()
evidence, scores = score_authority(**tables, settings=AuthoritySettings(bootstraps=bootstraps))
seconds = time.perf_counter() - started
peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"scores": scores.num_rows, "evidence": evidence.num_rows, "seconds": seconds, "peak_mb": peak}))
"""


def draw_tables(contributions: int, *, seed: int = 0) -> dict[str, pa.Table]:
    """Draw so many contributions or a few more, and the articles and citations that belong to them."""
    random = np.random.default_rng(seed)
    papers = max(int(contributions / (LAYERS * PEOPLE_A_PAPER * _ONCE)), 1)
    people = random.integers(1, 2 * PEOPLE_A_PAPER, papers)
    paper, person = _who_wrote(people, random)
    place = np.arange(len(paper)) - np.searchsorted(paper, paper) + 1
    year, strength = random.integers(1985, 2025, papers).astype(np.int32), random.uniform(0.3, 1.0, papers)
    niche, theme = np.arange(papers) // PAPERS_A_NICHE, np.arange(papers) // PAPERS_A_THEME
    topics = (_ids("n", niche), _ids("t", theme), pa.array(["area"] * papers))
    held = {
        "person_id": _ids("p", person),
        "pmid": pa.array(paper + 1),
        "year": pa.array(year[paper]),
        "position": pa.array(place.astype(np.int32)),
        "n_mentions": pa.array(people[paper].astype(np.int32)),
        "strength": pa.array(strength[paper]),
    }
    rows = [pa.table({**held, "topic_id": topic.take(pa.array(paper))}) for topic in topics]
    found = TABLES["contributions"].arrow(pa.concat_tables(rows))
    return {"contributions": found, "articles": _articles(year), "citations": _citations(papers, random)}


def _who_wrote(people: np.ndarray[Any, Any], random: np.random.Generator) -> tuple[Any, Any]:
    """Draw who stands on each paper: most people on one of the niche's papers only, a few on many."""
    paper = np.repeat(np.arange(len(people)), people)
    home = paper // PAPERS_A_NICHE * PEOPLE_A_NICHE
    person = home + (PEOPLE_A_NICHE * random.uniform(size=len(paper)) ** 2).astype(np.int64)
    both = np.unique(np.stack([paper, person], axis=1), axis=0)
    return both[:, 0], both[:, 1]


def _ids(letter: str, numbers: np.ndarray[Any, Any]) -> pa.Array:
    return pa.array(np.char.add(letter, numbers.astype(str)))


def _articles(year: np.ndarray[Any, Any]) -> pa.Table:
    columns: dict[str, object] = {"pmid": np.arange(1, len(year) + 1), "year": year}
    for name, kind in TABLES["articles"].columns:
        if name not in columns and name not in TABLES["articles"].nullable:
            empty: object = [] if pa.types.is_list(kind) else "" if kind == pa.string() else 0
            value = pa.scalar(False if kind == pa.bool_() else empty, kind)
            columns[name] = pa.repeat(value, len(year))
    return TABLES["articles"].arrow(pa.table(columns))


def _citations(papers: int, random: np.random.Generator) -> pa.Table:
    """Draw citations, most of them to papers near by, which share the niche."""
    citing = np.repeat(np.arange(papers), CITATIONS_A_PAPER)
    cited = citing - random.geometric(1 / PAPERS_A_NICHE, len(citing))
    pairs = np.unique(np.stack([citing, cited], axis=1)[cited >= 0], axis=0) + 1
    return TABLES["citations"].arrow(pa.table({"citing": pairs[:, 0], "cited": pairs[:, 1]}))


def measure_scoring(contributions: int, *, bootstraps: int) -> dict[str, Any]:
    """Score drawn contributions in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        tables = draw_tables(contributions)
        for name in NAMES:
            pq.write_table(tables[name], Path(folder) / f"{name}.parquet")
        rows = tables["contributions"].num_rows
        words = [sys.executable, "-c", _CHILD, folder, str(bootstraps)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    found = {name: round(value, 1) for name, value in json.loads(done.stdout).items()}
    return {"contributions": rows, "bootstraps": bootstraps, **found}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contributions", type=int, default=1_000_000)
    parser.add_argument("--bootstraps", type=int, default=200)
    options = parser.parse_args(words)
    print(json.dumps(measure_scoring(options.contributions, bootstraps=options.bootstraps), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
