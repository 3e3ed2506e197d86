"""What was read from each raw file, kept so that no file is parsed twice; may be deleted at any time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from expertmine.corpus.disk import sync_path, writable


@dataclass(frozen=True, slots=True)
class ParsedFiles:
    """The folder parsed/: one Parquet file of records for each raw file, named by its content and the format."""

    root: Path
    format: int

    def path(self, sha256: str) -> Path:
        """Where the records of a raw file with this content lie."""
        return self.root / "parsed" / f"{sha256[:24]}-{self.format}.parquet"

    def write(self, sha256: str, tables: Iterable[pa.Table]) -> None:
        """Write a file's records, a table at a time; all or, if they end in an error, none."""
        import pyarrow.parquet as pq

        target = self.path(sha256)
        aside = target.with_suffix(".tmp")
        with writable(self.root), ExitStack() as stack:
            target.parent.mkdir(exist_ok=True)
            stack.callback(aside.unlink, missing_ok=True)  # what came of a file that proves cut
            writer = None
            for table in tables:
                writer = writer or stack.enter_context(
                    pq.ParquetWriter(aside, table.schema, compression="zstd", write_page_checksum=True)
                )
                writer.write_table(table)
            if writer is not None:
                writer.close()
                sync_path(aside)
                aside.replace(target)

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
