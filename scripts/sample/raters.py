"""Invented raters of a niche: whom they would name, honestly or as a ring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd

import expertmine as em
from expertmine.evaluate.identity import match_by_mentions

NAMES = 3
"""People a rater may name."""
RING_SHAPES = ("clique", "incomplete", "cycle", "boosting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Niche:
    """A topic of the corpus, the people who wrote in it, and its planted authorities."""

    topic_id: str
    topic: str
    people: list[str]
    """Names of those with papers in it, the most prolific there first."""
    authorities: frozenset[str]
    """Ids of the authorities with papers."""
    known: tuple[str, ...]
    """Names of all authorities."""
    unpublished: frozenset[str]
    """Names of the authorities without."""
    stars: tuple[str, ...]
    colleagues: Mapping[str, tuple[str, ...]]
    ids: Mapping[str, str]
    """Name of each id."""

    def panel(self, corpus: em.Corpus, size: int) -> list[str]:
        """Name whom the package would ask first."""
        return [str(name) for name in em.choose_panel(corpus, self.topic_id, size=size)["name"]]

    def core(self, size: int) -> list[str]:
        """Name those who wrote with the most others of the niche, the authorities first."""
        ordered = sorted(self.people, key=lambda name: (name not in self.known, -len(self.colleagues[name]), name))
        return ordered[:size]

    def names_of(self, person_ids: Sequence[str]) -> set[str]:
        """Name these people."""
        return {self.ids[each] for each in person_ids if each in self.ids}

    def recognise(self, nominees: pd.DataFrame) -> dict[str, str]:
        """Return who of the people known to peers only is an authority of the niche: id -> true name."""
        by_key = {_short(name): name for name in self.unpublished}
        found = zip(nominees["person_id"], nominees["name"], strict=True)
        return {str(one): by_key[_short(name)] for one, name in found if _short(name) in by_key}


def answer(niche: Niche, rater: str, accuracy: float, rng: Random, *, initials: float = 0.1) -> list[str]:
    """Name three people: true authorities as often as `accuracy`, else stars, colleagues or anybody of the niche."""
    chosen: list[str] = []
    colleagues = niche.colleagues.get(rater, ())
    for _ in range(NAMES):
        luck = rng.random()
        if luck < accuracy:
            pool: Sequence[str] = niche.known
        elif luck < accuracy + (1 - accuracy) / 3:
            pool = niche.stars
        else:
            pool = colleagues if colleagues and luck < accuracy + (1 - accuracy) * 2 / 3 else niche.people
        free = [name for name in pool if name != rater and name not in chosen]
        if free:
            chosen.append(rng.choice(free))
    return [_typed(name) if rng.random() < initials else name for name in chosen]


def conspire(members: Sequence[str], shape: str, honest: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return what the members of a ring say instead of their honest words.

    In a clique everybody names everybody, up to three; in an incomplete one the first two do not name each other; in a
    cycle each names the next only; boosting, all name the first, who names the second.
    """
    said = {}
    for at, one in enumerate(members):
        others = [other for other in [*members[at + 1 :], *members[:at]]]
        if shape == "incomplete":
            others = [other for other in others if {one, other} != set(members[:2])]
        elif shape == "cycle":
            others = others[:1]
        elif shape == "boosting":
            others = [members[0]] if at else [members[1]]
        said[one] = (others + [name for name in honest[one] if name not in others])[:NAMES]
    return said


def read_niches(corpus: em.Corpus, truth: Path) -> list[Niche]:
    """Read which topic is which planted niche, by the most papers, and who is who in it."""
    people = pd.read_csv(truth / "people.csv", dtype=str, keep_default_na=False)
    planted = people[people["role"] == "authority"]
    articles = pd.read_csv(truth / "articles.csv", keep_default_na=False)
    topics = corpus.frame("topics")
    layer = topics.loc[topics["layer"] == 0, ["topic_id", "name"]]
    held = corpus.frame("assignments").merge(layer, on="topic_id").merge(articles[articles["niche"] != ""], on="pmid")
    shared = held.groupby(["niche", "topic_id", "name"]).size().rename("papers").reset_index()
    best = shared.sort_values(["papers", "topic_id"], ascending=[False, True]).drop_duplicates("niche")
    person_of = _resolved(corpus, truth)
    names: dict[str, str] = {row["person_id"]: row["name"] for row in corpus.table("persons").to_pylist()}
    stars = tuple(names[person_of[key]] for key in people.loc[people["role"] == "star", "person"] if key in person_of)
    niches = []
    for (topic_id, topic), rows in best.groupby(["topic_id", "name"]):
        own = planted[planted["niche"].isin(rows["niche"])]
        published = {row["person"]: person_of[row["person"]] for row in own.to_dict("records") if row["papers"] != "0"}
        unpublished = frozenset(own.loc[own["papers"] == "0", "name"])
        inside, colleagues = _people(corpus, str(topic_id), names)
        niches.append(
            Niche(
                topic_id=str(topic_id),
                topic=str(topic),
                people=inside,
                authorities=frozenset(published.values()),
                known=(*sorted(names[each] for each in published.values()), *sorted(unpublished)),
                unpublished=unpublished,
                stars=stars,
                colleagues=colleagues,
                ids=names,
            )
        )
    return niches


def _resolved(corpus: em.Corpus, truth: Path) -> dict[str, str]:
    """Return the person who holds most of each true human's mentions."""
    mentions = pd.read_csv(truth / "mentions.csv")
    return match_by_mentions(mentions, corpus.frame("identities"), of="person", to="person_id")


def _people(corpus: em.Corpus, topic_id: str, names: Mapping[str, str]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    rows = corpus.frame("contributions")
    rows = rows[rows["topic_id"] == topic_id]
    rows = rows.assign(name=rows["person_id"].map(names))
    order = rows.groupby("name").size().rename("n").reset_index().sort_values(["n", "name"], ascending=[False, True])
    near: dict[str, set[str]] = {name: set() for name in order["name"]}
    for _, team in rows.groupby("pmid")["name"]:
        for name in team:
            near[name] |= set(team) - {name}
    return [str(name) for name in order["name"]], {name: tuple(sorted(others)) for name, others in near.items()}


def _typed(name: str) -> str:
    """Type a name with an initial instead of the forename."""
    first, *more = name.split()
    return f"{first[0]}. {more[-1]}" if more else name


def _short(name: str) -> str:
    first, *more = name.casefold().split()
    return f"{first[0]} {more[-1]}" if more else first
