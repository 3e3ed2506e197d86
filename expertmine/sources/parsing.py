"""Files to tables: the content tells the format, a bad record becomes a fault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from expertmine.sources.columns import new_column
from expertmine.sources.elements import record_opener
from expertmine.sources.files import File, open_file
from expertmine.sources.medline import read_medline
from expertmine.sources.pieces import Piece, split_medline, split_xml
from expertmine.sources.pubmed_xml import read_xml
from expertmine.sources.records import BadRecordError, Deletion, Record
from expertmine.tables import TABLES

FORMAT = 5
"""Raise it when what is made of the same bytes changes: tables of RECORDS are kept on disk under this number."""
PART = 400
"""Records in a table."""
FEW = 40
"""Records that are held as rows."""


def _columns(name: str, *left_out: str) -> pa.StructType:
    """Return a table's columns but these."""
    return pa.struct([(column, kind) for column, kind in TABLES[name].columns if column not in left_out])


RECORDS = pa.schema(
    [
        pa.field("place", pa.string(), nullable=False),
        pa.field("pmid", pa.int64()),
        pa.field("version", pa.int32()),
        pa.field("revised", pa.date32()),
        pa.field("fullness", pa.int32(), nullable=False),
        pa.field("digest", pa.int64(), nullable=False),
        pa.field("deletes", pa.list_(pa.struct({"pmid": pa.int64(), "version": pa.int32()})), nullable=False),
        pa.field("article", _columns("articles", "pmid", "version", "revised")),
        pa.field("mentions", pa.list_(_columns("mentions", "pmid")), nullable=False),
        pa.field("cited", pa.list_(pa.int64()), nullable=False),
        pa.field("faults", pa.list_(_columns("rejects", "source")), nullable=False),
    ]
)
"""A record as it stands in a file, one a row, in the order of the file.

`pmid`, `version` and `article` are null where the record was refused (`faults` then says why) and where it is a list of
PMIDs that the source `deletes`, each up to a version; null: whatever its version. The `fullness` is that of the file's
format: 2 for XML, 1 for MEDLINE text, which has no citations, 0 for rows of a CSV, JSON Lines or a DataFrame, which
hold what somebody chose. Records of one `digest` have the same bytes.
"""


def parse_file(data: bytes | Path, *, source: str) -> Iterator[pa.Table]:
    r"""Return the records of one file (PubMed XML or MEDLINE text, plain or gzipped), some hundred at a time.

    Parameters
    ----------
    data
        The file's bytes, or the path from which to read them bit by bit; their content tells the format.
    source
        What to call the file if it cannot be used.

    Returns
    -------
    Tables of the schema RECORDS, at least one.

    Raises
    ------
    DataError
        At once if the file is empty or of no known format; behind the last table if it turns out to be cut or damaged:
        nothing of a file counts before its end.

    Examples
    --------
    >>> [table["pmid"].to_pylist() for table in parse_file(b"PMID- 7\nTI  - Of bees.\n", source="bees.nbib")]
    [[7]]
    """
    return _tables(open_file(data, source=source))


def _tables(file: File) -> Iterator[pa.Table]:
    form = _form(file)
    pieces = enumerate(form.split(file.chunks()), start=1)
    columns = new_column(pa.struct(list(RECORDS)))
    some = list(islice(pieces, FEW))
    held = 0
    while True:
        columns.extend(_rows(some, form))
        held += len(some)
        some = list(islice(pieces, FEW))
        if held >= PART or not some:
            yield pa.Table.from_arrays(columns.array().flatten(), schema=RECORDS)
            held = 0
        if not some:
            return


class _Form(NamedTuple):
    """How files of a format are cut, and how records of it are opened and read."""

    split: Callable[[Iterable[bytes]], Iterator[Piece]]
    open: Callable[[Sequence[bytes]], Sequence[Any]]
    read: Callable[[Any], Record | Deletion]
    fullness: int


def _form(file: File) -> _Form:
    if file.format == "xml":
        return _Form(split_xml, record_opener(file.encoding), read_xml, 2)
    if file.format == "medline":
        return _Form(split_medline, list, read_medline, 1)
    from expertmine.sources.tabular import read_row, split_csv, split_lines

    return _Form(split_csv if file.format == "csv" else split_lines, list, read_row, 0)


_ARTICLE = itemgetter(*(field.name for field in RECORDS.field("article").type))


def _rows(pieces: list[tuple[int, Piece]], form: _Form) -> list[tuple[Any, ...]]:
    """Read some pieces, a step for all of them before the next step: what a step needs is at hand then."""
    opened = iter(form.open([piece.data for _, piece in pieces if not piece.fault]))
    records = [_read(BadRecordError(piece.fault) if piece.fault else next(opened), form) for _, piece in pieces]
    return [
        _row(f"record {number}", piece.data, record, form.fullness)
        for (number, piece), record in zip(pieces, records, strict=True)
    ]


def _read(opened: Any, form: _Form) -> Record | Deletion | BadRecordError:  # noqa: ANN401 - what a form opens
    """Read a record, or say why it cannot be: whatever is wrong with it stays with it."""
    if isinstance(opened, BadRecordError):
        return opened
    try:
        return form.read(opened)
    except BadRecordError as error:
        return error


def _row(place: str, data: bytes, record: Record | Deletion | BadRecordError, fullness: int) -> tuple[Any, ...]:
    digest = int.from_bytes(hashlib.sha256(data).digest()[:8], "big", signed=True)
    if isinstance(record, BadRecordError):
        return place, None, None, None, fullness, digest, (), None, (), (), ((place, str(record)),)
    if isinstance(record, Deletion):
        return place, None, None, None, fullness, digest, record.withdrawn, None, (), (), _faults(place, record)
    article = record.article
    pmid = article["pmid"]
    return (
        place, pmid, article["version"], article["revised"], fullness, digest, (), _ARTICLE(article),
        [tuple(one.values()) for one in record.mentions], tuple(dict.fromkeys(record.cited)),
        _faults(f"{place}, PMID {pmid}", record),
    )  # fmt: skip


def _faults(place: str, record: Record | Deletion) -> list[tuple[str, str]]:
    return [(f"{place}, {where}, fault {number}", why) for number, (where, why) in enumerate(record.faults, start=1)]
