"""What people have ruled: two mentions are one human, or are not, whatever the evidence says."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.cluster.hierarchy import DisjointSet

from expertmine.errors import DataError
from expertmine.identity.reading import Mentions, keep_humans
from expertmine.tables import TABLES

COLUMNS = ("verdict", "first", "second", "by", "date")
VERDICTS = ("same", "different")
_AGAIN = "rule again on a pair in between (`expertmine table CORPUS corrections`)"
_MENTION = re.compile(r"m?(\d{1,10})\.(\d{1,5})")
"""With its letter no spreadsheet takes it for a number, of which 7.10 is 7.1."""

Key = tuple[int, int]
"""A mention: PMID and position."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """Pairs of mentions, as indices into `Mentions`; none by default."""

    same: tuple[tuple[int, int], ...] = ()
    different: tuple[tuple[int, int], ...] = ()
    foes: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Of each mention, those that were ruled to be somebody else."""


NONE = Rulings()


def read_rulings(data: bytes, *, source: str) -> list[dict[str, Any]]:
    r"""Read rulings from CSV with a header: verdict, first, second, by, and perhaps date.

    Parameters
    ----------
    data
        The file's bytes, UTF-8. `verdict` is 'same' or 'different'; `first` and `second` are mentions, mPMID.POSITION
        (without the m a spreadsheet makes 7.1 of 7.10); `by` is who says so; `date` is YYYY-MM-DD.
    source
        What to call the file.

    Returns
    -------
    Rows of the table `corrections`, without their number.

    Raises
    ------
    DataError
        If a row is not as described; nothing of the file is taken then.

    Examples
    --------
    >>> rows = read_rulings(b"verdict,first,second,by\nsame,m7.1,m9.2,A. Curator\n", source="mine.csv")
    >>> rows[0]["verdict"], rows[0]["pmid"], rows[0]["other_pmid"], rows[0]["place"]
    ('same', 7, 9, 'line 2')
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"'{source}' is not UTF-8 (byte {error.start}); save it as CSV UTF-8") from error
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    try:
        missing = [name for name in COLUMNS[:-1] if name not in (reader.fieldnames or ())]
        if missing:
            raise DataError(f"'{source}' has no column {', '.join(missing)}; expected a header {','.join(COLUMNS)}")
        return [_ruling(row, f"line {reader.line_num}", source) for row in reader]
    except csv.Error as error:
        raise DataError(
            f"'{source}', after line {reader.line_num}: {error}; is a closing quote missing? nothing of it was taken"
        ) from error


def _ruling(row: dict[str, Any], place: str, source: str) -> dict[str, Any]:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    first, second = _mention(cells["first"]), _mention(cells["second"])
    fault = ""
    if cells["verdict"] not in VERDICTS:
        fault = f"verdict is {cells['verdict']!r}, expected 'same' or 'different'"
    elif not first or not second or first == second:
        fault = f"found {cells['first']!r} and {cells['second']!r}, expected two mentions, each mPMID.POSITION"
    elif cells["verdict"] == "same" and first[0] == second[0]:
        fault = f"{cells['first']} and {cells['second']} stand on one paper: they are two humans"
    elif any(len(cell.splitlines()) > 1 for cell in cells.values()):
        fault = "a cell runs over several lines up to here, as if a closing quote were missing"
    elif not cells["by"]:
        fault = "nobody signs it; fill in 'by'"
    try:
        date = datetime.date.fromisoformat(cells["date"]) if cells["date"] else None
    except ValueError:
        fault = f"date is {cells['date']!r}, expected YYYY-MM-DD"
    if fault or not first or not second:
        raise DataError(f"'{source}', {place}: {fault}; nothing of the file was taken")
    return {
        "source": source, "place": place, "verdict": cells["verdict"], "pmid": first[0], "position": first[1],
        "other_pmid": second[0], "other_position": second[1], "by": cells["by"], "date": date,
    }  # fmt: skip


def _mention(text: str) -> Key | None:
    found = _MENTION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def write_rulings(pairs: Iterable[tuple[str, str, str]], *, by: str, date: datetime.date | None, after: int) -> bytes:
    """Return rulings (verdict, mention, mention) as the CSV that `read_rulings` reads.

    `after`, how many there were before, tells a ruling from the same one that was overruled since.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "after"])
    writer.writerows([*pair, by, date or "", after] for pair in pairs)
    return out.getvalue().encode()


def collect_rulings(files: Iterable[list[dict[str, Any]]]) -> pa.Table:
    """Return the table `corrections` of all files, in the order in which they came.

    Raises
    ------
    DataError
        If what was ruled in the end contradicts itself: A is B, B is C, and A is not C; or A and C stand on one paper.
    """
    rows = [row | {"number": number} for number, row in enumerate((row for file in files for row in file), start=1)]
    _refuse_contradictions(rows)
    return TABLES["corrections"].rows(rows)


def _refuse_contradictions(rows: list[dict[str, Any]]) -> None:
    last = _last(rows)
    one: DisjointSet[Key] = DisjointSet({key for pair in last for key in pair})
    for (a, b), row in last.items():
        if row["verdict"] == "same":
            one.merge(a, b)
    for (a, b), row in last.items():
        if row["verdict"] == "different" and one.connected(a, b):
            raise DataError(
                f"'{row['source']}', {row['place']}: {_text(a)} and {_text(b)} are different here, and one human by"
                f" what else was ruled; {_AGAIN}"
            )
    crowded = _crowded(one)
    for (a, b), row in last.items():
        if row["verdict"] == "same" and a in crowded:
            pmid, names = crowded[a]
            raise DataError(
                f"'{row['source']}', {row['place']}: with what else was ruled, {_text(a)} and {_text(b)} make one human"
                f" of {names} names of paper {pmid}; {_AGAIN}"
            )


def _crowded(one: DisjointSet[Key]) -> dict[Key, tuple[int, int]]:
    """Return for each mention of a human who would stand twice on a paper that paper, and how often."""
    found: dict[Key, tuple[int, int]] = {}
    for human in one.subsets():
        pmid, names = Counter(pmid for pmid, _ in human).most_common(1)[0]
        if names > 1:
            found |= dict.fromkeys(human, (pmid, names))
    return found


def rulings_in_force(corrections: pa.Table) -> dict[tuple[str, str], str]:
    """Return the last verdict on each pair of mentions, each PMID.POSITION."""
    last = _last(corrections.sort_by("number").to_pylist())
    return {(_text(a), _text(b)): str(row["verdict"]) for (a, b), row in last.items()}


def _last(rows: Iterable[dict[str, Any]]) -> dict[tuple[Key, Key], dict[str, Any]]:
    """Return the last ruling on each pair."""
    last: dict[tuple[Key, Key], dict[str, Any]] = {}
    for row in rows:
        ends = sorted([(row["pmid"], row["position"]), (row["other_pmid"], row["other_position"])])
        last[ends[0], ends[1]] = row
    return last


def _text(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def find_ruled(mentions: Mentions, corrections: pa.Table) -> Rulings:
    """Return the rulings in force; those on mentions that are not here wait."""
    last = _last(corrections.sort_by("number").to_pylist())
    wanted = {key for pair in last for key in pair}
    place = dict(_places(mentions, wanted))
    found: dict[str, list[tuple[int, int]]] = {verdict: [] for verdict in VERDICTS}
    for (a, b), row in sorted(last.items()):
        if a in place and b in place:
            found[row["verdict"]].append((place[a], place[b]))
    foes: dict[int, set[int]] = {}
    for one, two in found["different"]:
        foes.setdefault(one, set()).add(two)
        foes.setdefault(two, set()).add(one)
    return Rulings(
        tuple(found["same"]), tuple(found["different"]), {key: frozenset(value) for key, value in foes.items()}
    )


def count_waiting(corrections: pa.Table, mentions: pa.Table) -> int:
    """Return how many rulings in force name a mention that is not here, or names no human."""
    last = _last(corrections.sort_by("number").to_pylist())
    pmids = pa.array(sorted({pmid for pair in last for pmid, _ in pair}), pa.int64())
    rows = keep_humans(mentions.filter(pc.is_in(mentions["pmid"], value_set=pmids)))
    here = set(zip(rows["pmid"].to_pylist(), rows["position"].to_pylist(), strict=True))
    return sum(not here.issuperset(pair) for pair in last)


def _places(mentions: Mentions, wanted: set[Key]) -> Iterator[tuple[Key, int]]:
    """Yield where each wanted mention stands; mentions are sorted by PMID."""
    for pmid, position in sorted(wanted):
        begin, end = np.searchsorted(mentions.pmid, [pmid, pmid + 1])
        for index in range(int(begin), int(end)):
            if mentions.position[index] == position:
                yield (pmid, position), index
