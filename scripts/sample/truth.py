"""What is true in the world, as rows of the tables under truth/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sample.world import World

Row = tuple[object, ...]


def nomination_rows(world: World) -> Iterator[Row]:
    """Yield the survey as typed."""
    yield ("rater", "rater_institution", "nominee", "nominee_institution", "topic", "wave", "date", "comment")
    for ballot in world.ballots:
        rater = ballot.rater
        desk = rater.post_in(ballot.date.year).place.name
        name = rater.name_in(ballot.date.year).full
        yield name, desk, ballot.typed, ballot.institution, ballot.topic, ballot.wave, ballot.date, ballot.comment


def nominee_rows(world: World) -> Iterator[Row]:
    """Yield whom each row of the survey, counted from 1, really is by and about."""
    yield ("row", "rater", "nominee", "niche")
    for row, ballot in enumerate(world.ballots, start=1):
        yield row, ballot.rater.key, ballot.nominee.key, ballot.niche.name


def mention_rows(world: World) -> Iterator[Row]:
    """Yield the person behind every mention; a group is no person and has no row."""
    yield ("pmid", "position", "person")
    for record in world.records:
        for position, mention in enumerate(record.mentions, start=1):
            if mention.person:
                yield record.paper.pmid, position, mention.person.key


def article_rows(world: World) -> Iterator[Row]:
    """Yield each record's niche, empty for those of none, and its theme."""
    yield ("pmid", "niche", "theme")
    for record in world.records:
        paper = record.paper
        yield paper.pmid, paper.niche.name if paper.niche else "", paper.niche.theme if paper.niche else ""


def people_rows(world: World) -> Iterator[Row]:
    """Yield everybody with the number of their papers here."""
    yield ("person", "name", "former_name", "role", "niche", "papers")
    papers = count_papers(world)
    for person in world.census.people:
        now, former = (person.renamed[1], person.name.full) if person.renamed else (person.name, "")
        niche = person.niche.name if person.niche and person.role != "namesake" else ""
        yield person.key, now.full, former, person.role, niche, papers[person.key]


def influencer_rows(world: World) -> Iterator[Row]:
    """Yield the planted micro-influencers, and whether the literature knows them or peers only."""
    yield ("person", "niche", "known_by")
    papers = count_papers(world)
    for person in world.census.of("authority"):
        if person.niche:
            yield person.key, person.niche.name, "literature" if papers[person.key] else "peers"


def count_papers(world: World) -> Counter[str]:
    """Count each person's papers."""
    return Counter(
        mention.person.key for record in world.records for mention in record.mentions if mention.person is not None
    )
