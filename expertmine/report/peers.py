"""What peers say beside what the literature says; counts only, never who named whom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expertmine.report.charts import TINY, Dot, spread_labels
from expertmine.report.material import KEY, Material, Topic, known
from expertmine.report.reasons import count_unmatched
from expertmine.wording import count

WIDTH, HEIGHT = 720.0, 400.0
LEFT, BOTTOM, TOP, RIGHT = 46.0, 40.0, 28.0, 14.0
QUADRANTS = ("both", "literature only", "peers only", "neither")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The people of one niche with nominations, by quadrant: (name, nominators, micro), the strongest first."""

    topic: Topic
    groups: dict[str, list[tuple[str, int, bool]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """All that the report says of a peer survey."""

    raters: int
    ballots: int
    counted: int
    people: int
    unmatched: list[tuple[str, int]]
    niches: list[Agreement]
    dots: list[Dot]
    ticks_x: list[tuple[float, str]]
    ticks_y: list[tuple[float, str]]


def summarise_peers(material: Material) -> Peers:
    """Count the survey and set every person's standing beside their authority."""
    tables = material.tables
    rows = tables["influencers"]
    rows = rows[rows["quadrant"].notna()].sort_values(
        ["micro", "combined", "person_id", "topic_id"], ascending=[False, False, True, True]
    )
    words = tables["nominations"]
    words = words[words["nominator"] != words["nominee"]]
    rows = rows.merge(tables["standing"][[*KEY, "low", "high"]], on=KEY, how="left")
    heard, largest = words.groupby("topic_id")["nominator"].nunique(), rows.groupby("topic_id")["authority"].max()
    rows["heard"] = rows["topic_id"].map(heard).fillna(0).astype(int)
    rows["share"] = (rows["authority"] / rows["topic_id"].map(largest)).fillna(0.0)
    people = [row | {"name": material.people[row["person_id"]].name} for row in rows.to_dict("records")]
    top = float(rows["standing"].max() or 0)
    return Peers(
        raters=int(words["nominator"].nunique()),
        ballots=len(tables["ballots"]),
        counted=len(words),
        people=int(words["nominee"].nunique()),
        unmatched=count_unmatched(tables["unmatched"]["reason"]),
        niches=_agreements(people, material.topics),
        dots=_dots(people, material.topics, top=top),
        ticks_x=[(round(_across(value), 1), label) for value, label in _ticks(1.0)],
        ticks_y=[(round(_up(value, top), 1), label) for value, label in _ticks(top)],
    )


def _agreements(people: list[dict[Any, Any]], topics: Mapping[str, Topic]) -> list[Agreement]:
    found: dict[str, Agreement] = {}
    for row in people:
        niche = found.setdefault(row["topic_id"], Agreement(topics[row["topic_id"]], {name: [] for name in QUADRANTS}))
        niche.groups[row["quadrant"]].append((row["name"], row["nominators"], row["micro"]))
    return sorted(found.values(), key=lambda niche: (-niche.topic.size, niche.topic.id))


def _dots(people: list[dict[Any, Any]], topics: Mapping[str, Topic], *, top: float) -> list[Dot]:
    dots = [
        Dot(
            x=round(_across(row["share"]), 1),
            y=round(_up(known(row["standing"], float) or 0.0, top), 1),
            quadrant=row["quadrant"],
            words=f"{row['name']}, {topics[row['topic_id']].name}: {row['quadrant']}; {_standing(row)}",
            micro=row["micro"],
        )
        for row in people
    ]
    return spread_labels(dots, names=[row["name"] if row["micro"] else "" for row in people], width=WIDTH)


def _standing(row: dict[Any, Any]) -> str:
    named = f"named by {row['nominators']} of {count(row['heard'], 'peer')} heard in the niche"
    standing = known(row["standing"], float)
    if standing is None:  # somebody whom nobody named
        return named
    return f"standing {standing:.2f} (90 % {row['low']:.2f}\u2013{row['high']:.2f}), {named}"


def _across(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share


def _up(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value / top if top > TINY else 0.0)


def _ticks(end: float) -> list[tuple[float, str]]:
    """Four round steps at most, from 0."""
    if not end > TINY:
        return [(0.0, "0")]
    power = 10.0 ** math.floor(math.log10(end))
    step = next(size * power for size in (0.25, 0.5, 1.0, 2.5) if size * power * 4 >= end)
    return [(number * step, f"{number * step:g}") for number in range(int(end / step) + 1)]
