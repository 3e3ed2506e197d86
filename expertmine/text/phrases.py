"""Candidate keyphrases: what stands between stop words and punctuation (after RAKE, Rose et al. 2010)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from expertmine.text.clean import plain
from expertmine.text.wordlists import CHECK_TAGS
from expertmine.text.words import Word, fold_phrase, read_word

_CHECK_TAGS = frozenset(CHECK_TAGS.split("|"))


def find_phrases(words: Iterable[Word], *, longest: int, without: Collection[str] = ()) -> list[str]:
    """Return the runs of words that no stop word or punctuation breaks; of a longer run its last `longest` words."""
    phrases: list[str] = []
    run: list[str] = []
    for word in chain(words, [read_word(".")]):
        if not word.ends_phrase:
            run.append(word.surface)
        elif run:
            phrases.append(" ".join(run[-longest:]))
            run = []
    return [phrase for phrase in phrases if len(phrase) > 2 and phrase not in without]


def headings(article: Mapping[str, Any]) -> list[str]:
    """Return the article's keywords and MeSH headings as phrases: the major ones, or all where none is marked."""
    marked = [heading for heading in article["mesh"] if heading["major"]] or article["mesh"]
    names = [upright(heading["descriptor"]) for heading in marked if heading["descriptor"] not in _CHECK_TAGS]
    return list(map(_as_phrase, (*article["keywords"], *names)))


@lru_cache(maxsize=1 << 16)
def _as_phrase(name: str) -> str:
    """Return a keyword or heading as it would stand in a text; most are given to many articles."""
    return " ".join(map(_uncapitalised, plain(name).split()))


def _uncapitalised(word: str) -> str:
    """Take the capital off an everyday word; others are left to how the corpus writes them."""
    return word.lower() if word.istitle() and read_word(word).ends_phrase else word


def upright(descriptor: str) -> str:
    """Turn a descriptor that is filed under its noun the right way round.

    >>> upright("Diabetes Mellitus, Type 2")
    'Type 2 Diabetes Mellitus'
    """
    head, comma, rest = descriptor.partition(", ")
    return f"{rest} {head}" if comma and ", " not in rest else descriptor


def unique_phrases(phrases: Iterable[str]) -> list[str]:
    """Keep one spelling of each phrase, the one with the fewest capitals, in order of first appearance."""
    kept: dict[str, str] = {}
    for phrase in phrases:
        key = fold_phrase(phrase)
        if key and (key not in kept or _capitals(phrase) < _capitals(kept[key])):
            kept[key] = phrase
    return list(kept.values())


def _capitals(phrase: str) -> int:
    return sum(map(str.isupper, phrase))
