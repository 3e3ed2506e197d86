"""Two states of an invented literature between which a niche is born, one splits and two become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from expertmine.tables import TABLES

EXPECTED = frozenset(
    {
        ("born", frozenset[str](), frozenset({"newborn"})),
        ("split", frozenset({"whole"}), frozenset({"part1", "part2"})),
        ("merged", frozenset({"left", "right"}), frozenset({"joined"})),
    }
)
"""Event, labels of the topics before, labels of the topics after."""
_STEADY, _OLD, _NEW = 8, 30, 5
"""Niches in which nothing happens: how many, their articles before, and those that come."""
_WORDS = 12
"""In a language."""
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


@dataclass(slots=True)
class _Press:
    """Prints articles; a language is so many words of its own."""

    random: np.random.Generator
    rows: list[dict[str, Any]] = field(default_factory=list)
    label: dict[int, str] = field(default_factory=dict)

    def language(self) -> list[str]:
        return ["".join(self.random.choice(_SYLLABLES, 4)) for _ in range(_WORDS)]

    def print(self, number: int, label: str, *shares: tuple[Sequence[str], float]) -> None:
        """Add articles of about fifty words, such a share of them from each of these languages."""
        for _ in range(number):
            counts = [round(50 * share) for _, share in shares]
            words = [w for (own, _), n in zip(shares, counts, strict=True) for w in self.random.choice(own, n)]
            text = [str(word) for word in self.random.permutation(words)]
            pmid = 1_000 + len(self.rows)
            self.rows.append(_article(pmid, " of the ".join(text[:4]), " and the ".join(text)))
            self.label[pmid] = label


def drifting(seed: int) -> tuple[pa.Table, pa.Table, tuple[dict[int, str], dict[int, str]]]:
    """Return the articles before and after, and what each article is about in either state.

    `whole` has too few articles of each of its halves to show them; then many come of either. `left` and `right` share
    half of their words; then many come that use both languages, now more of the one and now of the other.
    """
    press = _Press(np.random.default_rng(seed))
    common, whole, shared = press.language(), press.language(), press.language()
    halves = {name: press.language() for name in ("part1", "part2")}
    sides = {name: press.language() for name in ("left", "right")}
    steady = {f"steady{number}": press.language() for number in range(_STEADY)}
    for name, own in steady.items():
        press.print(_OLD, name, (own, 0.8), (common, 0.2))
    for name, own in halves.items():
        press.print(10, name, (whole, 0.45), (own, 0.35), (common, 0.2))
    for name, own in sides.items():
        press.print(25, name, (shared, 0.5), (own, 0.3), (common, 0.2))
    before, label = list(press.rows), dict(press.label)
    for name, own in steady.items():
        press.print(_NEW, name, (own, 0.8), (common, 0.2))
    for name, own in halves.items():
        press.print(35, name, (whole, 0.45), (own, 0.35), (common, 0.2))
    for part in range(61):
        from_left, from_right = 0.3 * part / 60, 0.3 * (60 - part) / 60
        press.print(1, "joined", (shared, 0.5), (sides["left"], from_left), (sides["right"], from_right), (common, 0.2))
    press.print(30, "newborn", (press.language(), 0.8), (common, 0.2))
    old = {pmid: "whole" if name in halves else name for pmid, name in label.items()}
    new = {pmid: "joined" if name in sides else name for pmid, name in press.label.items()}
    return TABLES["articles"].rows(before), TABLES["articles"].rows(press.rows), (old, new)


def _article(pmid: int, title: str, abstract: str) -> dict[str, Any]:
    lists: dict[str, Any] = {"types": [], "mesh": [], "keywords": [], "languages": ["eng"], "links": []}
    plain = {"year": 2020, "journal": "A journal", "retracted": False, "kind": "article", "version": 1}
    return {"pmid": pmid, "title": title, "abstract": abstract, **lists, **plain}
