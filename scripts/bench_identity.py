"""Who is who at size: seconds, peak memory and growth of the stage, and whose id stays when records come.

    python scripts/bench.py identity ../shared/corpora/*.xml.gz
    python scripts/bench.py identity CORPUS --only growth --mentions 50000 500000

growth: the records are tiled until there are so many mentions. In each copy surnames are swapped among those of nearly
the same frequency, so that the curve of name frequencies stays (the commonest surname has its share of all mentions at
any size, its blocks grow with it) while nobody is in two copies; affiliations differ from copy to copy, too. Each size
is one process, which reads the tables from Parquet like the stage does; `exponent` is the slope of log processor
seconds over log mentions from the size before (the clock's seconds depend on what else the machine does). kept: one
record in eleven is withheld, then added.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expertmine.acquire import add
from expertmine.corpus import Corpus
from expertmine.identity import resolve_persons
from expertmine.pipeline import run

Tables = dict[str, pa.Table]
READS = ("articles", "mentions", "terms", "citations")
MEASURES = ("growth", "kept")
SIZES = (50_000, 100_000, 200_000, 500_000)
APART = 100_000_000
"""Between the PMIDs of one copy and the next."""
NEAR = 10
"""Surnames next to each other by frequency that are swapped."""


def read(paths: list[Path], folder: Path) -> Tables:
    """Return what the stage reads, of files or of a corpus that was run until 'terms'."""
    corpus = Corpus(paths[0]) if len(paths) == 1 and paths[0].is_dir() else Corpus(folder / "corpus")
    if corpus.path != paths[0]:
        add(corpus, *paths)
        run(corpus, until="terms")
    return corpus.tables(*READS)


def tile(tables: Tables, size: int) -> Tables:
    """Return copies of the tables with renamed people, and of their papers, evenly drawn, so many mentions' worth."""
    surnames = Counter(name for name in tables["mentions"]["last"].to_pylist() if name)
    ranked = sorted(surnames, key=lambda name: (-surnames[name], name))
    copies = [_copy(tables, ranked, number) for number in range(math.ceil(size / tables["mentions"].num_rows))]
    whole = {name: pa.concat_tables([copy[name] for copy in copies]) for name in READS}
    if whole["mentions"].num_rows <= size:
        return whole
    pmids, counts = np.unique(whole["mentions"]["pmid"].to_numpy(), return_counts=True)
    order = np.random.default_rng(0).permutation(len(pmids))
    taken = pa.array(pmids[order[np.cumsum(counts[order]) <= size]])
    keys = {"articles": "pmid", "mentions": "pmid", "terms": "pmid", "citations": "citing"}
    return {name: table.filter(pc.is_in(table[keys[name]], value_set=taken)) for name, table in whole.items()}


def _copy(tables: Tables, ranked: list[str], number: int) -> Tables:
    columns = {"articles": ["pmid"], "mentions": ["pmid"], "terms": ["pmid"], "citations": ["citing", "cited"]}
    made = {}
    for name, table in tables.items():
        made[name] = table
        for column in columns[name]:
            made[name] = _with(made[name], column, pc.add(table[column], number * APART))
    return made | {"mentions": _renamed(made["mentions"], ranked, number)} if number else made


def _renamed(mentions: pa.Table, ranked: list[str], number: int) -> pa.Table:
    other: dict[str, str] = {}
    for start in range(0, len(ranked), NEAR):
        near = ranked[start : start + NEAR]
        other |= {name: near[(place + number) % len(near)] for place, name in enumerate(near)}
    lasts = pa.array(
        [other.get(name, name) for name in mentions["last"].to_pylist()], mentions.schema.field("last").type
    )
    campus = f", campus {chr(ord('a') + number) * 3}"
    affiliations = mentions["affiliations"].combine_chunks()
    texts = pc.binary_join_element_wise(affiliations.flatten(), campus, "")
    moved = pa.ListArray.from_arrays(affiliations.offsets, texts, type=affiliations.type)
    return _with(_with(mentions, "last", lasts), "affiliations", moved)


def _with(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), table.schema.field(name), values)


def measure_growth(tables: Tables, sizes: list[int], folder: Path) -> list[dict[str, float]]:
    """Measure each size in a process of its own."""
    done = []
    for size in sizes:
        for name, table in tile(tables, size).items():
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            done.append(alone.submit(measure_stage, folder).result())
    for before, after in pairwise(done):
        steps = [math.log(after[name] / before[name]) for name in ("core seconds", "mentions")]
        after["exponent"] = round(steps[0] / steps[1], 2)
    return done


def measure_stage(folder: Path) -> dict[str, float]:
    """Run the stage on the tables of a folder; the peak is this process's own, the tables read included."""
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in READS}
    started, worked = time.perf_counter(), time.process_time()
    persons, identities = resolve_persons(**tables)
    seconds = {"seconds": time.perf_counter() - started, "core seconds": time.process_time() - worked}
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak is not None
    size = {"mentions": identities.num_rows, "persons": persons.num_rows}
    return {**size, **{name: round(took, 1) for name, took in seconds.items()}, "peak_mb": round(int(peak[1]) / 1024)}


def measure_kept(tables: Tables) -> dict[str, float]:
    """Say for how many mentions the person's id is the same after a tenth more records."""
    pmids = tables["articles"]["pmid"].to_numpy()
    withheld = np.random.default_rng(0).permutation(np.sort(pmids))[: len(pmids) // 11]
    known = {name: pc.invert(pc.is_in(tables[name]["pmid"], value_set=pa.array(withheld))) for name in READS[:3]}
    _, before = resolve_persons(**tables | {name: tables[name].filter(chosen) for name, chosen in known.items()})
    _, after = resolve_persons(**tables, former={"identities": before})
    key = ["pmid", "position"]
    both = before.to_pandas().merge(after.to_pandas(), on=key, suffixes=("", "_after"))
    return {"mentions": len(both), "keep their id": float((both["person_id"] == both["person_id_after"]).mean())}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, help="Files of records, or a corpus run until 'terms'.")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=MEASURES)
    parser.add_argument("--mentions", nargs="+", type=int, default=SIZES, help="Sizes of `growth`.")
    options = parser.parse_args(arguments)
    done: dict[str, Any] = {"files": [path.name for path in options.paths]}
    with tempfile.TemporaryDirectory() as folder:
        tables = read(options.paths, Path(folder))
        if "kept" in options.only:
            done["kept"] = measure_kept(tables)
        if "growth" in options.only:
            done["growth"] = measure_growth(tables, sorted(options.mentions), Path(folder))
    print(json.dumps(done, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
