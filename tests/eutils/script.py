"""Faults by script: at which request, on which verb, how often; as TOML or as JSON lines.

    [[fault]]                     # the third efetch is refused
    verb = "efetch"
    at = 3                        # counted from 1 among this verb's requests; without a verb, among all
    kind = "429"
    retry_after = 1

    [[fault]]                     # one answer in ten is cut, but not more than twice
    share = 0.1
    times = 2
    kind = "cut body"

The kinds are those of `faults.FAULTS` and of `oddities.ODDITIES`.
"""

from __future__ import annotations

import difflib
import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from tests.eutils.answers import Answer
from tests.eutils.catalogue import Catalogue
from tests.eutils.faults import FAULTS
from tests.eutils.oddities import ODDITIES, SILENT, WANTS, Details, Strike
from tests.eutils.service import Request
from tests.eutils.terms import bounds_of

KINDS = sorted({*FAULTS, *ODDITIES})


class ScriptError(Exception):
    """A script that cannot be played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fault of a script: when it strikes, and what it does."""

    kind: str
    at: int | tuple[int, ...] = ()
    verb: Literal["esearch", "epost", "efetch"] | None = None
    share: float = 1.0
    times: int | None = None
    retry_after: int | str | None = None
    """Seconds, or a date as HTTP writes it."""
    status: int | None = None
    seconds: float | None = None
    """Of a slow or trickling answer."""
    pmids: tuple[int, ...] = ()
    day: str = ""
    widest: int = 1
    file: str = ""
    by: int = 1

    @property
    def details(self) -> Details:
        """What the oddities want to know."""
        return Details(self.pmids, self.day, self.widest, self.file, self.by)


class Script:
    """Lines being played; each request is held against every line, in their order."""

    def __init__(self, lines: Sequence[Line], catalogue: Catalogue, *, seed: int = 0, folder: Path = Path()) -> None:
        self._lines = lines
        self._catalogue = catalogue
        self._dice = random.Random(seed)
        self._folder = folder
        self._asked: Counter[str] = Counter()
        self._struck: Counter[int] = Counter()

    @classmethod
    def read(cls, path: Path, catalogue: Catalogue, *, seed: int = 0) -> Script:
        """Read a script; files that it names lie beside it.

        Raises ScriptError if it has a fault that nobody wanted.
        """
        return cls(read_lines(path), catalogue, seed=seed, folder=path.parent)

    def __call__(self, request: Request, answer: Answer) -> Answer:
        """Return what becomes of the answer."""
        self._asked[request.verb] += 1
        for number, line in enumerate(self._lines):
            if self._due(number, line, request):
                struck = self._strike(line, request, answer)
                self._struck[number] += struck != answer or line.kind in SILENT
                answer = struck
        return answer

    def _due(self, number: int, line: Line, request: Request) -> bool:
        times = 1 if line.times is None and line.kind in SILENT else line.times
        at = (line.at,) if isinstance(line.at, int) else line.at
        asked = self._asked[line.verb] if line.verb else request.number + 1
        return (
            line.verb in {None, request.verb}
            and (times is None or self._struck[number] < times)
            and (not at or asked in at)
            and (line.share >= 1 or self._dice.random() < line.share)
        )

    def _strike(self, line: Line, request: Request, answer: Answer) -> Answer:
        if line.kind in FAULTS:
            struck = FAULTS[line.kind](answer, self._dice)
        else:
            strike = Strike(request, answer, self._catalogue, self._folder, line.details)
            struck = ODDITIES[line.kind](strike)
        if struck == answer and line.kind not in SILENT:
            return answer
        return replace(_told(struck, line), fault=line.kind)


def _told(answer: Answer, line: Line) -> Answer:
    """Return the answer with the status and the waits that the line wants."""
    if line.retry_after is not None:
        others = tuple(header for header in answer.headers if header[0] != "Retry-After")
        answer = replace(answer, headers=(*others, ("Retry-After", str(line.retry_after))))
    if line.status is not None:
        answer = replace(answer, status=line.status)
    if line.seconds is None:
        return answer
    return replace(answer, trickle=line.seconds) if answer.trickle else replace(answer, delay=line.seconds)


def read_lines(path: Path) -> list[Line]:
    """Return the lines of a script, every one checked."""
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".toml":
            whole = tomllib.loads(text)
            _refuse_unknown(whole, {"fault"}, str(path))
            return [_line(one, f"{path}, fault {n}") for n, one in enumerate(whole.get("fault", []), start=1)]
        rows = ((n, row) for n, row in enumerate(text.splitlines(), start=1) if row.strip() and row[0] != "#")
        return [_line(json.loads(row), f"{path}, line {n}") for n, row in rows]
    except ValueError as error:  # what tomllib and json raise
        raise ScriptError(f"{path}: {error}") from error


def _line(said: dict[str, Any], place: str) -> Line:
    _refuse_unknown(said, {one.name for one in fields(Line)}, place)
    try:
        line = msgspec.convert(said, Line)
    except msgspec.ValidationError as error:
        raise ScriptError(f"{place}: {error}") from error
    _refuse_unknown([line.kind], KINDS, place)
    wanted = WANTS.get(line.kind, "")
    if wanted and not getattr(line, wanted):
        raise ScriptError(f"{place}: '{line.kind}' wants {wanted}")
    if line.day and bounds_of(line.day, date.max) is None:
        raise ScriptError(f"{place}: day is '{line.day}', expected year/month/day")
    return line


def _refuse_unknown(words: Iterable[str], known: Iterable[str], place: str) -> None:
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, list(known), n=1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; expected one of {', '.join(sorted(known))}"
            raise ScriptError(f"{place}: unknown '{word}'{hint}")
