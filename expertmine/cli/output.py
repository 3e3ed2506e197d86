"""How answers leave the program: data to stdout or a file, progress and words to stderr."""

from __future__ import annotations

import functools
import io
import logging
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click
import msgspec

from expertmine.cli.screen import left_out, show_table
from expertmine.errors import ConfigError, DataError
from expertmine.progress import STAGE, listening
from expertmine.wording import count, harmless

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress, TaskID

    from expertmine.corpus import Corpus
    from expertmine.progress import Listener

FORMATS = ("table", "csv", "tsv", "json", "xlsx")
ENDINGS = {".txt": "table"} | {f".{form}": form for form in FORMATS[1:]}
"""Formats by the end of a file's name."""
PIPED = 160
"""Width of a table that no terminal shows."""
EVENTS: ContextVar[logging.Handler | None] = ContextVar("EVENTS", default=None)
"""Writes a log of JSON, in which words are events too: a line of bare words would break it."""
Verb = TypeVar("Verb", bound=Callable[..., Any])


def answers(*brief: str, spare: tuple[str, ...] = ()) -> Callable[[Callable[..., pd.DataFrame]], Callable[..., None]]:
    """Give a verb that returns a DataFrame the options --format and -o.

    A table to read shows `brief` columns only, and goes without the `spare` ones where the screen is too narrow.
    """

    def decorate(verb: Callable[..., pd.DataFrame]) -> Callable[..., None]:
        @form_told(brief)
        @functools.wraps(verb)
        def printed(*, form: str | None, output: Path | None, **options: Any) -> None:  # noqa: ANN401 - click's own options
            form = form or form_of(output)
            answer = verb(**options)
            if "corpus" in options:
                tell_unanalysed(options["corpus"])
                tell_namesakes(options["corpus"], options.get("topic"))
            deliver(answer, form=form, output=output, brief=brief, spare=spare)

        return printed

    return decorate


def form_told(brief: tuple[str, ...]) -> Callable[[Verb], Verb]:
    """Give a verb the options --format and -o."""
    others = "; the others than table have every column" if brief else ""

    def decorate(verb: Verb) -> Verb:
        form = click.option(
            "--format", "form", type=click.Choice(FORMATS), help=f"How to print{others}.  [default: by the file's name]"
        )
        place = click.Path(path_type=Path)
        return form(click.option("-o", "--output", type=place, help="Write here instead of to stdout.")(verb))

    return decorate


def form_of(output: Path | None) -> str:
    """Return the format that a file's name asks for."""
    if output is None or not output.suffix:
        return "table"
    if (form := ENDINGS.get(output.suffix.lower())) is None:
        raise ConfigError(
            f"'{output.name}' ends in none of {', '.join(ENDINGS)}; name the file by one of them, or say --format"
        )
    return form


def deliver(
    frame: pd.DataFrame, *, form: str, output: Path | None, brief: tuple[str, ...] = (), spare: tuple[str, ...] = ()
) -> None:
    """Print an answer, or write it to a file."""
    columns = list(frame.columns)
    if form == "table":
        frame = frame[[name for name in brief if name in columns] or columns]
    left = [name for name in columns if name not in frame.columns]
    if output is None and getattr(sys, "stdout", None) is None:
        raise DataError("standard output is closed; name a file with -o")
    if output is not None:
        data = _workbook(frame) if form == "xlsx" else f"{render(frame, form=form)}\n".encode(_encoding(form))
        _write(output, data)
    elif form == "xlsx":
        raise ConfigError("a workbook is not for the screen; name a file with -o")
    elif form == "table" and sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        _print(show_table(_flat(frame), width=width, spare=spare, bold=True) + left_out(left, width=width))
    else:
        _print(render(frame, form=form, spare=spare))


def render(frame: pd.DataFrame, *, form: str, spare: tuple[str, ...] = ()) -> str:
    """Turn a DataFrame into a table to read, CSV, TSV or JSON."""
    if form == "json":
        rows = msgspec.json.encode(frame.to_dict("records"), enc_hook=_plain)
        return msgspec.json.format(rows, indent=2).decode()
    if form == "table":
        return show_table(_flat(frame), width=PIPED, spare=spare)
    text: str = _harmless(frame).to_csv(index=False, sep="\t" if form == "tsv" else ",")
    return text.rstrip("\n")


def _workbook(frame: pd.DataFrame) -> bytes:
    """Return a DataFrame as Excel reads it."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    clean = _harmless(frame).map(lambda cell: ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell)
    data = io.BytesIO()
    try:
        clean.to_excel(data, index=False)
    except ValueError as error:  # more rows than a sheet has
        raise DataError(f"cannot write a workbook: {error}; csv has no such limit") from error
    return data.getvalue()


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a DataFrame with one text for what is a list in a cell."""
    from pandas.api.types import is_object_dtype

    return _mapped(frame, [str(name) for name, kind in frame.dtypes.items() if is_object_dtype(kind)], _joined)


def _mapped(frame: pd.DataFrame, names: list[str], change: Callable[[object], object]) -> pd.DataFrame:
    """Change every cell of some columns; what is a whole number stays one, also beside others that are not."""
    import pandas as pd

    changed = {name: pd.Series(list(map(change, frame[name])), frame.index, dtype=object) for name in names}
    return frame.assign(**changed)


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same in which no name or title can become a spreadsheet's formula."""
    from pandas.api.types import is_numeric_dtype

    flat = _flat(frame)
    texts = [str(name) for name, kind in flat.dtypes.items() if not is_numeric_dtype(kind)]
    return _mapped(flat, texts, lambda cell: harmless(cell) if isinstance(cell, str) else cell)


def _joined(cell: object) -> object:
    """Return a list of texts or numbers as one text, a list of more than these as JSON."""
    if not isinstance(cell, Iterable) or isinstance(cell, str):
        return cell
    if isinstance(cell, Mapping) or any(isinstance(each, Iterable) and not isinstance(each, str) for each in cell):
        return msgspec.json.encode(cell, enc_hook=_plain).decode()
    return "; ".join(map(str, cell))


def _encoding(form: str) -> str:
    """Return the encoding of a file; what Excel may read begins with the mark by which it knows UTF-8."""
    return "utf-8-sig" if form in ("csv", "tsv") else "utf-8"


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever a cell may hold
    """Turn into JSON's own kinds what msgspec does not know: arrays, and pandas' missing value."""
    return value.tolist() if hasattr(value, "tolist") else None


@contextmanager
def progress_bar() -> Iterator[None]:
    """Show progress on stderr while the block works: a bar at a terminal, a line per step elsewhere."""
    if not sys.stderr.isatty() or EVENTS.get() is not None:
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
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars, listening(Bars(bars)):
        yield


class Bars:
    """Two bars at most: one for the stages, below it one for what is done inside the present one."""

    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.shown: list[tuple[str, TaskID]] = []

    def __call__(self, label: str, done: int, total: int | None) -> None:
        """Show how far the work is, and no longer what is finished."""
        stage = label.startswith(STAGE)
        level, name = (0, STAGE) if stage else (sum(name == STAGE for name, _ in self.shown), label)
        anew = not stage and not done  # the same work begun again has a rate of its own
        while len(self.shown) > level and (anew or self.shown[-1][0] != name):
            self.bars.remove_task(self.shown.pop()[1])
        if total is not None and done >= total:
            while len(self.shown) > level:
                self.bars.remove_task(self.shown.pop()[1])
            return
        if len(self.shown) == level:
            self.shown.append((name, self.bars.add_task(label, total=total, rate="")))
        task = self.shown[level][1]
        self.bars.update(task, description=label, completed=done, total=total)
        speed = next(each.speed for each in self.bars.tasks if each.id == task)
        self.bars.update(task, rate=f"{speed:,.0f}/s" if speed and total and not stage else "")


def say(message: str, *, level: int = logging.INFO) -> None:
    """Tell the person something that is not data; whoever reads a log of JSON, as an event of that level."""
    if (events := EVENTS.get()) is None:
        click.echo(message, err=True)
    else:
        events.handle(logging.LogRecord("expertmine.cli", level, __file__, 0, message, None, None))


def tell_unanalysed(corpus: Corpus) -> None:
    """Say how many stored articles no answer knows of yet: it may look complete without them."""
    from expertmine.answers.analysed import count_unanalysed

    if unanalysed := count_unanalysed(corpus):
        say(f"in no answer yet: {count(unanalysed, 'stored article')}; `expertmine run {corpus.path}` takes them in")


def tell_namesakes(corpus: Corpus, topic: str | None) -> None:
    """Say which topic was taken where several are called so."""
    from expertmine.answers.topics import topics_called

    called = topics_called(corpus, topic) if topic is not None else []
    if len(called) > 1:
        say(f"'{topic}' is {called[0]} here; {' and '.join(called[1:])} is called so too: name it by id")


def _line_per_step() -> Listener:
    seen: set[str] = set()

    def listener(label: str, done: int, total: int | None) -> None:
        if label not in seen:
            seen.add(label)
            say(f"… {label}" + (f" ({total})" if total and not done else ""))

    return listener


def _print(text: str) -> None:
    try:
        click.echo(text)
    except BrokenPipeError:  # whoever read it has read enough
        raise
    except OSError as error:
        raise DataError(f"cannot print: {error.strerror or error}; write to a file with -o") from error


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("wb") as opened:
            _fill(opened, data)
    except OSError as error:
        raise DataError(f"cannot write '{path}': {error.strerror or error}; choose another place") from error
    say(f"wrote {path}")


def _fill(opened: BinaryIO, data: bytes) -> None:
    """Write it all; half an answer looks like a whole one, so what a full disk took of it goes, devices stay."""
    try:
        opened.write(data)
        opened.flush()
    except OSError:
        path = Path(opened.name)
        if path.is_file() and not path.is_symlink():
            path.unlink()
        raise
