"""Names by a function of the user's, in the place of the package's own."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from expertmine.errors import ConfigError, StageError
from expertmine.text.words import fold_phrase

LONGEST_NAME = 80
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCard:
    """What a namer is told of a topic."""

    topic_id: str
    layer: int
    """0 niche, 1 theme, 2 the whole area."""
    size: int
    """Articles."""
    name: str
    """The name that the package gives it."""
    keyphrases: Sequence[str]
    titles: Sequence[str]
    """Of the most central articles."""


Namer: TypeAlias = Callable[[TopicCard], str]


def load_namer(named: str) -> Namer | None:
    """Import the function that the setting `topics.namer` names as 'module:function'; '' is none.

    Raises
    ------
    ConfigError
        If there is no such function.
    """
    if not named:
        return None
    try:
        found = pkgutil.resolve_name(named)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"topics.namer = '{named}' cannot be imported ({error}); give 'module:function' of a module that is "
            "installed, or whose folder is in PYTHONPATH"
        ) from error
    if not callable(found):
        raise ConfigError(f"topics.namer = '{named}' is a {type(found).__name__}, expected a function of a TopicCard")
    return found  # type: ignore[no-any-return]  # what it returns is checked at each call


def call_topics(cards: Sequence[TopicCard], namer: Namer) -> list[str]:
    """Return what the namer calls each topic of a layer; of equal names all but the first yield to the package's own.

    Raises
    ------
    StageError
        If the namer fails, or returns anything but a line of at most 80 characters.
    """
    taken: set[str] = set()
    names = []
    for card in cards:
        name = next(each for each in _choices(card, namer) if fold_phrase(each) not in taken)
        taken.add(fold_phrase(name))
        names.append(name)
    return names


def _choices(card: TopicCard, namer: Namer) -> Iterator[str]:
    yield _ask(card, namer)
    yield card.name
    yield f"{card.name} ({card.topic_id})"
    yield from (f"{card.name} ({card.topic_id}, {number})" for number in count(2))


def _ask(card: TopicCard, namer: Namer) -> str:
    try:
        name: object = namer(card)
    except Exception as error:
        raise StageError(f"topics.namer failed on topic {card.topic_id}: {type(error).__name__}: {error}") from error
    short = isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable()
    if not isinstance(name, str) or not short:
        raise StageError(
            f"topics.namer called topic {card.topic_id} {str(name)[:LONGEST_NAME]!r}, expected a line of 1 to "
            f"{LONGEST_NAME} characters"
        )
    return name.strip()
