"""Whom or what somebody may have meant whose name is nobody's."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from expertmine.identity.names import PARTICLES, fold

Named: TypeAlias = tuple[str, str]
"""Name and id."""

MOST = 5
"""Suggestions made."""
ALIKE = 0.6
"""Least likeness of a name that is suggested though no word of it was typed."""


def suggest_people(typed: str, known: Sequence[Mapping[str, Any]]) -> str:
    """Return '; did you mean …?' for who has all words typed, then for who has a surname typed; else the nearest.

    Parameters
    ----------
    typed
        A surname, a name in any order, with or without accents; a letter stands for a name that begins with it.
    known
        person_id and name of everybody, and of whoever has them `last` and `papers`; those of most papers come first.

    Examples
    --------
    >>> known = [{"person_id": "p1.1", "name": "Żaneta Voss", "last": "Voss", "papers": 3}]
    >>> suggest_people("voss z", known)
    "; did you mean 'Żaneta Voss' (p1.1)?"
    """
    words, found = fold(typed).split(), []
    ordered = sorted(known, key=lambda row: (-(row.get("papers") or 0), row["person_id"]))
    for row in ordered:
        whole = _all_stand(words, fold(row["name"]).split())
        surname = {*words} & ({*fold(row.get("last") or "").split()} - PARTICLES)
        if whole or surname:
            found.append((not whole, not surname, row["name"], row["person_id"]))
    found.sort(key=lambda each: each[:2])
    spellings = (
        (spelling, row) for row in ordered for spelling in (row["name"], row.get("last") or "", row["person_id"])
    )
    return _told(
        [each[2:] for each in found]
        or _nearest(typed, [(spelling, (row["name"], row["person_id"])) for spelling, row in spellings])
    )


def suggest_topics(typed: str, known: Sequence[Mapping[str, Any]]) -> str:
    """Return '; did you mean …?' for the topics whose name has all words typed, or their beginnings; else the nearest.

    >>> suggest_topics("stent branch", [{"topic_id": "n1", "name": "Branch stents, lumen loss", "size": 9}])
    "; did you mean 'Branch stents, lumen loss' (n1)?"
    """
    words = fold(typed).split()
    held = [row for row in known if words and all(f" {word}" in f" {fold(row['name'])}" for word in words)]
    held.sort(key=lambda row: (-row["size"], row["topic_id"]))
    spellings = ((spelling, row) for row in known for spelling in (row["name"], row["topic_id"]))
    return _told(
        [(row["name"], row["topic_id"]) for row in held]
        or _nearest(typed, [(spelling, (row["name"], row["topic_id"])) for spelling, row in spellings])
    )


def _all_stand(words: Sequence[str], name: Sequence[str]) -> bool:
    """Say whether each word typed is one of the name, one of them a whole word and others perhaps initials."""
    left = [word for word in name if word not in words]
    rest = [word for word in words if word not in name]
    for word in rest:
        meant = next((each for each in left if 1 in (len(each), len(word)) and each[0] == word[0]), None)
        if meant is None:
            return False
        left.remove(meant)
    return any(len(word) > 1 for word in words if word in name)


def _nearest(typed: str, known: Iterable[tuple[str, Named]]) -> list[Named]:
    """Return who or what is spelt most like what was typed, each of several of one spelling the first."""
    spelt: dict[str, Named] = {}
    for spelling, named in known:
        spelt.setdefault(fold(spelling), named)
    spelt.pop("", None)
    near = difflib.get_close_matches(fold(typed), spelt, n=MOST, cutoff=ALIKE)
    return list(dict.fromkeys(spelt[spelling] for spelling in near))


def _told(found: Sequence[Named]) -> str:
    shown = " or ".join(f"'{name}' ({own})" for name, own in found[:MOST])
    more = f", or one of {len(found) - MOST} more" if len(found) > MOST else ""
    return f"; did you mean {shown}{more}?" if found else ""
