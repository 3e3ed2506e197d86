"""Files of records read without a corpus, for programs that need no more of them than their tables."""

from __future__ import annotations

from pathlib import Path

from expertmine.corpus.disk import bytes_hash
from expertmine.sources import Origin, Records, merge_records, parse_file


def read_records(file: Path) -> Records:
    """Return the tables of one file of records (PubMed XML or MEDLINE, plain or gz)."""
    data = file.read_bytes()
    origin = Origin(file.name, bytes_hash(data), arrival=1, fetched=False)
    return merge_records((origin, table) for table in parse_file(data, source=file.name))
