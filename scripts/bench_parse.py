"""Records a second of processor time and peak memory on one large file, beside the other readers of PubMed XML.

    python scripts/bench.py parse                       # 30,000 records tiled from the sample
    python scripts/bench.py parse FILE… --records 5000

Each reader works in a process of its own on the same gzipped file, in turn with the others; of several runs the fastest
counts, for whatever else the machine does only slows. `above_mb` is what it takes above the same process after a file
of one record, when everything is imported. pubmed_parser is measured if it is installed.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "corpora" / "sample" / "pubmed"
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC'
    b' "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb"(<PMID\b[^>]*>)\d+")
_CHILD = r"""
import json, pathlib, re, sys, time
def peak():  # of this program alone; getrusage counts what its parent had, too
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1])
path, small = sys.argv[1:]
{imports}
def read(path):
    return {read}
read(small)
before = peak()
started = time.process_time()
records = read(path)
seconds = time.process_time() - started
print(json.dumps([records, seconds, before / 1024, peak() / 1024]))
"""
READERS = {
    "expertmine": (
        "from pathlib import Path; from expertmine.sources import parse_file",
        "sum(part.num_rows - part['article'].null_count for part in parse_file(Path(path), source=path))",
    ),
    "pubmed_parser": (
        "import pubmed_parser",
        "sum(1 for _ in pubmed_parser.parse_medline_xml(path, author_list=True, reference_list=True))",
    ),
    "Bio.Entrez": (
        "import gzip; from Bio import Entrez",
        'len(Entrez.read(gzip.open(path), validate=False)["PubmedArticle"])',
    ),
}


def tile_records(files: Iterable[Path], *, records: int, to: Path) -> None:
    """Write a file of so many records: those of these files again and again, each with a PMID of its own."""
    pieces = [found[0] for file in files for found in _RECORD.finditer(_unpacked(file)) if _is_whole(found[0])]
    with gzip.open(to, "wb", compresslevel=6) as out:
        out.write(HEAD)
        for number, piece in enumerate(itertools.islice(itertools.cycle(pieces), records), start=1):
            out.write(_PMID.sub(rb"\g<1>%d" % number, piece, count=1) + b"\n")
        out.write(b"</PubmedArticleSet>\n")


def _is_whole(record: bytes) -> bool:
    """Tell whether other readers survive it: they give up on the whole file where one record is damaged."""
    try:
        return etree.fromstring(record) is not None
    except etree.XMLSyntaxError:
        return False


def _unpacked(file: Path) -> bytes:
    data = file.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def measure_parsing(files: Iterable[Path] = (), *, records: int = 30_000, runs: int = 1) -> dict[str, Any]:
    """Measure each reader on a file tiled from these (else from the sample)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiled.xml.gz"
        given = list(files) or sorted(SAMPLE.glob("*.xml.gz"))
        tile_records(given, records=records, to=path)
        tile_records(given, records=1, to=path.with_name("small.xml.gz"))
        for name in READERS:  # once unmeasured, for byte code to be written: compiling takes memory
            measure_reader(name, path.with_name("small.xml.gz"))
        measured = [{name: measure_reader(name, path) for name in READERS} for _ in range(runs)]
        readers = {name: _fastest([run[name] for run in measured]) for name in READERS}
        return {"records": records, "file_mb": round(path.stat().st_size / 2**20, 1), "readers": readers}


def _fastest(measures: list[dict[str, Any] | str]) -> dict[str, Any] | str:
    return max(measures, key=lambda one: one["per_second"] if isinstance(one, dict) else 0)


def measure_reader(name: str, path: Path) -> dict[str, Any] | str:
    """Let one reader read the file in a process of its own."""
    imports, read = READERS[name]
    code = _CHILD.format(imports=imports, read=read)
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(path.with_name("small.xml.gz"))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=compiled,
    )
    if "ModuleNotFoundError" in done.stderr:
        return "not installed"
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
    count, seconds, before, peak = json.loads(done.stdout)
    return {
        "records": count,
        "per_second": round(count / seconds),
        "peak_mb": round(peak),
        "above_mb": round(peak - before),
    }


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="PubMed XML, plain or gzipped")
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(words)
    print(json.dumps(measure_parsing(options.files, records=options.records, runs=options.runs), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
