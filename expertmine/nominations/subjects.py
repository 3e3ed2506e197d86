"""What raters call a niche, found among the topics: by id, by name, else by its words and by whom they name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np

from expertmine.nominations.directory import ACTIVE
from expertmine.nominations.names import folded
from expertmine.nominations.rarity import Rarity, coverage, learn_rarity, overlap
from expertmine.nominations.review import SET_ASIDE, SKIP, TOPIC_UNCLEAR
from expertmine.portable import exp, log

LINKS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"}
)
SHARPNESS, UNLIKE = 12.0, 0.3
"""Odds of a topic against none are exp(SHARPNESS · (likeness - UNLIKE)): 9 to 1 at a likeness of .48."""
SILENCE = float(log(1 - ACTIVE))
CAUTION = 0.5
"""Power to which a nominee's evidence for a topic is put: words come first, company only helps them."""
NEAR, PLAUSIBLE = 3, 0.05


@dataclass(frozen=True, slots=True)
class Subject:
    """A typed topic understood, or the reason why not and the nearest ids."""

    topic_id: str | None
    reason: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subjects:
    """The topics, their words, and who is active in each."""

    topics: Sequence[Mapping[str, Any]]
    rarity: Rarity
    active: Mapping[str, AbstractSet[str]]
    persons: int
    accept: float

    def find(self, text: str, named: Iterable[str], ruled: str | None = None) -> Subject:
        """Find the topic of that text, under which these persons were named or spoke; never one of several equals.

        What a reader ruled goes first, if it is a topic or to skip this one.
        """
        if ruled == SKIP:
            return Subject(None, SET_ASIDE)
        if any(each["topic_id"] == ruled for each in self.topics):
            return Subject(ruled)
        for literal in (self._by_id(text), self._by_name(text)):
            if len(literal) == 1:
                return Subject(literal[0])
        company = sorted(set(named))
        chances = _shares({each["topic_id"]: self._evidence(text, each, company) for each in self._finest()})
        likest = sorted(chances, key=lambda topic_id: (-chances[topic_id], topic_id))
        if likest and chances[likest[0]] >= self.accept:
            return Subject(likest[0])
        near = tuple(topic_id for topic_id in likest[:NEAR] if chances[topic_id] >= PLAUSIBLE)
        names = {each["topic_id"]: each["name"] for each in self.topics}
        told = f"; nearest are {', '.join(repr(names[topic_id]) for topic_id in near)}" if near else ""
        return Subject(None, f"{TOPIC_UNCLEAR}'{text}' is not surely one of the corpus's topics{told}", near)

    def _by_id(self, text: str) -> list[str]:
        return [each["topic_id"] for each in self.topics if each["topic_id"].casefold() == text.strip().casefold()]

    def _by_name(self, text: str) -> list[str]:
        """Find the name as it stands; a niche goes before the theme of the same name."""
        named = [each for each in self.topics if folded(each["name"]) == folded(text)]
        finest = min((each["layer"] for each in named), default=0)
        return [each["topic_id"] for each in named if each["layer"] == finest]

    def _finest(self) -> list[Mapping[str, Any]]:
        layer = min((each["layer"] for each in self.topics), default=0)
        return [each for each in self.topics if each["layer"] == layer]

    def _evidence(self, text: str, topic: Mapping[str, Any], company: Sequence[str]) -> float:
        """Return the logarithm of the odds that this topic is meant and not none."""
        active = self.active.get(topic["topic_id"], frozenset())
        found = sum(person_id in active for person_id in company)
        evidence = found * float(log(1 - ACTIVE + ACTIVE * self.persons / max(len(active), 1))) if found else 0.0
        evidence += (len(company) - found) * SILENCE
        return SHARPNESS * (self._likeness(text, topic) - UNLIKE) + CAUTION * evidence

    def _likeness(self, text: str, topic: Mapping[str, Any]) -> float:
        """Weigh what all words of the topic cover of the text, and what its likest phrase shares with it."""
        typed = [word for word in folded(text) if word not in LINKS]
        phrases = [folded(phrase) for phrase in (topic["name"], *topic["keyphrases"])]
        whole = coverage(typed, _words(topic), self.rarity)
        return 0.6 * whole + 0.4 * max(overlap(typed, phrase, self.rarity) for phrase in phrases)


def list_subjects(
    topics: Sequence[Mapping[str, Any]], active: Mapping[str, AbstractSet[str]], *, accept: float
) -> Subjects:
    """Prepare the topics for being asked for by name."""
    ordered = sorted(topics, key=lambda each: str(each["topic_id"]))
    persons = len(frozenset().union(*active.values()))
    return Subjects(ordered, learn_rarity([_words(each) for each in ordered]), active, persons, accept)


def _shares(evidence: Mapping[str, float]) -> dict[str, float]:
    """Turn logarithms of odds into probabilities, with none of the topics as one more choice."""
    highest = max(evidence.values(), default=0.0)
    odds = exp(np.array(list(evidence.values()), float) - highest).tolist()
    total = float(exp(min(-highest, 700.0))) + math.fsum(odds)
    return {topic_id: value / total for topic_id, value in zip(evidence, odds, strict=True)}


def _words(topic: Mapping[str, Any]) -> list[str]:
    return folded(" ".join([topic["name"], *topic["keyphrases"]]))
