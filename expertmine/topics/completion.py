"""Phrases made whole. They end at everyday words ("therapy", "human"), which leaves a piece of many a name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from expertmine.text.wordlists import ENDING
from expertmine.text.words import fold, usual_spelling

_NEARLY_ALWAYS = 0.75
"""Share of the places where a phrase stands at which the same word must stand beside it."""
_FEWEST = 3
"""Places below which nothing is usual."""
_FARTHEST = 40
"""Letters before a phrase in which the word before it is looked for."""
_BEFORE = re.compile(r"(?<![\w/-])([^\W\d_]+) $")
_AFTER = re.compile(r" ([^\W\d_]+)(?![\w/])")  # also of "factor-1"
_JOINED = re.compile(r"[\w/-]")
_EVERYDAY = frozenset(ENDING.split())


def complete(phrase: str, texts: Iterable[str]) -> str:
    """Return the phrase with the everyday word that nearly always stands before it, and with the one behind it.

    >>> complete("hormone replacement", ["Hormone replacement therapy: who asks for hormone replacement therapy"] * 2)
    'hormone replacement therapy'
    """
    sought = re.compile(re.escape(phrase.lower()) + r"(?![\w/-])")
    places = [place for text in texts for place in _places(sought, text)]
    before, after = (_companion(words, len(places)) for words in zip(*places, strict=True)) if places else ("", "")
    return " ".join(filter(None, (before, phrase, after)))


def _places(sought: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """Yield the words before and behind the phrase, wherever it stands; no word where something parts them."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter that is two in lower case moves all that follows
        text = lower
    for found in sought.finditer(lower):
        start, end = found.span()
        if not start or not _JOINED.match(text, start - 1):
            before, after = _BEFORE.search(text, max(start - _FARTHEST, 0), start), _AFTER.match(text, end)
            yield before[1] if before else "", after[1] if after else ""


def _companion(words: Iterable[str], places: int) -> str:
    """Return the everyday word that stands at nearly all places, as it is usually printed, or nothing."""
    printed: dict[str, dict[str, int]] = defaultdict(dict)
    for word, count in Counter(filter(_is_everyday, words)).items():
        printed[fold(word)][word] = count
    often = max(printed.values(), key=lambda ways: sum(ways.values()), default={"": 0})
    nearly_always = places >= _FEWEST and sum(often.values()) >= _NEARLY_ALWAYS * places
    return usual_spelling(often) if nearly_always else ""


def _is_everyday(word: str) -> bool:
    return word.lower() in _EVERYDAY or fold(word) in _EVERYDAY
