"""Why something was left out, by kind: the texts themselves quote what raters typed, and a report must not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

SHOWN = 15
OTHER = "another reason"
QUOTED = re.compile(r"""(?<!\w)(['"]).*\1(?!\w)""")
"""From the first opening quote to the last closing one: rather too much than a name."""
UNMATCHED = {
    "may be one": "the name may be that of several people",
    "is not surely one of": "the topic is not surely one of the corpus",
    "repeats": "the same rater named the same person twice",
}


def count_unmatched(reasons: Iterable[str]) -> list[tuple[str, int]]:
    """Count ballots by kind of reason, the most frequent first."""
    return _ranked(next((kind for part, kind in UNMATCHED.items() if part in reason), OTHER) for reason in reasons)


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
