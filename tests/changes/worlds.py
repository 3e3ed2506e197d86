"""Small invented literatures, made into the tables of a generation by the real stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from expertmine.authority import score_authority
from expertmine.config import AuthoritySettings, InfluenceSettings
from expertmine.contributions import join_contributions
from expertmine.influence import find_influencers
from expertmine.tables import TABLES

Rows = list[dict[str, Any]]
Tables = dict[str, pa.Table]
SETTINGS = InfluenceSettings(niche_top=2, volume_top=1, q=1.0, min_papers=2, min_led=0, kappa=1.0)
AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Who wrote what, in which niche each paper lies (None: in none), what is retracted, how ids are spelt."""

    writers: Mapping[int, tuple[str, ...]]
    niche: Mapping[int, str | None]
    retracted: frozenset[int] = frozenset()
    person: Mapping[str, str] = field(default_factory=dict)
    """Who is taken for whom; by default everybody for themselves."""
    spelling: str = ""
    """Ends every id, so that no id of another spelling is met by chance."""

    def without(self, *pmids: int) -> World:
        """Return the same literature without some papers."""
        kept = {pmid: names for pmid, names in self.writers.items() if pmid not in pmids}
        return World(
            writers=kept, niche=self.niche, retracted=self.retracted, person=self.person, spelling=self.spelling
        )


def niches(*groups: Iterable[int], names: str = "ABCDEFGH") -> dict[int, str | None]:
    """Say which papers make up which niche."""
    return {pmid: name for name, group in zip(names, groups, strict=False) for pmid in group}


def lone(pmids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Give each paper one writer of its own."""
    return {pmid: (f"Writer{pmid}",) for pmid in pmids}


def make(world: World) -> Tables:
    """Return every table that is compared, and those they are made from."""
    tables = {**found(world), **{name: TABLES[name].empty() for name in ("citations", "standing", "nominees")}}
    contributions = join_contributions(
        tables["identities"], tables["assignments"], articles=tables["articles"], mentions=tables["mentions"]
    )
    settings = AuthoritySettings(bootstraps=0, as_of=2024)
    evidence, scores = score_authority(
        contributions, tables["articles"], citations=tables["citations"], settings=settings
    )
    influencers = find_influencers(
        scores, contributions, topics=tables["topics"], standing=tables["standing"], settings=SETTINGS
    )
    return {
        **tables,
        "contributions": contributions,
        "evidence": evidence,
        "scores": scores,
        "influencers": influencers,
    }


def found(world: World) -> Tables:
    """Return the tables up to topics and persons, as if nothing had been scored yet."""
    articles, mentions, identities, persons = _papers(world)
    topics, assignments = _topics(world)
    return {
        "articles": articles,
        "mentions": mentions,
        "identities": identities,
        "persons": persons,
        "topics": topics,
        "assignments": assignments,
    }


def article(pmid: int, *, retracted: bool = False, title: str = "") -> dict[str, Any]:
    """Return a row of articles."""
    blank: dict[str, Any] = {"abstract": "", "journal": "", "types": [], "mesh": [], "keywords": [], "languages": []}
    blank |= {"year": 2020, "kind": "article", "version": 1, "links": []}
    return {**blank, "pmid": pmid, "title": title or f"On matter {pmid}", "retracted": retracted}


def _papers(world: World) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    articles = [article(pmid, retracted=pmid in world.retracted) for pmid in world.writers]
    places = [(pmid, place, name) for pmid, names in world.writers.items() for place, name in enumerate(names, 1)]
    who = {name: world.person.get(name, name) for _, _, name in places}
    mentions: Rows = [
        {"pmid": pmid, "position": place, "last": name, "affiliations": [], "equal_contribution": False}
        for pmid, place, name in places
    ]
    identities: Rows = [
        {"pmid": pmid, "position": place, "person_id": f"p{who[name]}{world.spelling}", "confidence": 1.0}
        for pmid, place, name in places
    ]
    blank: dict[str, Any] = {"initials": "", "variants": [], "papers": 1}
    persons: Rows = [
        {"person_id": f"p{one}{world.spelling}", "name": one, "last": one, **blank} for one in sorted(set(who.values()))
    ]
    rows = {"articles": articles, "mentions": mentions, "identities": identities, "persons": persons}
    made = [TABLES[name].rows(table) for name, table in rows.items()]
    return made[0], made[1], made[2], made[3]


def _topics(world: World) -> tuple[pa.Table, pa.Table]:
    members = [(pmid, name) for pmid in world.writers if (name := world.niche.get(pmid)) is not None]
    blank: dict[str, Any] = {"keyphrases": [], "facets": [], "representatives": []}
    topics: Rows = [
        {
            "topic_id": f"n{name}{world.spelling}", "layer": 0, "parent_id": AREA, "name": name,
            "size": sum(one == name for _, one in members), **blank,
        }
        for name in sorted({name for _, name in members})
    ]  # fmt: skip
    topics.append({"topic_id": AREA, "layer": 2, "name": AREA, "size": len(world.writers), **blank})
    rows: Rows = [{"pmid": pmid, "topic_id": f"n{name}{world.spelling}", "strength": 1.0} for pmid, name in members]
    rows += [{"pmid": pmid, "topic_id": AREA, "strength": 1.0} for pmid in world.writers]
    return TABLES["topics"].rows(topics), TABLES["assignments"].rows(rows)
