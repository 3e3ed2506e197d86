"""Words: which are counted, which end a phrase, and the one form under which a word is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from expertmine.text.lean import without_torch
from expertmine.text.wordlists import ENDING, FOREIGN, UNCOUNTED, UNFOLDED

_NUMBER = re.compile(
    r"[<>=~±+-]*\d[\d.,:/x\u00d7+-]*-?(?:st|nd|rd|th|y|yrs?|years?|months?|mo|weeks?|wk|days?|hours?|hr?s?|min|minutes?|"
    r"s|[µmnkc]?[gmlL]|mcg|mmhg|iu|fold|points?|times|items?|%|and|to|year-old|years-old|month-old)?"
)
_UNFOLDED = frozenset(UNFOLDED.split())
_PLURALS = (
    ("ss", 0, ""), ("us", 0, ""), ("is", 0, ""), ("yses", 2, "is"), ("noses", 2, "is"), ("broses", 2, "is"),
    ("boses", 2, "is"), ("roses", 2, "is"), ("stases", 2, "is"), ("ruses", 2, ""), ("nuses", 2, ""),
    ("sses", 2, ""), ("xes", 2, ""), ("ches", 2, ""), ("shes", 2, ""), ("ies", 3, "y"), ("s", 1, ""),
)  # fmt: skip
"""What a word ends in, how many letters go, what takes their place; the first that fits."""
_PARTS = re.compile(r"[^\W\d_]{3,}(?:[-/][^\W\d_]{3,})+")
_BREAKS = re.compile(r"[/-]+")
_KEPT_SINGLES = frozenset("bcdegkq")


@lru_cache(maxsize=1)
def _stops() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words never counted, and with them those that are counted but end a phrase."""
    with without_torch():
        from spacy.lang.en.stop_words import STOP_WORDS

    uncounted = frozenset(STOP_WORDS) | frozenset(UNCOUNTED.split())
    return uncounted, uncounted | frozenset(f"{ENDING} {FOREIGN}".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as printed: the forms it is counted under (none: not counted), and whether a phrase ends at it."""

    surface: str
    forms: tuple[str, ...]
    ends_phrase: bool


@lru_cache(maxsize=1 << 17)
def read_word(surface: str) -> Word:
    """Return what the printed word counts as."""
    lower = surface.lower()
    if not _is_word(lower):
        return Word(surface, (), ends_phrase=True)
    uncounted, ending = _stops()
    folded = fold(lower)
    if lower in uncounted or folded in uncounted:
        return Word(surface, (), ends_phrase=True)
    ends = lower in ending or folded in ending or (lower.endswith("ly") and len(lower) > 6)
    forms = tuple(map(fold, re.split("[-/]", lower))) if _is_compound(surface) else (folded,)
    return Word(surface, tuple(form for form in forms if form not in uncounted), ends_phrase=ends)


def _is_compound(surface: str) -> bool:
    """Whether it is made of plain words (full-thickness), not a name of its own (scRNA-seq)."""
    inner = re.sub(r"(^|[-/]).", "", surface)
    return bool(_PARTS.fullmatch(surface)) and inner == inner.lower()


def _is_word(lower: str) -> bool:
    if len(lower) == 1:
        return lower in _KEPT_SINGLES
    return len(lower) <= 60 and any(map(str.isalpha, lower)) and not _NUMBER.fullmatch(lower)


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Return the lower-case word without an English plural ending; folding twice changes nothing.

    >>> [fold(word) for word in ("Biopsies", "hearts", "diabetes", "stenosis", "virus")]
    ['biopsy', 'heart', 'diabetes', 'stenosis', 'virus']
    """
    lower = word.lower()
    if len(lower) < 4 or not lower.endswith("s") or lower in _UNFOLDED or not lower[-2].isalpha():
        return lower
    return next((lower[: len(lower) - cut] + tail for ending, cut, tail in _PLURALS if lower.endswith(ending)))


@lru_cache(maxsize=1 << 17)
def fold_phrase(phrase: str) -> str:
    """Return the form under which two spellings of a phrase meet: lower case, no plurals, hyphens as spaces."""
    return " ".join(filter(None, map(_fold_parts, phrase.split())))


@lru_cache(maxsize=1 << 17)
def _fold_parts(word: str) -> str:
    return " ".join([fold(part) for part in _BREAKS.split(word) if part])


def usual_spelling(counts: dict[str, int]) -> str:
    """Return the spelling with the fewest capitals of those used often: titles and headings shout, prose does not."""
    often = [text for text, count in counts.items() if count >= 0.2 * max(counts.values())]
    return min(often, key=lambda text: (sum(map(str.isupper, text)), -counts[text], text))
