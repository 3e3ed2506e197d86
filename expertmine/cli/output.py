"""How answers leave the program: data to stdout or a file, progress and words to stderr."""

from __future__ import annotations

import functools
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from expertmine.errors import DataError
from expertmine.report.cells import harmless

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.progress import Listener

FORMATS = ("table", "csv", "json")
SMALL = 0.001
"""Below it a number is printed by its power of ten."""
Verb = TypeVar("Verb", bound=Callable[..., Any])


def answers(*brief: str) -> Callable[[Callable[..., pd.DataFrame]], Callable[..., None]]:
    """Give a verb that returns a DataFrame the options --format and -o; a table to read shows `brief` columns only."""

    def decorate(verb: Callable[..., pd.DataFrame]) -> Callable[..., None]:
        @click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            help=f"How to print{'; csv and json have every column' if brief else ''}.  [default: by the file's name]",
        )
        @click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here instead of to stdout.")
        @functools.wraps(verb)
        def printed(*, form: str | None, output: Path | None, **options: Any) -> None:  # noqa: ANN401 - click's own options
            form = form or _form(output)
            frame = verb(**options)
            shown = [name for name in brief if name in frame.columns]
            text = render(frame[shown] if shown and form == "table" else frame, form=form)
            if output is None:
                _print(text)
            else:
                _write(output, text, encoding="utf-8-sig" if form == "csv" else "utf-8")

        return printed

    return decorate


def _form(output: Path | None) -> str:
    """Return the format that a file's name asks for."""
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    return ending if ending in FORMATS else "table"


def render(frame: pd.DataFrame, *, form: str) -> str:
    """Turn a DataFrame into a table to read, CSV or JSON."""
    if form == "json":
        rows = msgspec.json.encode(frame.to_dict("records"), enc_hook=_plain)
        return msgspec.json.format(rows, indent=2).decode()
    from pandas.api.types import is_object_dtype

    mixed = {str(name): frame[name].map(_joined) for name, kind in frame.dtypes.items() if is_object_dtype(kind)}
    flat = frame.assign(**mixed)
    if form == "csv":  # a name or title must not become a spreadsheet's formula
        return flat.map(lambda cell: harmless(cell) if isinstance(cell, str) else cell).to_csv(index=False).rstrip("\n")
    return _table(flat)


def _joined(cell: object) -> object:
    return "; ".join(map(str, cell)) if isinstance(cell, Iterable) and not isinstance(cell, str) else cell


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever a cell may hold
    """Turn into JSON's own kinds what msgspec does not know: arrays, and pandas' missing value."""
    return value.tolist() if hasattr(value, "tolist") else None


@contextmanager
def progress_bar() -> Iterator[None]:
    """Show progress on stderr while the block works: a bar at a terminal, a line per step elsewhere."""
    from expertmine.progress import listening

    if not sys.stderr.isatty():
        with listening(_line_per_step()):
            yield
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def listener(label: str, done: int, total: int | None) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, total=total, rate="")
            bar.update(tasks[label], completed=done, total=total)
            speed = next(task.speed for task in bar.tasks if task.id == tasks[label])
            bar.update(tasks[label], rate=f"{speed:,.0f}/s" if speed and total else "")

        with listening(listener):
            yield


def say(message: str) -> None:
    """Tell the person something that is not data."""
    click.echo(message, err=True)


def _line_per_step() -> Listener:
    seen: set[str] = set()

    def listener(label: str, done: int, total: int | None) -> None:
        if label not in seen:
            seen.add(label)
            say(f"… {label}" + (f" ({total})" if total and not done else ""))

    return listener


def _table(frame: pd.DataFrame) -> str:
    from rich.console import Console
    from rich.table import Table

    if frame.empty:
        return "(nothing)"
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, kind in frame.dtypes.items():
        table.add_column(str(name), justify="right" if kind.kind in "iuf" else "left", overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    person, text = sys.stdout.isatty(), io.StringIO()
    Console(file=text, force_terminal=person, no_color=not person, width=None if person else 160).print(table)
    return text.getvalue().rstrip("\n")


def _cell(value: object) -> str:
    import pandas as pd
    from rich.markup import escape

    if pd.isna(value):  # type: ignore[call-overload]  # a cell is no array
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if value == 0 or abs(value) >= SMALL else f"{value:.1e}"
    return escape(str(value))


def _print(text: str) -> None:
    try:
        click.echo(text)
    except BrokenPipeError:  # whoever read it has read enough
        raise
    except OSError as error:
        raise DataError(f"cannot print: {error.strerror or error}; write to a file with -o") from error


def _write(path: Path, text: str, *, encoding: str) -> None:
    """Write a file; a CSV begins with the mark by which Excel knows UTF-8."""
    try:
        path.write_text(text + "\n", encoding=encoding)
    except OSError as error:
        raise DataError(f"cannot write '{path}': {error.strerror or error}; choose another place") from error
    say(f"wrote {path}")
