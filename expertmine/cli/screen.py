"""A table to read: intervals beside their values, wrapped at words only; too wide for the screen, row by row."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from rich.cells import cell_len

if TYPE_CHECKING:
    import pandas as pd

SMALL = 0.001
"""Below it a number is printed by its power of ten."""
GAP = 2
"""Blanks between columns."""
WORD = 24
"""Letters that are kept together."""
TEXT = 16
"""Width that a longer text has at least; a shorter one may be broken between any words."""
LINES = 5
"""Lines that a text takes, about, before the row is printed as a block."""
READABLE = 110
"""Most letters on a line of a block."""

Bounds: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is printed."""

    heading: str
    cells: Sequence[str]
    number: bool

    @property
    def widest(self) -> int:
        """Return the width at which nothing is wrapped."""
        return _longest([self.heading, *self._lines()])

    @property
    def narrowest(self) -> int:
        """Return the width below which a number, an id or a word would break, or a text become a ribbon."""
        whole, word = _longest(self._lines()), _longest(_words("\n".join(self.cells)))
        if not self.number and any(" " in cell for cell in self.cells):
            whole = max(min(word, WORD), -(-whole // LINES), TEXT if whole > TEXT else 0)
        return max(whole, _longest(_words(self.heading)))

    def _lines(self) -> list[str]:
        return [line for cell in self.cells for line in cell.split("\n")]


def show_table(frame: pd.DataFrame, *, width: int, spare: Sequence[str] = (), bold: bool = False) -> str:
    """Print a table into so many columns of a screen.

    What does not fit with every text wrapped does without the columns that say least, then without the `spare` ones, as
    many as need be and the first first; then it has its intervals under the values; and then it is no table any more
    but a block of lines a row.
    """
    if frame.empty:
        return "(nothing)"
    whole = frame.drop(columns="unstable") if "unstable" in frame and not frame["unstable"].any() else frame
    spared = [name for name in (*_said_otherwise(whole), *spare) if name in whole.columns]
    ways = [*(_columns(whole, without=spared[:few]) for few in range(len(spared) + 1))]
    for few, columns in enumerate([*ways, _columns(whole, without=spared, below=True)]):
        if (widths := _fit(columns, width)) is not None:
            return _table(columns, widths, bold=bold) + left_out(spared[:few], width=width, why="no room for")
    return _blocks(ways[0], width)


def _said_otherwise(frame: pd.DataFrame) -> list[str]:
    """Return the columns that say least: ids beside names, measures beside their ranks."""
    names = list(map(str, frame.columns))
    ranked = [(name, f"{name}_rank") for name in names]
    pairs = [("topic_id", "topic"), ("person_id", "name"), *ranked, ("nominators", "standing_rank")]
    return [least for least, by in pairs if {least, by} <= set(names)]


def _columns(frame: pd.DataFrame, *, without: Sequence[str] = (), below: bool = False) -> list[Column]:
    """Return the columns with the bounds of an interval beside its value, or below it."""
    bounds = {str(name): found for name in frame.columns if (found := _bounds(frame, str(name)))}
    hidden = {*without, *(end for ends in bounds.values() for end in ends)}
    columns = []
    for name in frame.columns:
        if (label := str(name)) not in hidden:
            texts = _texts([frame[each] for each in (label, *bounds.get(label, ()))])
            cells = [" ".join(cell.split()) for cell in (map(_merged, *texts) if label in bounds else texts[0])]
            if below and label in bounds:
                cells = [cell.replace(" (", "\n").removesuffix(")") for cell in cells]
            columns.append(Column(label.replace("_", " "), cells, number=_is_number(frame[name])))
    return columns


def _bounds(frame: pd.DataFrame, name: str) -> Bounds | None:
    """Return the columns that hold the ends of a number's interval: X_low and X_high, or low and high right after X."""
    names = list(map(str, frame.columns))
    after = names[names.index(name) + 1 :][:2]
    if frame[name].dtype.kind not in "iuf":
        return None
    if {f"{name}_low", f"{name}_high"} <= set(names):
        return f"{name}_low", f"{name}_high"
    return ("low", "high") if after == ["low", "high"] else None


def _is_number(column: pd.Series[Any]) -> bool:
    """Say whether a column holds numbers, of one kind or, as ranks beside scores, of two."""
    if column.dtype.kind != "O":
        return column.dtype.kind in "iuf"
    return set(map(type, column.dropna())) in ({int}, {float}, {int, float})


def _merged(value: str, low: str, high: str) -> str:
    return f"{value} ({low} to {high})" if value and low and high else value


def _texts(values: Sequence[pd.Series[float]]) -> list[list[str]]:
    """Print the cells of a column and of its bounds; numbers that are all whole have no decimals."""
    import pandas as pd

    numbers = [value for column in values for value in column.dropna() if isinstance(value, float)]
    whole = all(number.is_integer() for number in numbers)
    return [["" if pd.isna(value) else _text(value, whole=whole) for value in column.tolist()] for column in values]


def _text(value: object, *, whole: bool) -> str:
    if str(value) in ("True", "False"):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    if whole:
        return f"{value:.0f}"
    return f"{value:.3f}" if value == 0 or abs(value) >= SMALL else f"{value:.1e}"


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _words(text: str) -> list[str]:
    """Return the pieces between which a text may be broken."""
    return [word for line in text.split("\n") for word in textwrap.wrap(line, 1, break_long_words=False)]


def _fit(columns: Sequence[Column], room: int) -> list[int] | None:
    """Share out the room, the widest columns giving way to the others; None where a word would break."""
    room -= GAP * (len(columns) - 1)
    least, most = [column.narrowest for column in columns], [column.widest for column in columns]
    if sum(least) > room:
        return None
    cap = max(most)
    while sum(widths := [max(low, min(high, cap)) for low, high in zip(least, most, strict=True)]) > room:
        cap -= 1
    return widths


def _table(columns: Sequence[Column], widths: Sequence[int], *, bold: bool) -> str:
    head = _row(columns, [column.heading for column in columns], widths)
    body = [
        line for row in zip(*(column.cells for column in columns), strict=True) for line in _row(columns, row, widths)
    ]
    return "\n".join([*(click.style(line, bold=True) if bold else line for line in head), *body])


def _row(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the lines of one row."""
    wrapped = [
        [part for line in cell.split("\n") for part in textwrap.wrap(line, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    lines = []
    for parts in zip_longest(*wrapped, fillvalue=""):
        blanks = [" " * (width - cell_len(part)) for part, width in zip(parts, widths, strict=True)]
        padded = [
            blank + part if column.number else part + blank
            for column, part, blank in zip(columns, parts, blanks, strict=True)
        ]
        lines.append((" " * GAP).join(padded).rstrip())
    return lines or [""]


def left_out(names: Sequence[str], *, width: int, why: str = "not shown:") -> str:
    """Say under a table which columns are not in it."""
    told = f"({why} {', '.join(names)}; --format csv has every column)"
    return f"\n{textwrap.fill(told, width)}" if names else ""


def _blocks(columns: Sequence[Column], width: int) -> str:
    """Print each row as lines of a name and what is there."""
    margin = max(len(column.heading) for column in columns) + GAP
    wrap = textwrap.TextWrapper(
        max(min(width, READABLE), 2 * margin), subsequent_indent=" " * margin, break_on_hyphens=False
    )
    rows = zip(*(column.cells for column in columns), strict=True)
    return "\n\n".join(
        "\n".join(
            wrap.fill(f"{column.heading + ':':<{margin}}{cell}")
            for column, cell in zip(columns, row, strict=True)
            if cell
        )
        for row in rows
    )
