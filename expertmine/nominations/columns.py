"""Which column of a survey means what: as told, else guessed from the header; wide surveys have a slot per name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from expertmine.errors import ConfigError, DataError, did_you_mean

ROLES: Mapping[str, tuple[str, ...]] = {
    "rater": (
        "rater", "nominator", "rater_name", "nominator_name", "respondent", "respondent_name", "from", "your_name",
        "your_full_name",
    ),
    "rater_institution": (
        "rater_institution", "nominator_institution", "respondent_institution", "rater_affiliation",
        "nominator_affiliation", "from_institution", "your_institution", "your_hospital", "your_affiliation",
    ),
    "nominee": ("nominee", "nominee_name", "expert", "expert_name", "nominated", "person", "name", "to"),
    "nominee_institution": (
        "nominee_institution", "expert_institution", "nominee_affiliation", "expert_affiliation",
        "to_institution", "institution", "affiliation", "hospital",
    ),
    "topic": ("topic", "topic_id", "topic_name", "niche", "subject", "field", "area", "relation"),
    "question": ("question", "paragraph", "trait"),
    "wave": ("wave", "round", "survey_wave"),
    "date": (
        "date", "submitted", "submit_date", "submitdate", "submission_date", "date_submitted", "timestamp", "end_date",
        "enddate", "recorded_date", "recordeddate", "completion_time",
    ),
    "weight": ("weight", "points", "votes"),
}  # fmt: skip
REQUIRED = ("rater", "nominee", "topic")
SLOTTED = ("nominee", "nominee_institution")
"""Roles that a wide survey has once for each name a rater may give: 'nominee.1', 'nominee_institution.1', …"""
QUESTIONS: Mapping[str, str] = {
    "explains": "Who explains best? They say what matters first and the reasons after, in words one can use the same"
    " day, and take the time to answer.",
    "knows": "Who knows most? They are up to date, have seen the rare cases themselves, and are asked when the books"
    " end.",
    "cares": "Whom do you trust with people? They treat patients and colleagues as equals and never talk down to"
    " anybody.",
}
"""The three traits of an educationally influential colleague, in our words (after Hiss, MacDonald & Davis 1978)."""
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
PART = re.compile(r"\[[^\]]*[^\W\d][^\]]*\]\s*$| - (?:(?! - ).)*$")
"""How survey tools print a part of a question behind it: 'Whom would you ask? [Name 1]', '… - Name 1'."""
SLOT = re.compile(r"\.(?:([a-z]+)_)?(\d+)$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Roles found: those a row has once, and those of each slot, as places in the row."""

    shared: Mapping[str, int]
    slots: tuple[tuple[str, Mapping[str, int]], ...]
    """The question a slot answers (or '') and its columns; no slot for a survey in long form."""
    headers: Mapping[str, str]
    """What was found, role to header: to be shown and stored."""


def find_columns(header: Sequence[str], told: Mapping[str, str], *, source: str, topic: str | None = None) -> Columns:
    """Find the roles' columns; `told` (role to header) overrules the guess, and so does `topic`, said of all rows.

    Raises
    ------
    ConfigError
        For an unknown role.
    DataError
        If a column is not there, or one that is needed.
    """
    if wrong := [role for role in told if SLOT.sub("", role) not in ROLES]:
        raise ConfigError(
            f"columns: unknown role '{wrong[0]}'{did_you_mean(wrong[0], ROLES)} (roles: {', '.join(ROLES)})"
        )
    found = guess_columns(header, told)
    if topic and "topic" not in told:
        found.pop("topic", None)
    shown = ", ".join(repr(cell.strip()) for cell in header[:20])
    if absent := [name for role, name in told.items() if role not in found]:
        raise DataError(
            f"'{source}' has no column {absent[0]!r}; its columns are {shown}{did_you_mean(absent[0], header)}"
        )
    roles = {SLOT.sub("", role) for role in found} | ({"topic"} if topic else set())
    if missing := [role for role in REQUIRED if role not in roles]:
        raise DataError(
            f"'{source}' has no column for {', '.join(missing)}; its columns are {shown}; expected a header with"
            f" {', '.join(REQUIRED)}: rename them, or say which is which (--column {missing[0]}=HEADER,"
            f" columns={{'{missing[0]}': …}})"
        )
    plain = [_plain(cell) for cell in header]
    if repeated := [name for name in found.values() if plain.count(name) > 1]:
        raise DataError(
            f"'{source}' has {plain.count(repeated[0])} columns '{repeated[0]}'; expected one row per"
            " nominated person, or columns with a number (nominee_1, nominee_2, …)"
        )
    return _arranged({role: plain.index(name) for role, name in found.items()}, header)


def guess_columns(header: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """Map roles to plain headers: as told, else by the first synonym that is there, else numbered slots."""
    present = {_plain(cell) for cell in header}
    plainly = {role: _plain(name) for role, name in told.items()}
    free = present - set(plainly.values())
    guessed = {role: next((name for name in names if name in free), None) for role, names in ROLES.items()}
    if "nominee" not in told:
        slots = _slots([cell for cell in header if _plain(cell) in free])
        numbered = any(role.startswith("nominee.") for role in slots)
        if numbered and guessed["nominee"] not in {None, "name"}:  # 'Expert', 'Expert 2': the first has no number
            first = 0 if "nominee.1" in slots else 1
            slots = {f"{role}.{first}": guessed[role] for role in SLOTTED} | slots
        if numbered:  # beside them 'Name' is the rater's account, as Microsoft Forms prints it
            guessed |= dict.fromkeys(SLOTTED)
        if guessed["nominee"] is None:
            guessed |= slots
    return {role: name for role, name in {**guessed, **plainly}.items() if name in present}


def meaning(header: Sequence[str], told: Mapping[str, str]) -> tuple[int, int]:
    """Say how much of what was told, and of all roles, a header has: to find the delimiter and the line it is on."""
    found = guess_columns(header, told)
    return sum(role in found for role in told), len(found)


def _slots(header: Sequence[str]) -> dict[str, str | None]:
    """Read headers with a number: 'Expert 2', 'knows_1_nominee', 'Whom would you ask? [Name 1]', 'First expert'.

    Where several questions, none of them ours, number their names alike, the later ones' numbers go on.
    """
    asked = [(each, _plain(cell)) for cell in header if (each := _numbered(cell))]
    blocks = {role: list(dict.fromkeys(each.block for each, _ in asked if each.role == role)) for role in SLOTTED}
    most = max((each.number for each, _ in asked), default=0)
    found: dict[str, str | None] = {}
    for each, name in asked:
        number = each.number if each.question else each.number + most * blocks[each.role].index(each.block)
        slot = f"{each.question}_{number}" if each.question else str(number)
        found.setdefault(f"{each.role}.{slot}", name)
    return found


class _Numbered(NamedTuple):
    """What a header with a number asks for."""

    role: str
    block: str
    """The question in the survey's own words, if its part stands behind it."""
    question: str
    """Which of our questions it is, or ''."""
    number: int


def _numbered(header: str) -> _Numbered | None:
    """Read a header such as 'Expert 2'; None where it has no number, or several, or words of no role."""
    part = PART.search(header)
    block, own = (header[: part.start()], part[0]) if part else ("", header)
    words = re.findall(r"[a-z]+|\d+", own.lower())
    question = next((word for word in re.findall(r"[a-z]+", header.lower()) if word in QUESTIONS), "")
    numbers = [ORDINALS.get(word) or int(word) for word in words if word in ORDINALS or word.isdecimal()]
    said = {word for word in words if word.isalpha() and word not in {question, "of", "the", *ORDINALS}}
    role = next((role for role in SLOTTED for name in ROLES[role] if said == set(name.split("_"))), "")
    return _Numbered(role, _plain(block), question, numbers[0]) if role and len(numbers) == 1 else None


def _arranged(places: Mapping[str, int], header: Sequence[str]) -> Columns:
    """Part the columns that a row has once from those of its slots, which stand in the order of the file."""
    shared: dict[str, int] = {}
    found: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for role, at in places.items():
        if slot := SLOT.search(role):
            found[slot.groups("")][role[: slot.start()]] = at
        else:
            shared[role] = at
    slots = [(question, columns) for (question, _), columns in found.items() if "nominee" in columns]
    if slots:
        shared = {role: at for role, at in shared.items() if role not in SLOTTED}
    slots.sort(key=lambda slot: min(slot[1].values()))
    return Columns(shared, tuple(slots), {role: header[at].strip() for role, at in places.items()})


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")
