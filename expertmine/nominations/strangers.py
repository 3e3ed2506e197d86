"""People whom only raters know: which typings of a name are one person, and that person's id."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from expertmine.nominations.names import Form, folded, name_key, place_key, readings
from expertmine.nominations.rarity import Rarity, overlap

ONE_HOUSE = 0.8
"""Least overlap at which two institutions are taken for the same."""
STRANGER = re.compile(r"n[0-9a-f]{10}")
"""The id of somebody without papers, as `_id` makes it."""
Who = tuple[str, str]
"""A typed name and institution, normalised."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody without papers, by the fullest typing of the name."""

    person_id: str
    forms: tuple[Form, ...]
    place: tuple[str, ...]


def who(name: str, place: str | None) -> Who:
    """Return what identifies a typed name: the same for the same name and institution, however typed."""
    return name_key(name), place_key(place)


def tell_strangers(typed: Iterable[Who], rarity: Rarity) -> dict[Who, str]:
    """Give each typing an id; two typings share one only if name and institution agree.

    Names agree if the surname is the same and given names are equal or initials of each other, institutions if one
    says what the other says. An abbreviated name that could be either of two people is neither.
    """
    ids: dict[Who, str] = {}
    known: dict[str, list[Stranger]] = defaultdict(list)
    for name, place in sorted(set(typed), key=lambda each: (-len(each[0]), -len(each[1]), each)):
        one = Stranger(_id(name, place), usual_forms(name), tuple(folded(place)))
        near = {other.person_id: other for form in one.forms for other in known[form.last]}
        same = [other for other in near.values() if _agree(one, other, rarity)]
        if len(same) == 1:
            ids[name, place] = same[0].person_id
            continue
        ids[name, place] = one.person_id
        for form in one.forms:
            known[form.last].append(one)
    return ids


def tell_raters(persons: Mapping[Who, str | None], strangers: Mapping[Who, str]) -> dict[Who, str]:
    """Say who each typed rater is: the person, else the one whom `tell_strangers` tells.

    A rater who is nobody of the corpus and gave no institution is taken for the rater of the same name who gave one, if
    there is just one such: a human who is counted twice would be two peers.
    """
    told = {one: person or strangers[one] for one, person in persons.items()}
    namesakes: dict[str, set[str]] = defaultdict(set)
    for (name, place), one in told.items():
        if place:
            namesakes[name].add(one)
    alone = {name: min(ones) for name, ones in namesakes.items() if len(ones) == 1}
    unplaced = {one for one, person in persons.items() if not person and not one[1]}
    return {one: alone.get(one[0], own) if one in unplaced else own for one, own in told.items()}


def _id(name: str, place: str) -> str:
    return "n" + hashlib.sha256(f"{name}|{place}".encode()).hexdigest()[:10]


def usual_forms(name: str) -> tuple[Form, ...]:
    """Return the usual readings of a name, those with a given name or initial."""
    return tuple(form for form in readings(name) if form.odds == 1 and form.given)


def _agree(one: Stranger, other: Stranger, rarity: Rarity) -> bool:
    if not one.place or not other.place or overlap(one.place, other.place, rarity) < ONE_HOUSE:
        return False
    return any(
        first.last == second.last and compatible(first.given, second.given)
        for first in one.forms
        for second in other.forms
    )


def compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether given names are equal or initials of each other, as far as both go."""
    return all(
        first == second or (min(len(first), len(second)) == 1 and first[0] == second[0])
        for first, second in zip(one, other, strict=False)
    )
