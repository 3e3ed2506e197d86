"""Files to tables: the content tells the format, a bad record becomes a row of `rejects`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from expertmine.sources.files import File, open_file
from expertmine.sources.medline import read_medline
from expertmine.sources.pieces import Piece, split_medline, split_xml
from expertmine.sources.pubmed_xml import xml_reader
from expertmine.sources.records import BadRecordError, Deletion, Record, Row
from expertmine.tables import TABLES

PART = 500
"""Records that are held at a time."""


class Parsed(NamedTuple):
    """One part of a file as tables; a PMID stands in it once, and its deletions come before its articles."""

    articles: pa.Table
    mentions: pa.Table
    citations: pa.Table
    rejects: pa.Table
    deletions: tuple[int, ...]
    records: int
    """Records that were read well, those superseded by another in the same part included."""
    rejected: int
    """Records that were refused; `rejects` also has a row for each refused part of a good record."""


def parse_file(data: bytes, *, source: str) -> Iterator[Parsed]:
    r"""Return the records of one file (PubMed XML or MEDLINE text, plain or gzipped), some hundred at a time.

    Parameters
    ----------
    data
        The file's bytes; their content tells the format.
    source
        The name under which refused records are kept.

    Raises
    ------
    DataError
        At once, before any part, if the file is empty, cut, damaged or of no known format.

    Examples
    --------
    >>> [part.articles.num_rows for part in parse_file(b"PMID- 7\nTI  - Of bees.\n", source="bees.nbib")]
    [1]
    """
    return _parts(open_file(data, source=source), source)


def _parts(file: File, source: str) -> Iterator[Parsed]:
    pieces, read = _opened(file)
    part = _Part(source)
    for place, piece in enumerate(pieces, start=1):
        part.take(f"record {place}", piece, read)
        if part.seen == PART:
            yield part.tables()
            part = _Part(source)
    yield part.tables()


def _opened(file: File) -> tuple[Iterator[Piece], Callable[[bytes], Record | Deletion]]:
    if file.format == "medline":
        return split_medline(file.chunks()), read_medline
    return split_xml(file.chunks()), xml_reader(file.encoding)


@dataclass(slots=True)
class _Part:
    """Records on their way into tables."""

    source: str
    kept: dict[int, Record] = field(default_factory=dict)
    rejects: list[Row] = field(default_factory=list)
    deletions: list[int] = field(default_factory=list)
    seen: int = 0
    records: int = 0
    rejected: int = 0

    def take(self, place: str, piece: Piece, read: Callable[[bytes], Record | Deletion]) -> None:
        """Read one piece; whatever is wrong with it stays with it."""
        self.seen += 1
        try:
            if piece.fault:
                raise BadRecordError(piece.fault)
            record = read(piece.data)
        except BadRecordError as error:
            self.rejected += 1
            self._reject(place, str(error))
            return
        if isinstance(record, Deletion):
            self._delete(record.pmids)
        else:
            self._keep(place, record)

    def _keep(self, place: str, record: Record) -> None:
        self.records += 1
        pmid = record.article["pmid"]
        for number, (where, reason) in enumerate(record.faults, start=1):
            self._reject(f"{place}, PMID {pmid}, {where}, fault {number}", reason)
        earlier = self.kept.get(pmid)
        if earlier is None or earlier.article["version"] <= record.article["version"]:
            self.kept[pmid] = record

    def _delete(self, pmids: list[int]) -> None:
        for pmid in pmids:
            self.kept.pop(pmid, None)
            self.deletions.append(pmid)

    def _reject(self, place: str, reason: str) -> None:
        self.rejects.append({"source": self.source, "place": place, "reason": reason})

    def tables(self) -> Parsed:
        """Return what was taken, by PMID."""
        records = [self.kept[pmid] for pmid in sorted(self.kept)]
        return Parsed(
            articles=TABLES["articles"].rows(record.article for record in records),
            mentions=TABLES["mentions"].rows(_owned(record, name) for record in records for name in record.mentions),
            citations=TABLES["citations"].rows(
                {"citing": record.article["pmid"], "cited": cited}
                for record in records
                for cited in dict.fromkeys(record.cited)
            ),
            rejects=TABLES["rejects"].rows(self.rejects),
            deletions=tuple(self.deletions),
            records=self.records,
            rejected=self.rejected,
        )


def _owned(record: Record, mention: Row) -> Row:
    return {"pmid": record.article["pmid"], **mention}
