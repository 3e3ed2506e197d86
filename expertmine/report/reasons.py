"""Why something was left out, by kind: the texts themselves quote what raters typed, and a report must not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from expertmine.nominations.review import LATER, REPEATS, SET_ASIDE, TOPIC_UNCLEAR

SHOWN = 15
OTHER = "another reason"
QUOTED = re.compile(r"""(?<!\w)(['"]).*\1(?!\w)""")
"""From the first opening quote to the last closing one: better to take out too much than to leave a name in."""
UNMATCHED = {
    TOPIC_UNCLEAR: "the topic is not surely one of the corpus",
    REPEATS: "the same rater named the same person twice",
    SET_ASIDE: "set aside by the review",
    LATER: "said after the year from which peers are seen",
    r"'.*' may be one": "the name may be that of several people",
    r"'.*' is .*, no name": "an address or a phrase where a name was asked",
}
"""How a reason begins, as a pattern, and its kind."""


def count_unmatched(reasons: Iterable[str]) -> list[tuple[str, int]]:
    """Count ballots by kind of reason, the most frequent first."""
    return _ranked(
        next((kind for start, kind in UNMATCHED.items() if re.match(start, reason, re.DOTALL)), OTHER)
        for reason in reasons
    )


def count_rejects(reasons: Iterable[str]) -> list[tuple[str, int]]:
    """Count rejects by reason without what is quoted, numbered or bracketed in it, the most frequent first."""
    ranked = _ranked(_general(reason) for reason in reasons)
    rest = sum(number for _, number in ranked[SHOWN:])
    return ranked[:SHOWN] + ([(OTHER, rest)] if rest else [])


def _general(reason: str) -> str:
    text = re.split(r"""(?<!\w)['"]""", QUOTED.sub("…", reason))[0]
    text = re.sub(r"\([^)]*\)", "", text)
    return " ".join(re.sub(r"\d+", "…", text).split()) or OTHER


def _ranked(kinds: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(kinds).items(), key=lambda kind: (-kind[1], kind[0]))
