"""What was read from each raw file, kept so that no file is parsed twice; may be deleted at any time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa

from expertmine.corpus.disk import replacing, writable


@dataclass(frozen=True, slots=True)
class ParsedFiles:
    """The folder parsed/: one Parquet file of records for each raw file, named by its content and the format."""

    root: Path
    format: int

    def path(self, sha256: str) -> Path:
        """Where the records of a raw file with this content lie."""
        return self.root / "parsed" / f"{sha256[:24]}-{self.format}.parquet"

    def write(self, sha256: str, tables: Iterable[pa.Table]) -> None:
        """Write a file's records, one table or more, a table at a time; all or, if they end in an error, none."""
        import pyarrow.parquet as pq

        target, coming = self.path(sha256), iter(tables)
        with writable(self.root):
            target.parent.mkdir(exist_ok=True)
            first = next(coming)
            with (
                replacing(target) as aside,
                pq.ParquetWriter(aside, first.schema, compression="zstd", write_page_checksum=True) as writer,
            ):
                for table in chain([first], coming):
                    writer.write_table(table)

    def read(self, sha256: str, columns: Sequence[str] | None = None) -> pa.Table | None:
        """Read a file's records, or None if they are not here or damaged: then the raw file is parsed again."""
        import pyarrow.parquet as pq

        try:
            table: pa.Table = pq.read_table(
                self.path(sha256), columns=columns, use_threads=False, page_checksum_verification=True
            )
        except (pa.ArrowException, OSError):
            return None
        return table
