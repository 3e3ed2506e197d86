"""An invented village of researchers whose names are easily confused, and a hand that types them badly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pyarrow as pa

from expertmine.tables import TABLES

HEADS = (
    "Bran",
    "Tol",
    "Kar",
    "Hal",
    "Vess",
    "Mor",
    "Quil",
    "Ost",
    "Rav",
    "Lind",
    "Dre",
    "Fenn",
    "Sor",
    "Wib",
    "Jun",
)
TAILS = (
    "den",
    "don",
    "mark",
    "vik",
    "stra",
    "quist",
    "ova",
    "ell",
    "all",
    "berg",
    "borg",
    "mann",
    "itz",
    "ier",
)
GIVEN = (
    "Aino", "Alva", "Bertil", "Britta", "Carel", "Carla", "Dorit", "Edda", "Elsa", "Elna", "Fritjof", "Gerda", "Hanne",
    "Henrik", "Ida", "Ilse", "Jorun", "Kaspar", "Lene", "Lone", "Maren", "Marit", "Nils", "Ottilie", "Petra", "Rikard",
    "Signe", "Sigrid", "Tove", "Ulrik", "Vidar", "Wenche", "Ylva", "Zsófia", "Jean-Luc", "Anne-Sofie",
)  # fmt: skip
TOWNS = (
    "Ostvik",
    "Karlund",
    "Brennholm",
    "Sundal",
    "Marrow",
    "Tilburn",
    "Varga",
    "Hestnes",
    "Quarn",
    "Ruvik",
)
HOUSES = ("University Hospital", "Institute of Cardiology", "Regional Medical Center", "Children's Hospital")
TOPICS = ("t1", "t2", "t3", "t4")
SLIPS = ("swap", "drop", "double", "replace")


def topic(topic_id: str, name: str, *keyphrases: str, layer: int = 0) -> dict[str, Any]:
    """A row of topics."""
    row = {"topic_id": topic_id, "layer": layer, "size": 10, "name": name, "keyphrases": list(keyphrases)}
    return row | {"facets": [], "representatives": []}


def person(person_id: str, fore: str, last: str, affiliation: str | None = None, **more: object) -> dict[str, Any]:
    """A row of persons."""
    initials = "".join(word[0] for word in fore.replace("-", " ").split())
    row = {"person_id": person_id, "name": f"{fore} {last}", "last": last, "initials": initials}
    return row | {"variants": [f"{last} {initials}"], "papers": 3, "affiliation": affiliation} | more


def score(person_id: str, topic_id: str, value: float = 1.0) -> dict[str, Any]:
    """A row of scores."""
    return {
        "person_id": person_id,
        "topic_id": topic_id,
        "score": value,
        "low": value,
        "high": value,
        "rank": 1,
    }


def ballot(rater: str, nominee: str, topic_id: str = "t1", **more: object) -> dict[str, Any]:
    """A row of ballots without its place."""
    return {"rater": rater, "nominee": nominee, "topic": topic_id, "wave": 1, "weight": 1.0} | more


def ballots(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The ballots of one survey, in order."""
    return TABLES["ballots"].rows({"source": "s.csv", "place": f"{at:05}"} | row for at, row in enumerate(rows, 2))


def tables(persons: Sequence[Mapping[str, Any]] = (), scores: Sequence[Mapping[str, Any]] = ()) -> dict[str, pa.Table]:
    """What the stage reads beside the ballots, with four topics."""
    names = ("renal artery stents", "carotid dissection", "vertebral aneurysm coils", "iliac bypass grafts")
    rows = [topic(topic_id, name) for topic_id, name in zip(TOPICS, names, strict=True)]
    return {
        "persons": TABLES["persons"].rows(persons),
        "topics": TABLES["topics"].rows(rows),
        "scores": TABLES["scores"].rows(scores),
    }


def village(size: int, rng: Random) -> list[dict[str, Any]]:
    """Persons whose surnames differ by a letter and whose surnames are shared; some known by initials only."""
    people = []
    for at in range(size):
        last = rng.choice(HEADS) + rng.choice(TAILS)
        last = f"van {last}" if at % 29 == 0 else f"{last}-{rng.choice(HEADS)}sen" if at % 31 == 0 else last
        fore = " ".join(rng.sample(GIVEN, 2 if at % 3 == 0 else 1))
        place = f"Department of Vascular Medicine, {rng.choice(HOUSES)} {rng.choice(TOWNS)}, Norland"
        row = person(f"p{at:04}", fore, last, place if at % 7 else None)
        people.append(row | {"name": row["variants"][0]} if at % 8 == 0 else row)
        people[-1]["fore"] = fore
    return people


def misspelt(text: str, rng: Random) -> str:
    """One slip of the finger, not in the first letter."""
    at, slip = rng.randrange(1, len(text) - 1), rng.choice(SLIPS)
    if slip == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == "drop":
        return text[:at] + text[at + 1 :]
    return text[:at] + (text[at] * 2 if slip == "double" else rng.choice("aeinrst")) + text[at + 1 :]


def typed(one: Mapping[str, Any], rng: Random) -> dict[str, str | None]:
    """How a colleague in a hurry types this person's name and institution."""
    fore, last = one["fore"], one["last"]
    last = misspelt(last, rng) if rng.random() < 0.35 else last
    fore = misspelt(fore, rng) if rng.random() < 0.1 else fore
    first, initials = fore.split()[0], one["initials"]
    name = rng.choice(
        [f"{first} {last}"] * 5
        + [
            f"{fore} {last}",
            f"{last}, {first}",
            f"{last} {initials}",
            f"Dr. {first} {last}, MD",
            f"{last} {first}",
        ]
        + [
            f"{'.'.join(initials)}. {last}",
            f"Prof {first[0]} {last}",
            f"{first} {last}".upper(),
            f"{first} {last} PhD",
        ]
    )
    house = (one["affiliation"] or ", ,").split(", ")[1]
    place = rng.choice([house, house.split()[-1] if house.strip() else "", "", ""])
    return {"nominee": name, "nominee_institution": place or None}
