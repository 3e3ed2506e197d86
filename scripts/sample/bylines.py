"""How a team is printed under a title: names, ORCIDs and affiliations, as complete as they were in that year."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sample.names import Name, as_printed, without_accents
from sample.papers import Paper
from sample.people import Person
from sample.places import Place, Post, address


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One entry of an author list: a person's printed name, or a group's."""

    person: Person | None = None
    name: Name | None = None
    collective: str | None = None
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()


def print_byline(paper: Paper, places: list[Place], rng: Random) -> list[Mention]:
    """Print the whole list; a group stands last."""
    mentions = [_print(person, paper, places, rng) for person in paper.team]
    return [*mentions, Mention(collective=paper.collective)] if paper.collective else mentions


def _print(person: Person, paper: Paper, places: list[Place], rng: Random) -> Mention:
    year = paper.year
    name = as_printed(person.name_in(year), year, rng)
    shown = person.orcid if person in paper.identified or (year >= 2013 and rng.randrange(100) < 50) else None
    leads = person is paper.first
    printed = rng.randrange(100) < (92 if year >= 2014 else 85 if leads else 0)
    return Mention(
        person=person,
        name=name,
        orcid=shown,
        affiliations=_affiliations(person, year, places, rng) if printed else (),
    )


def _affiliations(person: Person, year: int, places: list[Place], rng: Random) -> tuple[str, ...]:
    post = person.post_in(year)
    lines = [address(post, rng)]
    if year >= 2014 and rng.randrange(100) < 10:
        lines.append(address(Post(department=post.department, place=rng.choice(places)), rng))
    if year >= 1998 and rng.randrange(100) < 12:
        mailbox = f"{person.name.fore[0]}.{without_accents(person.name_in(year).last)}".lower().replace(" ", "")
        prefix = "" if year < 2010 else "Electronic address: "
        lines[0] = f"{lines[0]} {prefix}{mailbox}@{post.place.domain}."
    return tuple(lines)
