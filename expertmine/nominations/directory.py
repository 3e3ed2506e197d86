"""Who a typed name may be: persons found by surname, each with the odds that the typing meant them.

The odds are those of Fellegi & Sunter (1969), with surnames and given names weighed by how common they are
(Winkler 1990) and with 'nobody of the corpus' as the rival of every candidate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from expertmine.nominations.names import Form, folded, known_forms, slips
from expertmine.nominations.rarity import Rarity, overlap

KNOWN = 0.8
"""Share of nominees who are on some paper of the corpus."""
ACTIVE = 0.85
"""Share of those who are active in the topic they are named for."""
NEAR = 0.2
"""Share of nominees with papers who wrote one with their rater, if the rater has any."""
STRANGERS = 2000
"""How many people outside the corpus a name's frequency is smoothed with."""
UNSEEN = 0.1
"""How many bearers a name is taken to have that is not in the corpus."""
SPELLED = {0: 0.9, 1: 1e-3, 2: 5e-6}
"""Chance that a name of some length comes out as this very text, by the number of slips."""
MISNAMED, OTHER_INITIAL = 0.02, 0.001
"""Ratios for given names that disagree: same first letter, another one."""
FAMILIAR = 10.0
"""Ratio for a short form ('Alex') or a middle name used as the first."""
MIDDLE_AGREES, MIDDLE_DIFFERS = 5.0, 0.05
PLACE = ((0.8, 20.0), (0.4, 4.0), (0.2, 1.0), (0.0, 0.4))
"""Least overlap of institutions, and what it says; people move, and write their institution in many ways."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person under one form of the name."""

    person_id: str
    form: Form


@dataclass(frozen=True, slots=True)
class Directory:
    """Persons by folded surname, with the counts that say how common a name is."""

    entries: Mapping[str, Sequence[Entry]]
    places: Mapping[str, tuple[str, ...]]
    lasts: Mapping[str, int]
    givens: Mapping[str, int]
    rarity: Rarity

    def bearers(self, forms: Iterable[Form]) -> dict[str, float]:
        """Return each person who may bear one typed name, with the odds that the name alone gives."""
        best: dict[str, float] = defaultdict(float)
        for form in forms:
            for last, distance in self._near(form.last):
                surname = form.odds * SPELLED[distance] / self._share(self.lasts, form.last)
                for entry in self.entries[last]:
                    odds = surname * entry.form.odds * self._given(form.given, entry.form.given)
                    best[entry.person_id] = max(best[entry.person_id], odds)
        return dict(best)

    def candidates(
        self,
        bearers: Mapping[str, float],
        place: Sequence[str],
        active: AbstractSet[str],
        near: AbstractSet[str] = frozenset(),
    ) -> dict[str, float]:
        """Return the bearers with their odds against nobody of the corpus, seen where, for what and by whom named."""
        return {
            each: odds * self._prior(each, active, near) * self._place(each, place) for each, odds in bearers.items()
        }

    def _near(self, last: str) -> list[tuple[str, int]]:
        """Give the surnames within one slip, two for long ones, none for the shortest."""
        most = slips(last)
        if most == 0:
            return [(last, 0)] if last in self.entries else []
        found = process.extract(last, self.entries.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
        return [(near, int(distance)) for near, distance, _ in found]

    def _share(self, counts: Mapping[str, int], name: str) -> float:
        return (counts.get(name, 0) + UNSEEN) / (len(self.places) + STRANGERS)

    def _prior(self, person_id: str, active: AbstractSet[str], near: AbstractSet[str]) -> float:
        everyone = (1 - ACTIVE) / len(self.places)
        share = everyone + (ACTIVE / len(active) if person_id in active else 0.0)
        if near:
            share = (1 - NEAR) * share + (NEAR / len(near) if person_id in near else 0.0)
        return KNOWN / (1 - KNOWN) * share

    def _place(self, person_id: str, place: Sequence[str]) -> float:
        known = self.places[person_id]
        if not known or not place:
            return 1.0
        alike = overlap(place, known, self.rarity)
        return next(ratio for least, ratio in PLACE if alike >= least)

    def _given(self, typed: Sequence[str], known: Sequence[str]) -> float:
        if not typed or not known:
            return 1.0
        if "".join(typed) == "".join(known) and max(map(len, typed)) > 1:
            return SPELLED[0] / self._share(self.givens, typed[0])
        middle = 1.0
        if len(typed) > 1 and len(known) > 1:
            middle = MIDDLE_AGREES if typed[1][0] == known[1][0] else MIDDLE_DIFFERS
        return middle * self._first(typed[0], known)

    def _first(self, typed: str, known: Sequence[str]) -> float:
        """Compare a typed first name or initial with a person's given names."""
        first = known[0]
        if min(len(typed), len(first)) == 1:
            return SPELLED[0] / self._initial(typed[0]) if typed[0] == first[0] else OTHER_INITIAL
        distance = int(OSA.distance(typed, first))
        if distance <= slips(first):
            return SPELLED[distance] / self._share(self.givens, typed)
        if typed in known or first.startswith(typed) or typed.startswith(first):
            return FAMILIAR
        return MISNAMED if typed[0] == first[0] else OTHER_INITIAL

    def _initial(self, letter: str) -> float:
        return (self.givens.get(letter, 0) + 1) / (len(self.places) + 26)


def list_entries(persons: Iterable[Mapping[str, Any]]) -> dict[str, list[Entry]]:
    """Return every person under each surname that may be theirs."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for person in persons:
        for form in known_forms(person["last"], (person["name"], *person["variants"]), person["initials"]):
            entries[form.last].append(Entry(person["person_id"], form))
    return dict(entries)


def list_persons(persons: Sequence[Mapping[str, Any]], rarity: Rarity) -> Directory:
    """Make the directory of these persons."""
    entries = list_entries(persons)
    lasts = {last: len({entry.person_id for entry in found}) for last, found in entries.items()}
    known = (entry for found in entries.values() for entry in found if entry.form.given)
    firsts = {(entry.person_id, entry.form.given[0]) for entry in known}
    givens = Counter(name for _, name in firsts | {(one, first[0]) for one, first in firsts})
    places = {person["person_id"]: tuple(folded(person["affiliation"] or "")) for person in persons}
    return Directory(entries, places, lasts, givens, rarity)
