"""What raters call a niche, found among the topics: by id, by name, else by the words both use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from expertmine.nominations.names import folded
from expertmine.nominations.rarity import Rarity, coverage, weigh_words

LIKE = 0.6
"""Least likeness at which a typed topic is taken for one of the corpus."""
AHEAD = 0.1
"""Least lead over the second; closer ones are asked about."""
NEAR = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A typed topic understood, or the reason why not and the nearest ids."""

    topic_id: str | None
    reason: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subjects:
    """The topics, by id, by name and by their words."""

    topics: Sequence[Mapping[str, Any]]
    rarity: Rarity

    def find(self, text: str) -> Subject:
        """Find the topic that was typed; never the nearest of several equals."""
        for literal in (self._by_id(text), self._by_name(text)):
            if len(literal) == 1:
                return Subject(literal[0])
        likest = sorted(((-self._likeness(text, each), each["topic_id"], each["name"]) for each in self._finest()))
        best, second = (*(-likeness for likeness, _, _ in likest), 0.0, 0.0)[:2]
        if best >= LIKE and best - second >= AHEAD:
            return Subject(likest[0][1])
        near = [(topic_id, name) for likeness, topic_id, name in likest[:NEAR] if likeness < 0]
        names = ", ".join(f"'{name}'" for _, name in near)
        reason = f"topic '{text}' is none of the corpus's topics" + (f"; nearest are {names}" if near else "")
        return Subject(None, reason, tuple(topic_id for topic_id, _ in near))

    def _by_id(self, text: str) -> list[str]:
        return [each["topic_id"] for each in self.topics if each["topic_id"].casefold() == text.strip().casefold()]

    def _by_name(self, text: str) -> list[str]:
        """A niche goes before the theme of the same name."""
        named = [each for each in self.topics if folded(each["name"]) == folded(text)]
        finest = min((each["layer"] for each in named), default=0)
        return [each["topic_id"] for each in named if each["layer"] == finest]

    def _finest(self) -> list[Mapping[str, Any]]:
        layer = min((each["layer"] for each in self.topics), default=0)
        return [each for each in self.topics if each["layer"] == layer]

    def _likeness(self, text: str, topic: Mapping[str, Any]) -> float:
        """Average what the topic's words cover of the text, rare words first, and the likeness of the two names."""
        covered = coverage(folded(text), _words(topic), self.rarity)
        return (covered + fuzz.token_set_ratio(" ".join(folded(text)), " ".join(folded(topic["name"]))) / 100) / 2


def list_subjects(topics: Sequence[Mapping[str, Any]]) -> Subjects:
    """Prepare the topics for being asked for by name."""
    ordered = sorted(topics, key=lambda each: str(each["topic_id"]))
    return Subjects(ordered, weigh_words([_words(each) for each in ordered]))


def _words(topic: Mapping[str, Any]) -> list[str]:
    return folded(" ".join([topic["name"], *topic["keyphrases"]]))
