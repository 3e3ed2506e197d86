"""The background: people with one or two papers who fill the open seats, mostly around somebody who returns."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from sample.papers import CONSORTIUM, Paper
from sample.people import Census, Person

RECURRENT = frozenset({"authority", "star", "generalist", "decoy"})


class Workforce:
    """Remembers who could be called again."""

    def __init__(self, census: Census, rng: Random) -> None:
        self._census = census
        self._rng = rng
        self._circles: dict[object, list[Person]] = defaultdict(list)
        self._left: dict[Person, int] = {}
        self._seen: dict[Person, int] = {}

    def fill(self, paper: Paper) -> None:
        """Fill every open seat of the paper, ends included."""
        anchors: list[object] = [person for person in paper.team if person.role in RECURRENT]
        anchors = anchors or [paper.niche]
        while paper.open_seats > 0:
            # Who leads a paper is new: nobody of the background leads two.
            ends_open = paper.first is None or (paper.last is None and paper.size > 1)
            person = (None if ends_open else self._call(paper, anchors)) or self._hire()
            if not (ends_open and paper.seat_at_end(person, senior=False)):
                paper.seat_in_middle(person)
            self._note(person, paper.year, anchors)

    def _call(self, paper: Paper, anchors: list[object]) -> Person | None:
        """Call somebody of a circle around this paper who is free and was seen in the last six years."""
        rng = self._rng
        if rng.randrange(100) >= (65 if isinstance(anchors[0], Person) else 30):
            return None
        circle = self._circles[rng.choice(anchors)]
        recent = [p for p in circle[-25:] if self._left[p] and self._seen[p] >= paper.year - 6 and p not in paper.team]
        return rng.choice(recent) if recent else None

    def _hire(self) -> Person:
        person = self._census.bear("background")
        luck = self._rng.randrange(100)
        self._left[person] = 1 if luck < 48 else 2 if luck < 98 else 3
        return person

    def _note(self, person: Person, year: int, anchors: list[object]) -> None:
        self._left[person] -= 1
        self._seen[person] = year
        for anchor in anchors:
            if person not in self._circles[anchor][-25:]:
                self._circles[anchor].append(person)


def form_consortium(paper: Paper, census: Census, rng: Random) -> None:
    """Make the paper a consortium's: 150 names and the group's, most of them on nothing else."""
    guests = [
        *rng.sample(census.of("star"), 6),
        *rng.sample(census.of("generalist"), 12),
        *rng.sample(census.of("decoy"), 8),
        *rng.sample(census.of("background"), 14),
    ]
    paper.middle += [person for person in guests if person not in paper.team]
    paper.size = CONSORTIUM
    while paper.open_seats > 0:
        paper.middle.append(census.bear("consortium"))
    rng.shuffle(paper.middle)
    paper.collective = "Arcuate Vessel International Consortium"
