"""PubMed's query language: a term becomes PMIDs, the term as it was understood, and remarks on what was not."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from tests.eutils.catalogue import Catalogue, Mask
from tests.eutils.fields import EVERYTHING, FIELDS, STOP_WORDS, UNSEARCHED, Field
from tests.eutils.records import words

UnknownTag = Literal["ignored", "everything", "refused"]
"""What an unknown tag does: the service drops it in silence; the others are worse (all records) and better."""
_ATOM = re.compile(r'\(|\)|\[[^\]]*\]|"[^"]*"|[^\s()\[\]"]+')
_DAY = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?\Z")
_LAST = re.compile(r"last (\d+) (day|month|year)s?\Z", re.IGNORECASE)
_UNITS = {"day": 1, "month": 31, "year": 366}
_OPERATORS: dict[str, Callable[[Mask, Mask], Mask]] = {
    "AND": lambda left, right: left & right,
    "OR": lambda left, right: left | right,
    "NOT": lambda left, right: left & ~right,
}


class QueryError(Exception):
    """A term that cannot be read."""


class FieldError(Exception):
    """A field that is not searched."""


class Hits(NamedTuple):
    """What a search finds."""

    pmids: list[int]
    """The newest first."""
    translation: str
    remarks: Mapping[str, list[str]]
    """By their names in the service's ErrorList and WarningList."""


class Term(NamedTuple):
    """Words of a query, up to the tag that holds for them if there is one."""

    text: str
    tag: str | None = None


@dataclass(slots=True)
class Search:
    """One query being read; operators count from left to right, as PubMed does it, and no operator means AND."""

    catalogue: Catalogue
    sets: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Earlier results, for #1 in the query."""
    today: date = date.max
    unknown_tag: UnknownTag = "ignored"
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def hits(self, term: str) -> Hits:
        """Return what the term finds.

        Raises QueryError if it cannot be read.
        """
        tokens = deque(split(term))
        try:
            mask, said = self._expression(tokens)
        except FieldError as error:
            return Hits([], term, {"FieldNotFound": [str(error)], "OutputMessage": ["No items found."]})
        if tokens:
            raise QueryError(f"unexpected '{tokens[0]}'")
        pmids = [] if mask is None else self.catalogue.listed(mask)
        if not pmids:
            self._remark("OutputMessage", "No items found.")
        return Hits(pmids, said, self.remarks)

    def _remark(self, kind: str, words: str) -> None:
        self.remarks.setdefault(kind, []).append(words)

    def _expression(self, tokens: deque[str | Term]) -> tuple[Mask | None, str]:
        mask, first = self._operand(tokens)
        said = [first]
        while tokens and tokens[0] != ")":
            operator = str(tokens.popleft()) if tokens[0] in _OPERATORS else "AND"
            other, also = self._operand(tokens)
            if other is not None:  # words that say nothing take their operator along
                said += [operator, also] if mask is not None else [also]
                mask = other if mask is None else _OPERATORS[operator](mask, other)
        return mask, " ".join(filter(None, said))

    def _operand(self, tokens: deque[str | Term]) -> tuple[Mask | None, str]:
        if not tokens or tokens[0] == ")" or tokens[0] in _OPERATORS:
            return None, ""
        token = tokens.popleft()
        if isinstance(token, Term):
            return self._term(token)
        mask, said = self._expression(tokens)
        if not tokens:
            raise QueryError("a bracket is never closed")
        tokens.popleft()
        return mask, f"({said})"

    def _term(self, term: Term) -> tuple[Mask | None, str]:
        if term.tag is None:
            return self._untagged(term.text)
        place = FIELDS.get(term.tag)
        if place is not None:
            kinds = {"day": self._day, "number": self._number, "filter": self._filter}
            return kinds.get(place.kind, self._words)(term.text, place)
        if term.tag in UNSEARCHED or self.unknown_tag == "refused":
            raise FieldError(term.tag)
        return (self.catalogue.everything(), "") if self.unknown_tag == "everything" else self._untagged(term.text)

    def _untagged(self, text: str) -> tuple[Mask | None, str]:
        """Beside words that are found, those that are not are dropped: the service widens the question."""
        found: list[tuple[Mask, str]] = []
        missed = False
        for atom in _ATOM.findall(text):
            mask, said = self._atom(atom)
            if mask is not None and mask.any():
                found.append((mask, said))
            missed = missed or mask is not None
        if not found:
            return (self.catalogue.nothing(), text) if missed else (None, "")
        mask = found[0][0]
        for other, _ in found[1:]:
            mask = mask & other
        return mask, " AND ".join(said for _, said in found)

    def _atom(self, atom: str) -> tuple[Mask | None, str]:
        if atom.startswith("#") and atom[1:].isdigit():
            return self._set(atom)
        if atom.lower() in STOP_WORDS or not words(atom):
            self._remark("PhraseIgnored", atom)
            return None, ""
        mask, said = self._words(atom, EVERYTHING)
        return (mask | self.catalogue.numbered(int(atom), int(atom)) if atom.isdecimal() else mask), said

    def _set(self, atom: str) -> tuple[Mask, str]:
        if int(atom[1:]) not in self.sets:
            raise QueryError(f"Unable to obtain query {atom}")
        return self.catalogue.among(self.sets[int(atom[1:])]), atom

    def _words(self, text: str, place: Field) -> tuple[Mask, str]:
        sought = [one for atom in text.split() for one in _forms(atom, place)]
        mask = self.catalogue.everything() if sought else self.catalogue.nothing()
        for word in sought:
            mask = mask & self.catalogue.worded(place.where, word)
        quoted = text.startswith('"')
        if (quoted or place.kind == "name") and len(sought) > 1:
            beside = self.catalogue.phrased(place.where, sought, mask, across=place.kind == "name")
            if quoted and place.kind != "name" and not beside.any():
                self._remark("QuotedPhraseNotFound", text)  # and its words are sought one by one
            else:
                mask = beside
        if not mask.any():
            self._remark("PhraseNotFound", text)
        plain = text.strip('"')
        return mask, f'"{plain}"[{place.name}]'

    def _day(self, text: str, place: Field) -> tuple[Mask, str]:
        plain = " ".join(text.replace('"', "").split())
        bounds = bounds_of(plain, self.today)
        if bounds is None:
            self._remark("PhraseNotFound", plain)
            return self.catalogue.nothing(), f"{plain}[{place.name}]"
        return self.catalogue.dated(place.where, *bounds), f"{plain.replace(' : ', ':')}[{place.name}]"

    def _number(self, text: str, place: Field) -> tuple[Mask, str]:
        first, _, last = (part.strip(' "') for part in text.partition(":"))
        said = f"{first}:{last}[{place.name}]" if last else f"{first}[{place.name}]"
        if not first.isdecimal() or not (last or first).isdecimal():
            self._remark("PhraseNotFound", text)
            return self.catalogue.nothing(), said
        return self.catalogue.numbered(int(first), int(last or first)), said

    def _filter(self, text: str, place: Field) -> tuple[Mask, str]:
        name = text.strip('"').lower()
        if name == "all":
            return self.catalogue.everything(), f"all[{place.name}]"
        self._remark("PhraseNotFound", f"{name}[{place.name}]")
        return self.catalogue.nothing(), f"{name}[{place.name}]"


def _forms(atom: str, place: Field) -> Iterator[str]:
    """Yield the words of an atom; the last one keeps its asterisk; languages are stored as three letters."""
    *others, last = words(atom) or [""]
    yield from others
    if last:
        yield last[:3] if place.name == "Language" else f"{last}*" if atom.rstrip('"').endswith("*") else last


def split(term: str) -> Iterator[str | Term]:
    """Return brackets, operators and terms; a range of two tagged dates is one term."""
    out: list[str | Term] = []
    run: list[str] = []
    for atom in [*_ATOM.findall(term), ""]:
        if atom.startswith("["):
            _tag(out, run, atom[1:-1].partition(":")[0].strip().lower())
        elif atom and atom not in {"(", ")", *_OPERATORS}:
            run.append(atom)
            continue
        elif run:
            out.append(Term(" ".join(run)))
        run = []
        out += [atom] if atom and not atom.startswith("[") else []
    return iter(out)


def _tag(out: list[str | Term], run: list[str], tag: str) -> None:
    """Add what stands before a tag; a tag behind a bracket says nothing."""
    before = out[-1] if out else None
    if run and run[0] == ":" and isinstance(before, Term):
        out[-1] = Term(f"{before.text} {' '.join(run)}", tag)
    elif run:
        out.append(Term(" ".join(run), tag))


def bounds_of(text: str, today: date) -> tuple[int, int] | None:
    """Return the first and the last day of a date or a range, as numbers like 20010131; None if it is neither."""
    last = _LAST.match(text)
    if last:
        start = today - timedelta(days=int(last[1]) * _UNITS[last[2].lower()])
        return int(f"{start:%Y%m%d}"), int(f"{today:%Y%m%d}")
    first, _, end = text.partition(":")
    low, high = _DAY.match(first.strip()), _DAY.match((end or first).strip())
    if low is None or high is None:
        return None
    return _number_of(low, 0), _number_of(high, 99)


def _number_of(day: re.Match[str], rest: int) -> int:
    return int(day[1]) * 10_000 + int(day[2] or rest) * 100 + int(day[3] or rest)
