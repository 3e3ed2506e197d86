"""Write the sample corpus: records, a peer survey and the truth about both, all of it invented.

python scripts/make_sample.py --seed 7 --out corpora/sample

The same seed gives the same content on any machine. Compressed bytes may differ between builds of zlib,
so SHA256SUMS speaks of the records as they are when decompressed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sample import truth
from sample.records import HEAD, TAIL, render
from sample.world import World, make_world, stream

SEED = 7
FILES = 4
OUT = Path(__file__).resolve().parent.parent / "corpora" / "sample"
TABLES = {
    "nominations.csv": truth.nomination_rows,
    "truth/articles.csv": truth.article_rows,
    "truth/mentions.csv": truth.mention_rows,
    "truth/micro_influencers.csv": truth.influencer_rows,
    "truth/nominations.csv": truth.nominee_rows,
    "truth/people.csv": truth.people_rows,
}


def make_sample(seed: int) -> dict[str, bytes]:
    """Make all files of a sample, by path; records are not compressed yet."""
    world = make_world(seed)
    files = {path: _csv(rows(world)) for path, rows in TABLES.items()} | _xml(world, seed)
    files["README.md"] = _readme(world, seed)
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    return files | {"SHA256SUMS": "".join(lines).encode()}


def write_sample(files: dict[str, bytes], folder: Path) -> None:
    """Write the files, records compressed; a file that says the same already is left alone."""
    for path, content in files.items():
        target = folder / (f"{path}.gz" if path.endswith(".xml") else path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or read_back(target) != content:
            target.write_bytes(gzip.compress(content, mtime=0) if target.suffix == ".gz" else content)


def read_back(path: Path) -> bytes:
    """Read a file of a sample as it was made, decompressed."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def _csv(rows: Iterable[truth.Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _xml(world: World, seed: int) -> dict[str, bytes]:
    """Spread the records over the files in order of PMID; the malformed one is broken inside itself only."""
    records = sorted([*world.records, world.malformed], key=lambda record: record.paper.pmid)
    printed = []
    for record in records:
        xml = render(record, world.vocabulary, stream(seed, "record", record.paper.pmid))
        printed.append(xml.replace("</ForeName>", "</FourName>", 1) if record is world.malformed else xml)
    share = -(-len(printed) // FILES)
    return {
        f"pubmed/sample{number + 1:02d}.xml": (HEAD + "".join(printed[start : start + share]) + TAIL).encode()
        for number, start in enumerate(range(0, len(printed), share))
    }


def _readme(world: World, seed: int) -> bytes:
    """Describe the sample in figures."""
    planted = list(truth.influencer_rows(world))[1:]
    roles = Counter(person.role for person in world.census.people)
    template = (Path(__file__).parent / "sample" / "readme.md").read_text(encoding="utf-8")
    return template.format_map(
        dict(roles)
        | {
            "seed": seed,
            "records": len(world.records),
            "malformed": world.malformed.paper.pmid,
            "raters": len({ballot.rater for ballot in world.ballots}),
            "ballots": len(world.ballots),
            "people": len(world.census.people),
            "planted": len(planted),
            "niches": len(world.vocabulary.niches),
            "peers": sum(known_by == "peers" for *_, known_by in planted),
        }
    ).encode()


def main() -> None:
    """Read the command line and write the sample."""
    parser = argparse.ArgumentParser(description="Write the sample corpus, all of it invented.")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another seed makes another world (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write into (default: %(default)s)")
    arguments = parser.parse_args()
    write_sample(make_sample(arguments.seed), arguments.out)


if __name__ == "__main__":
    main()
