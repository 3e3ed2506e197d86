"""Files to tables: the content tells the format, a bad record becomes a fault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import pyarrow as pa

from expertmine.sources.files import File, open_file
from expertmine.sources.medline import read_medline
from expertmine.sources.pieces import Piece, split_medline, split_xml
from expertmine.sources.pubmed_xml import xml_reader
from expertmine.sources.records import BadRecordError, Deletion, Record, Row
from expertmine.sources.tabular import read_row, split_csv, split_lines
from expertmine.tables import TABLES

FORMAT = 2
"""Raise it when what is made of the same bytes changes: tables of RECORDS are kept on disk under this number."""
PART = 500
"""Records that are held at a time."""


def _columns(name: str, *left_out: str) -> pa.StructType:
    """Return a table's columns but these."""
    return pa.struct([(column, kind) for column, kind in TABLES[name].columns if column not in left_out])


RECORDS = pa.schema(
    [
        pa.field("place", pa.string(), nullable=False),
        pa.field("pmid", pa.int64()),
        pa.field("version", pa.int32()),
        pa.field("revised", pa.date32()),
        pa.field("digest", pa.int64(), nullable=False),
        pa.field("deletes", pa.list_(pa.int64()), nullable=False),
        pa.field("article", _columns("articles", "pmid", "version", "revised")),
        pa.field("mentions", pa.list_(_columns("mentions", "pmid")), nullable=False),
        pa.field("cited", pa.list_(pa.int64()), nullable=False),
        pa.field("faults", pa.list_(_columns("rejects", "source")), nullable=False),
    ]
)
"""A record as it stands in a file, one a row, in the order of the file.

`pmid`, `version` and `article` are null where the record was refused (`faults` then says why) and where it is a list of
PMIDs that the source `deletes`. Records of one `digest` have the same bytes.
"""


def parse_file(data: bytes, *, source: str) -> Iterator[pa.Table]:
    r"""Return the records of one file (PubMed XML or MEDLINE text, plain or gzipped), some hundred at a time.

    Parameters
    ----------
    data
        The file's bytes; their content tells the format.
    source
        What to call the file if it cannot be used.

    Returns
    -------
    Tables of the schema RECORDS, at least one.

    Raises
    ------
    DataError
        At once, before any table, if the file is empty, cut, damaged or of no known format.

    Examples
    --------
    >>> [table["pmid"].to_pylist() for table in parse_file(b"PMID- 7\nTI  - Of bees.\n", source="bees.nbib")]
    [[7]]
    """
    return _parts(open_file(data, source=source))


def _parts(file: File) -> Iterator[pa.Table]:
    pieces, read = _opened(file)
    rows = (_row(f"record {place}", piece, read) for place, piece in enumerate(pieces, start=1))
    yield pa.Table.from_pylist(list(islice(rows, PART)), schema=RECORDS)
    while part := list(islice(rows, PART)):
        yield pa.Table.from_pylist(part, schema=RECORDS)


_READERS: dict[str, tuple[Callable[[Iterable[bytes]], Iterator[Piece]], Callable[[bytes], Record]]] = {
    "medline": (split_medline, read_medline),
    "csv": (split_csv, read_row),
    "jsonl": (split_lines, read_row),
}


def _opened(file: File) -> tuple[Iterator[Piece], Callable[[bytes], Record | Deletion]]:
    if file.format == "xml":
        return split_xml(file.chunks()), xml_reader(file.encoding)
    split, read = _READERS[file.format]
    return split(file.chunks()), read


def _row(place: str, piece: Piece, read: Callable[[bytes], Record | Deletion]) -> Row:
    """Read one piece; whatever is wrong with it stays with it."""
    digest = int.from_bytes(hashlib.sha256(piece.data).digest()[:8], "big", signed=True)
    row: Row = {"place": place, "digest": digest, "deletes": [], "mentions": [], "cited": [], "faults": []}
    try:
        if piece.fault:
            raise BadRecordError(piece.fault)
        record = read(piece.data)
    except BadRecordError as error:
        return row | {"faults": [{"place": place, "reason": str(error)}]}
    if isinstance(record, Deletion):
        return row | {"deletes": record.pmids}
    article = record.article
    faults = [
        {"place": f"{place}, PMID {article['pmid']}, {where}, fault {number}", "reason": reason}
        for number, (where, reason) in enumerate(record.faults, start=1)
    ]
    return row | {
        **{name: article[name] for name in ("pmid", "version", "revised")},
        "article": article,
        "mentions": record.mentions,
        "cited": list(dict.fromkeys(record.cited)),
        "faults": faults,
    }
