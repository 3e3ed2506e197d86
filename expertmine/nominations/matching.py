"""Ballots to words: whom each rater means, as far as that is sure; the rest is said to be unsure, and why."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from expertmine.nominations.directory import Directory
from expertmine.nominations.layout import HEAVIEST
from expertmine.nominations.names import folded, name_key
from expertmine.nominations.phrases import ADDRESS, before_at, no_name
from expertmine.nominations.rarity import overlap
from expertmine.nominations.review import CANDIDATES, NEW, SET_ASIDE, SKIP
from expertmine.nominations.strangers import ONE_HOUSE, STRANGER, Who, tell_raters, tell_strangers, who
from expertmine.nominations.subjects import Subject, Subjects

PLAUSIBLE = 0.01
"""Least probability at which a person is shown as a candidate."""
OWN = 0.2
"""Least probability that the rater is the nominee at which a word counts as one for oneself."""
NONE: AbstractSet[str] = frozenset()
Ballot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """Who is meant: a person, surely nobody of the corpus (`person_id` None), or unsure which (`sure` False)."""

    person_id: str | None
    probability: float
    sure: bool
    candidates: tuple[str, ...] = ()
    chances: tuple[float, ...] = ()
    reason: str = ""

    def may_be(self, person_id: str) -> bool:
        """Say whether it is open who is meant, and this person not unlikely."""
        chances = dict(zip(self.candidates, self.chances, strict=True))
        return not self.sure and chances.get(person_id, 0.0) >= OWN


@dataclass(frozen=True, slots=True)
class Placed:
    """A ballot whose topic is known, with the persons that were typed, and what the review ruled on its nominee."""

    ballot: Ballot
    topic_id: str
    rater: Match
    nominee: Match
    ruled: Match | None

    @property
    def meant(self) -> Match:
        """Who is nominated, by the ruling if there is one."""
        return self.ruled or self.nominee


@dataclass(frozen=True, slots=True)
class Word:
    """One rater's word for one person in one topic, understood; an unsure nominee is known by the typing only."""

    ballot: Ballot
    nominator: str
    nominee: str
    topic_id: str
    match: Match
    own: bool
    one_house: bool

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes two words one: the key of a nomination."""
        return *self.said, self.ballot["wave"]

    @property
    def said(self) -> tuple[str, str, str]:
        """Nominator, nominee and topic."""
        return self.nominator, self.nominee, self.topic_id

    @property
    def turn(self) -> tuple[str, str, int]:
        """The rater's one chance to speak on the topic: nominator, topic, wave."""
        return self.nominator, self.topic_id, self.ballot["wave"]

    @property
    def counts(self) -> bool:
        """Whether it can carry anything: a word for somebody else, given a weight."""
        return not self.own and self.ballot["weight"] > 0

    @property
    def day(self) -> date | None:
        """When it was said."""
        day: date | None = self.ballot["date"]
        return day


@dataclass(frozen=True, slots=True)
class Unclear:
    """A ballot that stays a ballot."""

    ballot: Ballot
    reason: str
    candidates: tuple[str, ...] = ()
    chances: tuple[float, ...] = ()
    nominator: str | None = None
    """Who said it, and about which topic, if that is known."""
    topic_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rulings:
    """What a reader of the review file ruled: whom a typing means (nominee, institution, topic), which topic a text."""

    names: Mapping[tuple[str, str, str], str]
    topics: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matcher:
    """What typed names and topics are looked up in."""

    directory: Directory
    bearers: Mapping[str, Mapping[str, float]]
    """Who may bear each name that was typed."""
    subjects: Subjects
    active: Mapping[str, AbstractSet[str]]
    accept: float
    near: Mapping[str, AbstractSet[str]]
    """Whom each person has written with."""
    rulings: Rulings

    def understand(self, ballots: Sequence[Ballot]) -> tuple[list[Word], list[Unclear]]:
        """Understand each ballot once: it becomes a word (its nominee perhaps unsure) or stays unclear."""
        unclear = [Unclear(ballot, fault) for ballot in ballots if (fault := _fault(ballot))]
        sound = [ballot for ballot in ballots if not _fault(ballot)]
        subjects = self._subjects(sound)
        raters = self._raters(sound, subjects)
        nominees: dict[tuple[Who, str, str | None], Match] = {}
        placed = []
        for ballot in sound:
            subject = subjects[ballot["topic"]]
            if subject.topic_id is None:
                skipped = self.rulings.names.get(typing(ballot)) == SKIP
                unclear.append(Unclear(ballot, SET_ASIDE if skipped else subject.reason, subject.near))
                continue
            rater = raters[_who(ballot, "rater")]
            key = (_who(ballot, "nominee"), subject.topic_id, rater.person_id)
            if key not in nominees:
                near = self.near.get(rater.person_id or "", NONE)
                nominees[key] = self._match(ballot, "nominee", self.active.get(subject.topic_id, NONE), near)
            placed.append(Placed(ballot, subject.topic_id, rater, nominees[key], self._ruled(ballot)))
        placed, ids = self._settle(placed)
        told = tell_raters({_who(each.ballot, "rater"): each.rater.person_id for each in placed}, ids)
        return [self._word(each, told, ids) for each in placed], unclear

    def _settle(self, placed: list[Placed]) -> tuple[list[Placed], dict[Who, str]]:
        """Give ids to those without papers; a ruling for one whom nobody names any more binds nobody."""
        ids = self._strangers(placed)
        ruled = {each.meant.person_id or "" for each in placed}
        ghosts = {one for one in ruled.difference(ids.values()) if STRANGER.fullmatch(one)}
        if not ghosts:
            return placed, ids
        settled = [replace(each, ruled=None) if each.meant.person_id in ghosts else each for each in placed]
        return settled, self._strangers(settled)

    def _strangers(self, placed: Sequence[Placed]) -> dict[Who, str]:
        strangers = {_who(each.ballot, "nominee") for each in placed if not each.meant.person_id}
        strangers |= {_who(each.ballot, "rater") for each in placed if not each.rater.person_id}
        return tell_strangers(strangers, self.directory.rarity)

    def _ruled(self, ballot: Ballot) -> Match | None:
        """Obey the ruling on this typing; one for somebody who is no longer there binds nobody."""
        ruling = self.rulings.names.get(typing(ballot), "")
        if ruling in self.directory.places or STRANGER.fullmatch(ruling):
            return Match(ruling, 1.0, sure=True)
        if ruling == NEW:
            return Match(None, 1.0, sure=True)
        return Match(None, 1.0, sure=False, reason=SET_ASIDE) if ruling == SKIP else None

    def _match(self, ballot: Ballot, role: str, active: AbstractSet[str], near: AbstractSet[str] = NONE) -> Match:
        """Say who is meant by a typed name, or id, among persons: some are active in the topic, some near the rater."""
        name, place = ballot[role], folded(ballot[f"{role}_institution"] or "")
        if name in self.directory.places:
            return Match(name, 1.0, sure=True)
        odds = self.directory.candidates(self.bearers[said(ballot, role)], place, active, near)
        total = 1.0 + math.fsum(sorted(odds.values()))
        ranked = sorted(((value / total, each) for each, value in odds.items()), key=lambda one: (-one[0], one[1]))
        told = no_name(name) if role == "nominee" else ""
        if ranked and ranked[0][0] >= self.accept and told != ADDRESS:
            return Match(ranked[0][1], ranked[0][0], sure=True)
        likely = {each: chance for chance, each in ranked[:CANDIDATES] if chance >= PLAUSIBLE}
        some = {0: "one of many persons", 1: "one person"}.get(len(likely), f"one of {len(likely)} persons")
        reason = f"'{name}' may be {some} of the corpus or nobody of it ({1 / total:.2f})"
        if told:
            reason = f"'{name}' is {told}, no name: who is meant?"
        surely_nobody = not told and 1 / total >= self.accept
        return Match(None, 1 / total, surely_nobody, tuple(likely), tuple(likely.values()), reason)

    def _subjects(self, ballots: Sequence[Ballot]) -> dict[str, Subject]:
        """Understand each typed topic once, with the help of those who were surely named, or spoke, under it."""
        everyone = frozenset().union(*self.active.values())
        company: dict[str, set[str]] = defaultdict(set)
        known: dict[Who, str | None] = {}
        for ballot in ballots:
            company[ballot["topic"]] |= set()
            for role in ("rater", "nominee"):
                one = _who(ballot, role)
                if one not in known:
                    known[one] = self._match(ballot, role, everyone).person_id
                company[ballot["topic"]] |= {known[one] or ""} & everyone
        ruled = self.rulings.topics
        return {text: self.subjects.find(text, named, ruled.get(text)) for text, named in company.items()}

    def _raters(self, ballots: Sequence[Ballot], subjects: Mapping[str, Subject]) -> dict[Who, Match]:
        """Match each rater once, over all topics together: one rater is one person everywhere."""
        active: dict[Who, set[str]] = defaultdict(set)
        for ballot in ballots:
            active[_who(ballot, "rater")] |= self.active.get(subjects[ballot["topic"]].topic_id or "", NONE)
        typed = {_who(ballot, "rater"): ballot for ballot in ballots}
        return {one: self._match(typed[one], "rater", among) for one, among in active.items()}

    def _word(self, placed: Placed, raters: Mapping[Who, str], ids: Mapping[Who, str]) -> Word:
        ballot, match = placed.ballot, placed.meant
        nominator = raters[_who(ballot, "rater")]
        nominee = match.person_id or ids[_who(ballot, "nominee")]
        same_name = name_key(ballot["rater"]) == name_key(ballot["nominee"])
        own = same_name or nominee == nominator or placed.rater.may_be(nominee)
        one_house = self._one_house(ballot, nominator, nominee)
        return Word(ballot, nominator, nominee, placed.topic_id, match, own, one_house)

    def _one_house(self, ballot: Ballot, nominator: str, nominee: str) -> bool:
        """Compare what was typed and what their papers say; a person may have two addresses."""
        places, rarity = self.directory.places, self.directory.rarity
        here = (folded(ballot["rater_institution"] or ""), places.get(nominator, ()))
        there = (folded(ballot["nominee_institution"] or ""), places.get(nominee, ()))
        return any(overlap(one, other, rarity) >= ONE_HOUSE for one in here for other in there)


def said(ballot: Ballot, role: str) -> str:
    """Return the text in which a name is looked for; of a nominee's e-mail address, what stands before the at sign."""
    return before_at(ballot[role]) if role == "nominee" else str(ballot[role])


def typing(ballot: Ballot) -> tuple[str, str, str]:
    """Return what a ruling on a name is about."""
    return ballot["nominee"], ballot["nominee_institution"] or "", ballot["topic"]


def _who(ballot: Ballot, role: str) -> Who:
    return who(ballot[role], ballot[f"{role}_institution"])


def _fault(ballot: Ballot) -> str:
    """Say why a ballot from elsewhere than a survey file cannot be counted."""
    for role in ("rater", "nominee"):
        if not name_key(ballot[role]):
            return f"{role} is empty"
    weight = ballot["weight"]
    return "" if 0.0 <= weight <= HEAVIEST else f"weight is {weight}, expected a number from 0 to {HEAVIEST:,}"
