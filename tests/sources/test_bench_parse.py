"""The measurement measures: every reader that is here reads all records of the tiled file."""

from __future__ import annotations

from bench_parse import READERS, measure_parsing


def test_every_reader_reads_all_records() -> None:
    measured = measure_parsing(records=30)
    assert set(measured["readers"]) == set(READERS)
    read = {name: one["records"] for name, one in measured["readers"].items() if one != "not installed"}
    assert read == dict.fromkeys(read, 30)
    assert {"expertmine", "Bio.Entrez"} <= set(read)
