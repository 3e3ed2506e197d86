"""Names that nobody could be found for: written for a reader to rule on, and read back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, zip_longest
from typing import Any

from rapidfuzz.distance import OSA

from expertmine.errors import DataError
from expertmine.nominations.layout import read_named
from expertmine.nominations.names import Form, name_key, place_key, slips
from expertmine.nominations.strangers import compatible, usual_forms

CANDIDATES = 5
TYPING = ("nominee", "nominee_institution", "topic")
"""What a decision is about: every ballot on which just this was typed."""
NEEDED = ("nominee", "topic", "decision")
SKIP, NEW = "skip", "new"
REPEATS = "repeats "
"""How the reason begins why a word said twice is not counted twice."""
SET_ASIDE = "set aside by the review"
LATER = "later than nominations.as_of"
TOPIC_UNCLEAR = "topic "
"""How the reason begins why a ballot waits until somebody says what its topic means."""
WHICH_TOPIC = "which topic do raters mean by this? decides for every ballot that says so"


def list_doubts(
    unmatched: Iterable[Mapping[str, Any]], ballots: Iterable[Mapping[str, Any]], people: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Make the rows of the review file, the most frequent first: what raters mean by a topic, then typed names.

    Only a ballot whose topic is known is asked about by its name.

    Parameters
    ----------
    unmatched, ballots
        Rows of these tables.
    people
        What to show for an id: name and place of a person, or a topic's name.

    Returns
    -------
    list of dict
        nominee, nominee_institution, topic, times, reason, candidate_1 … candidate_5 ('ID: name, place (0.52)'),
        decision (empty: to be filled with an id, a candidate's number, 'new' for somebody without papers, or 'skip').
        A row about a topic has no nominee; its candidates are topics.
    """
    typed = {(row["source"], row["place"]): row for row in ballots}
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    times: Counter[tuple[str, ...]] = Counter()
    for row in unmatched:
        if not awaits_ruling(row["reason"]):
            continue
        ballot = typed[row["source"], row["place"]]
        about_topic = row["reason"].startswith(TOPIC_UNCLEAR)
        key = ("", "", ballot["topic"]) if about_topic else tuple(ballot[part] or "" for part in TYPING)
        times[key] += 1
        doubt = {**row, "reason": WHICH_TOPIC} if about_topic else row
        found.setdefault(key, _row(key, doubt, people))
    rows = [row | {"times": times[key]} for key, row in found.items()]
    return sorted(rows, key=lambda row: (row["nominee"] != "", -row["times"], *(row[part] for part in TYPING)))


def awaits_ruling(reason: str) -> bool:
    """Say whether a ballot that is not counted for this reason waits for a reader; others are settled."""
    return not reason.startswith(REPEATS) and reason not in (SET_ASIDE, LATER)


def list_doubles(nominees: Sequence[Mapping[str, Any]], ballots: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ask about people without papers whose names are so alike that they may be one; the later by name gets the row.

    They count as two until somebody rules. Names are alike if the surnames are within a slip or two and the given names
    agree as far as they go, whatever the institutions. Rows as in `list_doubts`.
    """
    topics: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ballots:
        topics[row["nominee"], row["nominee_institution"] or ""].add(row["topic"])
    people = {row["person_id"]: ", ".join(filter(None, (row["name"], row["affiliation"]))) for row in nominees}
    rows = []
    ordered = sorted(nominees, key=lambda row: (row["name"], row["person_id"]))
    forms = [usual_forms(row["name"]) for row in ordered]
    for one, others in zip(ordered, _alike_before(forms), strict=True):
        if not others:
            continue
        alike = [ordered[other]["person_id"] for other in others]
        why = "on no paper, and so is somebody of nearly that name: one human?"
        doubt = {"reason": why, "candidates": alike, "chances": []}
        typed = one["name"], one["affiliation"] or ""
        rows += [_row((*typed, topic), doubt, people) for topic in sorted(topics[typed])]
    return rows


def list_twins(ballots: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return pairs of places where raters of nearly the same name first speak: perhaps one human, typed in two ways."""
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in ballots:
        first.setdefault((name_key(row["rater"]), place_key(row["rater_institution"])), row)
    rows = [first[who] for who in sorted(first)]
    alike = _alike_before([usual_forms(row["rater"]) for row in rows])
    return [
        (rows[other]["place"], row["place"]) for row, others in zip(rows, alike, strict=True) for other in others[:1]
    ]


def _alike_before(names: Sequence[Sequence[Form]]) -> list[list[int]]:
    """Return for each name the first of those before it that are alike, as many as are shown, in order.

    Surnames within some slips are the same once as many letters are left out of either, and given names that agree
    begin alike: only names that share such a key are compared (FastSS, Bocek et al. 2007).
    """
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    found = []
    for at, forms in enumerate(names):
        keys = set().union(*map(_keys, forms))
        near = {other for key in keys for other in known[key]}
        alike = (other for other in sorted(near) if alike_forms(forms, names[other]))
        found.append(list(islice(alike, CANDIDATES)))
        for key in keys:
            known[key].append(at)
    return found


def _keys(form: Form) -> set[tuple[str, str]]:
    """Return the surname with a letter left out for each slip, each with the first letter of the given names."""
    left = {form.last}
    for _ in range(slips(form.last)):
        left |= {last[:at] + last[at + 1 :] for last in left for at in range(len(last))}
    return {(form.given[0][0], last) for last in left}


def alike_forms(one: Sequence[Form], other: Sequence[Form]) -> bool:
    """Say whether two names may be typings of one, slips and initials allowed."""
    return any(
        OSA.distance(first.last, second.last, score_cutoff=2) <= slips(first.last)
        and compatible(first.given, second.given)
        for first in one
        for second in other
    )


def read_review(data: bytes, *, source: str) -> list[dict[str, Any]]:
    """Read a review file, CSV or Excel, with decisions; rows without one are passed over.

    A row without a nominee rules on its topic. One with a nominee may name a topic, too: older files asked so.

    Returns
    -------
    list of dict
        Rows of the table `decisions` without their number.

    Raises
    ------
    DataError
        If columns are missing or a decision is none, with its line.
    """
    rows = []
    for row, cells in read_named(data, source=source, needed=NEEDED, writer="nominations review -o FILE"):
        if said := cells.get("decision", ""):
            decision = _decision(said, cells, f"'{source}' line {row.place}")
            typed = {part: cells.get(part, "") for part in TYPING}
            house = typed["nominee_institution"] or None
            rows.append(
                {"source": source, "place": row.place, "decision": decision, **typed, "nominee_institution": house}
            )
    return rows


def _decision(said: str, cells: Mapping[str, str], where: str) -> str:
    """Return 'new', 'skip' or an id; a number stands for the candidate of that number."""
    about_topic = not cells.get("nominee")
    if said.lower() in ({SKIP} if about_topic else {NEW, SKIP}):
        return said.lower()
    if said.isdigit() and (named := cells.get(f"candidate_{said}", "").partition(":")[0].strip()):
        return named
    if (about_topic or said[:1] in {"p", "n"}) and len(said.split()) == 1 and said.lower() != NEW:
        return said
    others = f"or '{SKIP}' (this row asks for a topic)" if about_topic else f"'{NEW}' or '{SKIP}'"
    raise DataError(f"{where}: the decision is {said!r}, expected an id, the number of a candidate, {others}")


def _row(typing: Sequence[str], doubt: Mapping[str, Any], people: Mapping[str, str]) -> dict[str, Any]:
    shown = zip_longest(doubt["candidates"][:CANDIDATES], doubt["chances"][:CANDIDATES])
    told = [f"{one}: {people.get(one, '')}" + ("" if chance is None else f" ({chance:.2f})") for one, chance in shown]
    candidates = {f"candidate_{at}": told[at - 1] if at <= len(told) else "" for at in range(1, CANDIDATES + 1)}
    typed = dict(zip(TYPING, typing, strict=True))
    return {**typed, "times": 1, "reason": doubt["reason"], **candidates, "decision": ""}
