"""Raw files -> the source tables; which of them came first does not matter, and none is parsed twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.corpus import Corpus, Draft, ParsedFiles
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import DataError
from expertmine.progress import announce, track

if TYPE_CHECKING:
    from expertmine.corpus.journal import RawFile
    from expertmine.sources import Origin

WRITES = ("articles", "mentions", "citations", "rejects", "ballots", "decisions", "corrections")
"""What is made from raw files."""


@contextmanager
def acquiring(corpus: Corpus, *names: str) -> Iterator[Draft]:
    """Hold the corpus for writing what makes these tables anew, unless they were given or a refresh is held back.

    The source tables are made from all that came: to publish them would publish what the refresh brought.
    """
    with checked_corpus(corpus).writing() as draft:
        if (reasons := corpus.held_back) is not None:
            again = f"expertmine refresh {corpus.path}"
            raise DataError(
                f"a refresh is held back ({reasons}): look at it, then `{again} --accept`, or `{again}` to ask again"
            )
        refuse_given(corpus, draft, *names)
        yield draft


def refuse_given(corpus: Corpus, draft: Draft, *names: str) -> None:
    """Refuse files whose content would have to go into a table that somebody handed in."""
    for name in filter(draft.was_given, names):
        raise DataError(
            f"'{name}' of {corpus!r} was handed in with put(), so files cannot add to it; put the longer table,"
            " or name another folder"
        )


def parsed_files(corpus: Corpus) -> ParsedFiles:
    """Return where records that were read are kept, in the format of today's reader."""
    from expertmine.sources.parsing import FORMAT

    return ParsedFiles(corpus.path, FORMAT)


def bring_up_to_date(corpus: Corpus, draft: Draft) -> None:
    """Make the source tables anew unless they are made from just these raw files, also after a kill between the two."""
    fingerprint = _fingerprint(corpus)
    if not draft.reuse("sources", fingerprint=fingerprint, writes=WRITES):
        draft.begin("sources", writes=WRITES)
        _rebuild(corpus, draft)
        draft.finish("sources", fingerprint=fingerprint)


def make_ballots_anew(corpus: Corpus, draft: Draft) -> None:
    """Make anew what surveys hold and leave all else as published: what a held-back refresh brought stays out.

    The fingerprint stays, too; it is not that of today's raw files, so the next refresh makes all of it anew.
    """
    ballots, refused = _ballots(corpus)
    records, surveys = ({file.name for file in corpus.raw_files(kind)} for kind in ("records", "survey"))
    held = draft.table("rejects") if draft.entry("rejects") else refused.slice(0, 0)
    others = held.filter(pc.is_in(held["source"], value_set=pa.array(records - surveys, pa.string())))
    draft.begin("sources", writes=WRITES)
    _put_unless_given(draft, {"ballots": ballots, "rejects": pa.concat_tables([others, refused])})


def records_of(corpus: Corpus, file: RawFile, columns: list[str] | None = None) -> pa.Table:
    """Return the records of a raw file, parsed again only if what was read of it is not here."""
    from expertmine.sources import parse_file

    kept = parsed_files(corpus)
    table = kept.read(file.sha256, columns)
    if table is None:
        kept.write(file.sha256, parse_file(corpus.read_raw(file), source=file.name))
        table = kept.read(file.sha256, columns)
    if table is None:
        raise DataError(f"cannot keep what was read of '{file.name}' in '{kept.root / 'parsed'}'; check the disk")
    return table


def _fingerprint(corpus: Corpus) -> str:
    from expertmine.sources.parsing import FORMAT

    made_from = {
        "format": FORMAT,
        "files": [(file.kind, file.sha256, file.name, file.fetched) for file in corpus.raw_files()],
        "tombstones": [(one.pmid, one.arrival) for one in corpus.tombstones()],
    }
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


def _rebuild(corpus: Corpus, draft: Draft) -> None:
    from expertmine.sources import merge_records

    tombstones = {one.pmid: one.arrival for one in corpus.tombstones()}
    records = merge_records(_read(corpus), tombstones=tombstones)
    ballots, refused = _ballots(corpus)
    announce("writing tables", 0, None)
    made = {name: getattr(records, name) for name in ("articles", "mentions", "citations")}
    made |= {
        "rejects": pa.concat_tables([records.rejects, refused]),
        "ballots": ballots,
        "decisions": decisions(corpus),
        "corrections": rulings(corpus),
    }
    _put_unless_given(draft, made)


def _put_unless_given(draft: Draft, made: dict[str, pa.Table]) -> None:
    for name, table in made.items():
        if not draft.was_given(name):
            draft.put(name, table, origin="source")


def _read(corpus: Corpus) -> Iterator[tuple[Origin, pa.Table]]:
    from expertmine.sources import Origin

    files = corpus.raw_files("records")
    for file in track(files, "reading records", len(files)):
        yield Origin(file.name, file.sha256, file.arrival, file.fetched), records_of(corpus, file)


def rulings(corpus: Corpus, *coming: list[dict[str, Any]]) -> pa.Table:
    """Return the table `corrections` of the files that the corpus holds, and of those that are coming."""
    from expertmine.identity import collect_rulings, read_rulings

    files = corpus.raw_files("rulings")
    return collect_rulings([*(read_rulings(corpus.read_raw(file), source=file.name) for file in files), *coming])


def columns_of(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """Return how each survey, by its hash, is to be read: what was found when it was added, or said later."""
    noted = [json.loads(corpus.read_raw(file)) for file in corpus.raw_files("columns")]
    return {note["survey"]: note for note in sorted(noted, key=lambda note: int(note["number"]))}


def decisions(corpus: Corpus) -> pa.Table:
    """Return the table `decisions` of the review files that the corpus holds."""
    from expertmine.nominations.review import read_review
    from expertmine.tables import TABLES

    rows = (
        row for file in corpus.raw_files("decisions") for row in read_review(corpus.read_raw(file), source=file.name)
    )
    return TABLES["decisions"].rows({"number": number, **row} for number, row in enumerate(rows, 1))


def _ballots(corpus: Corpus) -> tuple[pa.Table, pa.Table]:
    from expertmine.nominations import read_ballots
    from expertmine.tables import TABLES

    noted, read = columns_of(corpus), []
    for file in corpus.raw_files("survey"):
        how = noted.get(file.sha256, {})
        told, topic = how.get("columns"), how.get("topic")
        read.append(read_ballots(corpus.read_raw(file), source=file.name, columns=told, topic=topic))
    return (
        pa.concat_tables([TABLES["ballots"].empty(), *(ballots for ballots, _ in read)]),
        pa.concat_tables([TABLES["rejects"].empty(), *(rejects for _, rejects in read)]),
    )
