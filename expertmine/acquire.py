"""Bringing records and ballots into a corpus: files and PubMed pages become raw files, raw files become tables."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from expertmine.corpus import Corpus, Draft
from expertmine.errors import DataError
from expertmine.progress import announce, track

if TYPE_CHECKING:
    from expertmine.sources import PubMed

__all__ = ["Acquired", "add", "add_nominations", "fetch"]

log = logging.getLogger(__name__)

WRITES = ("articles", "mentions", "citations", "rejects", "ballots")
"""What is made from raw files."""

RECORD_NAMES = re.compile(r"^[^.].*\.(xml|nbib|medline|txt)(\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired:
    """What came in, so that nothing is lost in silence: files, and what the corpus holds after them."""

    new_files: int
    known_files: int
    articles: int
    mentions: int
    rejects: int
    withdrawn: tuple[int, ...] = ()
    """PMIDs that the source found and then did not deliver."""


def add(corpus: Corpus, *files: str | Path) -> Acquired:
    """Add files of records: PubMed XML, MEDLINE or nbib text, plain or gzipped.

    Of a folder, the files with such names are taken. Files are read whole before anything is stored; a file that was
    added before changes nothing. One bad record is kept in `rejects`, with its place and reason; the rest of its file
    counts.

    Parameters
    ----------
    corpus
        Where they go; the folder is made if it does not exist.
    files
        Paths of files or folders.

    Raises
    ------
    DataError
        If a file is missing, empty, cut or of no known kind; then none of the files is stored.
    """
    from expertmine.sources import parse_file

    paths = list(_paths(files))
    arrived: list[tuple[str, bytes]] = []
    for path in track(paths, "reading files", len(paths)):
        data = _read(path)
        parse_file(data, source=_named(path))  # refuses what cannot be used, before anything is stored
        arrived.append((_named(path), data))
    with corpus.writing() as draft:
        _refuse_given(corpus, draft, "articles", "mentions")
        return _take_in(corpus, draft, arrived, verb="add")


def fetch(corpus: Corpus, source: PubMed) -> Acquired:
    """Fetch what PubMed finds for a query and add it.

    Parameters
    ----------
    corpus
        Where the records go; the query is noted there for the next refresh.
    source
        The query, with the e-mail address that NCBI asks for.

    Raises
    ------
    SourceError
        If the service or the network fails for good; nothing is stored then.
    """
    with corpus.writing() as draft:
        _refuse_given(corpus, draft, "articles", "mentions")
        pages = list(source.pages())
        withdrawn = tuple(sorted({pmid for page in pages for pmid in page.withdrawn}))
        acquired = _take_in(
            corpus, draft, [(page.name, page.data) for page in pages], verb="fetch", withdrawn=withdrawn
        )
        if source.query not in corpus.queries:
            draft.record(queries=[*corpus.queries, source.query])
        return acquired


def add_nominations(corpus: Corpus, *files: str | Path) -> dict[str, int]:
    """Add peer nominations from survey files in long form, one nomination a row; count what the corpus has now.

    The next run matches the names to persons. A file that was added before changes nothing.

    Raises
    ------
    DataError
        If a file cannot be used; then nothing of any of them is stored.
    """
    from expertmine.nominations import read_ballots

    arrived = [(_named(Path(path)), _read(Path(path))) for path in files]
    for name, data in arrived:
        read_ballots(data, source=name)  # refuses what cannot be used, before anything is stored
    with corpus.writing() as draft:
        _refuse_given(corpus, draft, "ballots")
        draft.add_raw(arrived, kind="survey")
        _bring_up_to_date(corpus, draft, verb="nominations")
    return {name: corpus.table(name).num_rows for name in ("ballots", "rejects")}


def _paths(files: Iterable[str | Path]) -> Iterator[Path]:
    """Yield the files named, and those of a folder that are called as record files are."""
    for path in map(Path, files):
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and RECORD_NAMES.search(p.name)]
            if not inside:
                raise DataError(
                    f"folder '{path}' holds no files called *.xml, *.nbib, *.medline or *.txt (or .gz of them)"
                )
            yield from inside
        else:
            yield path


def _named(path: Path) -> str:
    """Return the file's name as text that can be stored, also where the system's bytes are none."""
    return path.name.encode("utf-8", "replace").decode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read '{path}': {error.strerror or error}; check the path") from error


def _take_in(
    corpus: Corpus,
    draft: Draft,
    arrived: list[tuple[str, bytes]],
    *,
    verb: str,
    withdrawn: tuple[int, ...] = (),
) -> Acquired:
    """Keep the new files, then make the source tables anew from all raw files in order of arrival."""
    new = draft.add_raw(arrived, kind="records")
    _bring_up_to_date(corpus, draft, verb=verb)
    counts = {name: corpus.table(name).num_rows for name in ("articles", "mentions", "rejects")}
    log.info("%s: %d new files, %d articles, %d rejects", verb, len(new), counts["articles"], counts["rejects"])
    return Acquired(new_files=len(new), known_files=len(arrived) - len(new), withdrawn=withdrawn, **counts)


def _refuse_given(corpus: Corpus, draft: Draft, *names: str) -> None:
    """Refuse files whose content would have to go into a table that somebody handed in."""
    for name in names:
        entry = draft.entry(name)
        if entry is not None and entry.origin == "given":
            raise DataError(
                f"'{name}' of {corpus!r} was handed in with put(), so files cannot add to it; put the longer table,"
                " or name another folder"
            )


def _bring_up_to_date(corpus: Corpus, draft: Draft, *, verb: str) -> None:
    """Make the source tables anew unless they are made from just these raw files, also after a kill between the two."""
    files = "\n".join(f"{file.kind} {file.sha256} {file.name}" for file in corpus.raw_files())
    fingerprint = hashlib.sha256(files.encode()).hexdigest()
    if not draft.reuse("sources", fingerprint=fingerprint, writes=WRITES):
        draft.begin("sources", writes=WRITES)
        _rebuild(corpus, draft)
        draft.finish("sources", fingerprint=fingerprint)
    draft.publish(verb=verb)


def _rebuild(corpus: Corpus, draft: Draft) -> None:
    """Make the source tables from all raw files; what was seen first or last is decided there, not by history."""
    from expertmine.sources import merge_records, parse_file

    files = [file for file in corpus.raw_files() if file.kind == "records"]
    records = merge_records(
        part
        for file in track(files, "parsing files", len(files))
        for part in parse_file(corpus.read_raw(file), source=file.name)
    )
    ballots, refused = _ballots(corpus)
    announce("writing tables", 0, None)
    made = {name: getattr(records, name) for name in ("articles", "mentions", "citations")}
    made |= {"rejects": pa.concat_tables([records.rejects, refused]), "ballots": ballots}
    for name, table in made.items():
        entry = draft.entry(name)
        if entry is None or entry.origin != "given":
            draft.put(name, table, origin="source")


def _ballots(corpus: Corpus) -> tuple[pa.Table, pa.Table]:
    from expertmine.nominations import read_ballots
    from expertmine.tables import TABLES

    surveys = [file for file in corpus.raw_files() if file.kind == "survey"]
    read = [read_ballots(corpus.read_raw(file), source=file.name) for file in surveys]
    return (
        pa.concat_tables([TABLES["ballots"].empty(), *(ballots for ballots, _ in read)]),
        pa.concat_tables([TABLES["rejects"].empty(), *(rejects for _, rejects in read)]),
    )
