"""Typed names to persons: how many are accepted, and how many of those are right.

    python scripts/bench.py matching CORPUS… --seeds 1 2 3

CORPUS is a folder that was run until 'authority'. Persons who bear a full name and stand in a topic are drawn; each is
typed as a colleague in a hurry would: a third of the surnames and a tenth of the given names with a slip, given names
cut to initials, order reversed, titles and degrees about, the institution given whole, in its rarest word, or (in half)
not at all. Drawn once per printed name, because nobody could tell its bearers apart by the name alone; the share of
persons so left out is `homonyms`. `precision` is of the accepted (a name taken for 'nobody of the corpus' is accepted
and wrong, too), `accepted` of all; the others must be in the review table, and `asked` says how often the person is
among the candidates there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from expertmine.corpus import Corpus
from expertmine.nominations import weigh_nominations
from expertmine.tables import TABLES

NAMES = 500
SLIPS = ("swap", "drop", "double", "replace")
SURNAME_SLIPS, GIVEN_SLIPS = 0.35, 0.1
Row = Mapping[str, Any]


def draw(corpus: Corpus, rng: Random, size: int) -> tuple[list[tuple[Row, str]], float]:
    """Return persons with full names, each with a topic of theirs, and the share left out for sharing a name."""
    topics: dict[str, list[str]] = {}
    for row in corpus.table("scores").to_pylist():
        topics.setdefault(row["person_id"], []).append(row["topic_id"])
    people = [row for row in corpus.table("persons").to_pylist() if row["person_id"] in topics]
    full = [row for row in people if given_of(row) and len(given_of(row)[0].strip(".")) > 1]
    borne: dict[str, int] = {}
    for row in full:
        borne[row["name"].lower()] = borne.get(row["name"].lower(), 0) + 1
    alone = [row for row in full if borne[row["name"].lower()] == 1]
    chosen = rng.sample(alone, min(size, len(alone)))
    return [(row, rng.choice(sorted(topics[row["person_id"]]))) for row in chosen], 1 - len(alone) / len(full)


def given_of(person: Row) -> list[str]:
    """Return the given names that are printed before the surname."""
    name, last = person["name"], person["last"]
    return name[: -len(last)].split() if name.lower().endswith(last.lower()) else []


def slip(text: str, rng: Random) -> str:
    """One slip of the finger, not in the first letter."""
    if len(text) < 4:
        return text
    at, kind = rng.randrange(1, len(text) - 1), rng.choice(SLIPS)
    if kind == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == "drop":
        return text[:at] + text[at + 1 :]
    return text[:at] + (text[at] * 2 if kind == "double" else rng.choice("aeinrst")) + text[at + 1 :]


def type_name(person: Row, rng: Random) -> str:
    """Type the name as a colleague in a hurry does."""
    given, last = given_of(person), person["last"]
    last = slip(last, rng) if rng.random() < SURNAME_SLIPS else last
    first = slip(given[0], rng) if rng.random() < GIVEN_SLIPS else given[0]
    initials = "".join(word[0] for word in given)
    usual = [f"{first} {last}"] * 5
    fuller = [" ".join([first, *given[1:], last]), f"{last}, {first}", f"Dr. {first} {last}, MD", f"{first} {last} PhD"]
    shorter = [f"{last} {initials}", f"{'.'.join(initials)}. {last}", f"Prof {first[0]} {last}"]
    return rng.choice([*usual, *fuller, *shorter, f"{last} {first}", f"{first} {last}".upper()])


def type_place(person: Row, rng: Random) -> str | None:
    """Type where the person works: as printed, one part of it, or nothing in half of the cases."""
    parts = [part.strip() for part in (person["affiliation"] or "").split(",") if part.strip()]
    return rng.choice([", ".join(parts), rng.choice(parts), None, None]) if parts else None


def measure(corpus: Corpus, seed: int, size: int = NAMES) -> dict[str, float]:
    """Type, match, count."""
    rng = Random(seed)
    drawn, homonyms = draw(corpus, rng, size)
    ballots = [
        {"source": "s", "place": f"{at:05}", "rater": f"Rater {at} Quxley", "nominee": type_name(person, rng),
         "nominee_institution": type_place(person, rng), "topic": topic, "wave": at + 1, "weight": 1.0}
        for at, (person, topic) in enumerate(drawn)
    ]  # fmt: skip
    tables = corpus.tables("persons", "topics", "scores")
    nominations, _, unmatched, _ = weigh_nominations(TABLES["ballots"].rows(ballots), **tables)
    truth = {at + 1: person["person_id"] for at, (person, _) in enumerate(drawn)}
    right = [truth[row["wave"]] == row["nominee"] for row in nominations.to_pylist()]
    doubts = unmatched.to_pylist()
    if len(right) + len(doubts) != len(drawn):
        raise SystemExit("a name was lost")
    held = [truth[int(row["place"]) + 1] in row["candidates"] for row in doubts]
    return {
        "names": len(drawn), "homonyms": round(homonyms, 3), "precision": round(sum(right) / max(len(right), 1), 3),
        "accepted": round(len(right) / len(drawn), 3), "asked": round(sum(held) / max(len(held), 1), 3),
    }  # fmt: skip


def main(words: Sequence[str]) -> int:
    """Measure and print, a line a corpus and seed."""
    parser = argparse.ArgumentParser(prog="bench.py matching", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    options = parser.parse_args(words)
    for path in options.corpora:
        for seed in options.seeds:
            print(json.dumps({"corpus": path.name, "seed": seed, **measure(Corpus(path), seed)}), flush=True)
    return 0
