"""The peer survey: sixty raters, what they typed, and whom they meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sample.names import as_typed
from sample.people import LAST_YEAR, Census, Person
from sample.places import Post
from sample.vocabulary import Lexicon, Vocabulary

RATERS, SECOND_WAVE, LEAST_FOR_UNPUBLISHED = 60, 18, 3
_COMMENTS = (
    "", "", "", "", "", "taught me the technique", "calls back the same day", "best talk at the last meeting",
    "has seen more cases than anyone, hardly publishes", 'wrote "the" paper on it', "we share patients",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rater:
    """Somebody asked about one niche."""

    person: Person
    niche: Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One line of the survey as typed, with the people really meant."""

    rater: Person
    nominee: Person
    niche: Lexicon
    typed: str
    institution: str
    topic: str
    wave: int
    date: date
    comment: str


def survey(census: Census, vocabulary: Vocabulary, rng: Random) -> list[Ballot]:
    """Ask sixty raters; eighteen of them answer a second time."""
    raters = _choose_raters(census, vocabulary, rng)
    ballots = [ballot for rater in raters for ballot in _answer(rater, raters, census, rng)]
    ballots += _for_the_unpublished(raters, ballots, census, rng)
    for rater in rng.sample(raters, SECOND_WAVE):
        mine = [ballot for ballot in ballots if ballot.rater is rater.person]
        ballots += [_fill(rater, ballot.nominee, rng, wave=2) for ballot in mine if rng.randrange(100) < 75]
    return ballots


def _choose_raters(census: Census, vocabulary: Vocabulary, rng: Random) -> list[Rater]:
    """Two or three for each niche: its own authorities, clinicians who never published, others of the field."""
    niches = [
        *vocabulary.niches,
        *vocabulary.niches,
        *rng.sample(vocabulary.niches, RATERS - 2 * len(vocabulary.niches)),
    ]
    peers = {
        niche.name: [p for p in census.of("authority") if p.niche is niche and p.quota] for niche in vocabulary.niches
    }
    others = rng.sample([*census.of("star"), *census.of("generalist")], 30)
    return [Rater(person=_ask(peers[niche.name], others, census, rng), niche=niche) for niche in niches]


def _ask(peers: list[Person], others: list[Person], census: Census, rng: Random) -> Person:
    luck = rng.randrange(100)
    if luck < 50 and peers:
        return peers.pop(rng.randrange(len(peers)))
    return others.pop() if luck < 70 and others else census.bear("clinician", kind="hospital")


def _answer(rater: Rater, raters: list[Rater], census: Census, rng: Random) -> list[Ballot]:
    """Name three to five people: seven in ten are authorities of the niche, the rest stars, friends or oneself."""
    true = [person for person in census.of("authority") if person.niche is rater.niche and person is not rater.person]
    wanted = rng.randrange(3, 6)
    chosen = rng.sample(true, min(len(true), wanted * 7 // 10 + 1))
    if rng.randrange(100) < 18:
        chosen.append(rater.person)
    while len(chosen) < wanted and (rng.randrange(100) < 70 or len(chosen) < 3):
        person = _somebody(raters, census, rng)
        if person not in chosen and person is not rater.person:
            chosen.append(person)
    return [_fill(rater, person, rng, wave=1) for person in chosen]


def _somebody(raters: list[Rater], census: Census, rng: Random) -> Person:
    """Give a star, another rater or somebody met on a paper."""
    luck = rng.randrange(100)
    if luck < 50:
        return rng.choice(census.of("star"))
    return rng.choice(raters).person if luck < 75 else rng.choice(census.of("generalist", "decoy"))


def _for_the_unpublished(raters: list[Rater], ballots: list[Ballot], census: Census, rng: Random) -> list[Ballot]:
    """See that those whom only peers know are named by three raters at least."""
    added = []
    for person in [person for person in census.of("authority") if person.quota == 0]:
        named_by = {ballot.rater for ballot in ballots if ballot.nominee is person}
        own = [rater for rater in raters if rater.niche is person.niche]
        near = [rater for rater in raters if person.niche and rater.niche.theme == person.niche.theme]
        for rater in [*own, *rng.sample(near, len(near))]:
            if len(named_by) < LEAST_FOR_UNPUBLISHED and rater.person not in named_by and person.niche:
                named_by.add(rater.person)
                added.append(_fill(Rater(person=rater.person, niche=person.niche), person, rng, wave=1))
    return added


def _fill(rater: Rater, nominee: Person, rng: Random, *, wave: int) -> Ballot:
    start = date(2023, 9, 4) if wave == 1 else date(2025, 3, 3)
    return Ballot(
        rater=rater.person,
        nominee=nominee,
        niche=rater.niche,
        typed=as_typed(nominee.name_in(LAST_YEAR), rng),
        institution=_typed_institution(nominee.post_in(LAST_YEAR), rng),
        topic=rng.choice((*rater.niche.asked, rater.niche.name)),
        wave=wave,
        date=start + timedelta(days=rng.randrange(90)),
        comment=rng.choice(_COMMENTS),
    )


def _typed_institution(post: Post, rng: Random) -> str:
    place = post.place
    return rng.choice(
        (place.name, place.name, f"{place.city} {place.kind}", place.city, f"{place.name}, {place.country}", "")
    )
