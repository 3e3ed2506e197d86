"""How far two names may belong to one human: levels that the model weighs, and outright conflict."""

from __future__ import annotations

from enum import IntEnum

from expertmine.identity.names import Name
from expertmine.identity.nicknames import formal_name, same_given

Given = tuple[str, ...]


class Level(IntEnum):
    """What two lists of given names have in common, from contradiction upwards."""

    CONFLICT = 0
    MISSING = 1
    """One side prints no given name."""
    INITIAL = 2
    """One initial agrees; neither side prints more."""
    INITIAL_PART = 3
    """One initial agrees; one side prints more."""
    INITIALS = 4
    """Two or more initials agree."""
    FULL = 5
    """The first name agrees in full; neither side prints more."""
    FULL_PART = 6
    """The first name agrees in full; one side prints more."""
    FULL_MORE = 7
    """The first name agrees in full, and so does an initial after it."""
    VARIANT = 8
    """A nickname, a dropped first name or a slip of the pen."""


def compare_given(first: Given, second: Given) -> Level:
    """Return what the given names have in common.

    >>> compare_given(("jing",), ("jun",)).name, compare_given(("j",), ("jun",)).name
    ('CONFLICT', 'INITIAL')
    >>> compare_given(("sang", "yup"), ("sangyup",)).name, compare_given(("bob",), ("robert", "j")).name
    ('FULL_MORE', 'VARIANT')
    >>> compare_given(("bob",), ("r", "j")).name, compare_given(("bob",), ("b", "j")).name
    ('VARIANT', 'INITIAL_PART')
    """
    if not first or not second:
        return Level.MISSING
    if len(first[0]) > 1 and len(second[0]) > 1:
        return _compare_full(first, second)
    more = _compare_more(first[1:], second[1:])
    if first[0][0] == second[0][0]:
        return Level.CONFLICT if more < 0 else (Level.INITIAL, Level.INITIAL_PART, Level.INITIALS)[more]
    if formal_name(first[0])[0] == formal_name(second[0])[0] and more >= 0:
        return Level.VARIANT
    return _without_first(first, second)


def _compare_full(first: Given, second: Given) -> Level:
    if first[0] == second[0]:
        more = _compare_more(first[1:], second[1:])
        return Level.CONFLICT if more < 0 else (Level.FULL, Level.FULL_PART, Level.FULL_MORE)[more]
    if _closed_up(first, second) or _closed_up(second, first):
        return Level.FULL_MORE
    if same_given(first[0], second[0]) or _one_slip(first[0], second[0]):
        return Level.CONFLICT if _compare_more(first[1:], second[1:]) < 0 else Level.VARIANT
    return _without_first(first, second)


def _compare_more(first: Given, second: Given) -> int:
    """Compare what follows the first name: -1 contradiction, 0 nothing, 1 on one side, 2 agreement."""
    if not first or not second:
        return int(bool(first) or bool(second))
    if len(first[0]) > 1 and len(second[0]) > 1:
        return 2 if first[0] == second[0] or same_given(first[0], second[0]) or first[0][:3] == second[0][:3] else -1
    return 2 if first[0][0] == second[0][0] else -1


def _closed_up(apart: Given, joined: Given) -> bool:
    """Say whether 'sang yup' is printed as 'sangyup' on the other side."""
    return len(apart) > 1 and len(apart[1]) > 1 and apart[0] + apart[1] == joined[0]


def _without_first(first: Given, second: Given) -> Level:
    """Compare 'p stephen' with 'stephen': a first name that one side leaves out."""
    for whole, rest in ((first, second), (second, first)):
        if len(whole) > 1 and len(rest[0]) > 1 and same_given(whole[1], rest[0]):
            return Level.VARIANT
    return Level.CONFLICT


def _one_slip(first: str, second: str) -> bool:
    """Say whether long names differ by one slip inside; a differing end is another name (Daniel, Daniela)."""
    from rapidfuzz.distance import OSA

    if min(len(first), len(second)) < 7 or first[-1] != second[-1] or first[0] != second[0]:
        return False
    return OSA.distance(first, second, score_cutoff=1) <= 1


def can_be_one(first: Name, second: Name) -> bool:
    """Say whether given names and suffixes allow one human; surnames may change and are judged elsewhere."""
    if first.suffix and second.suffix and first.suffix != second.suffix:
        return False
    if compare_given(first.given, second.given) != Level.CONFLICT:
        return True
    return bool(first.words) and first.words == second.words
