"""Phrases made whole. They end at everyday words ("therapy", "human"), which leaves a piece of many a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from expertmine.text.wordlists import ENDING
from expertmine.text.words import fold

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
    sought = re.compile(re.escape(phrase.lower()))
    places = [place for text in texts for place in _places(sought, text)]
    before, after = (_usual(words, len(places)) for words in zip(*places, strict=True)) if places else ("", "")
    return " ".join(filter(None, (before, phrase, after)))


def _places(sought: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """Yield the words before and behind the phrase, wherever it stands; no word where something parts them."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter that is two in lower case moves all that follows
        text = lower
    for found in sought.finditer(lower):
        start, end = found.span()
        if not (_JOINED.match(text, start - 1) if start else None) and not _JOINED.match(text, end):
            before, after = _BEFORE.search(text, max(start - _FARTHEST, 0), start), _AFTER.match(text, end)
            yield before[1] if before else "", after[1] if after else ""


def _usual(words: Iterable[str], places: int) -> str:
    """Return the everyday word that stands at nearly all places, in small letters if it ever is, or nothing."""
    printed = Counter(filter(_is_everyday, words))
    forms: Counter[str] = Counter()
    for word, count in printed.items():
        forms[fold(word)] += count
    [(form, number)] = forms.most_common(1) or [("", 0)]
    if places < _FEWEST or number < _NEARLY_ALWAYS * places:
        return ""
    ways = [word for word in printed if fold(word) == form]
    return min(ways, key=lambda word: (not word.islower(), -printed[word], word))


def _is_everyday(word: str) -> bool:
    return word.lower() in _EVERYDAY or fold(word) in _EVERYDAY
