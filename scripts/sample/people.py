"""The cast: who lives in the invented world, in which role, where they work and when they publish."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from sample.names import Name, NameBook, surname
from sample.places import Place, Post, find_post, found_places
from sample.vocabulary import Lexicon, Vocabulary

LAST_YEAR = 2025
STARS, GENERALISTS, DECOYS_PER_NICHE, UNPUBLISHED, HOMONYMS = 20, 60, 3, 5, 12


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """A human of the invented world; `niche` is where a role belongs, `quota` the papers meant for them."""

    number: int
    role: str
    name: Name
    posts: tuple[tuple[int, Post], ...]
    niche: Lexicon | None = None
    span: tuple[int, int] = (0, LAST_YEAR)
    quota: int = 1
    orcid: str | None = None
    renamed: tuple[int, Name] | None = None
    companions: list[Person] = field(default_factory=list)
    """People who must be on their papers before and after a change of name."""

    @property
    def key(self) -> str:
        """The id used in truth."""
        return f"P{self.number:05d}"

    def name_in(self, year: int) -> Name:
        """Give the name borne in that year."""
        return self.renamed[1] if self.renamed and year >= self.renamed[0] else self.name

    def post_in(self, year: int) -> Post:
        """Give the post held in that year."""
        return [post for start, post in self.posts if start <= year or start == 0][-1]


class Census:
    """Everybody born so far; numbers are given in order of birth."""

    def __init__(self, rng: Random) -> None:
        self.people: list[Person] = []
        self.places = found_places(rng)
        self._names = NameBook(rng)
        self._rng = rng

    def bear(
        self, role: str, *, name: Name | None = None, niche: Lexicon | None = None, kind: str | None = None
    ) -> Person:
        """Bring a person into the world; a third of them change their post once, one in six has an ORCID."""
        rng = self._rng
        posts = [(0, find_post(self.places, rng, kind))]
        if rng.randrange(3) == 0:
            posts.append((rng.randrange(1995, 2022), find_post(self.places, rng, kind)))
        number = len(self.people) + 1
        orcid = invent_orcid(number) if rng.randrange(100) < 17 else None
        person = Person(
            number=number, role=role, name=name or self._names.draw(), posts=tuple(posts), niche=niche, orcid=orcid
        )
        self.people.append(person)
        return person

    def of(self, *roles: str) -> list[Person]:
        """Give all people in one of these roles."""
        return [person for person in self.people if person.role in roles]

    def somewhere(self) -> Place:
        """Give any place."""
        return self._rng.choice(self.places)


def invent_orcid(number: int) -> str:
    """Give an ORCID of a block that is plainly invented, with the check digit of ISO 7064 MOD 11-2."""
    digits = f"00099999{number:07d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))


def cast_roles(census: Census, vocabulary: Vocabulary, rng: Random) -> None:
    """Bring in everybody whose papers are planned; the background comes later, as papers need hands."""
    for place, niche in enumerate(vocabulary.niches):
        _cast_niche(census, niche, rng, authorities=2 + (place % 3 > 0))
    for _ in range(STARS):
        star = census.bear("star", niche=rng.choice(vocabulary.niches), kind="university")
        star.span, star.quota = (rng.randrange(1986, 2002), LAST_YEAR), rng.randrange(32, 81)
    for _ in range(GENERALISTS):
        person = census.bear("generalist")
        start = rng.randrange(1986, 2012)
        person.span, person.quota = (start, min(LAST_YEAR, start + rng.randrange(12, 25))), rng.randrange(8, 16)
    _cast_namesakes(census, rng)
    for niche in rng.sample(vocabulary.niches, UNPUBLISHED):
        census.bear("authority", niche=niche, kind="hospital").quota = 0
    _marry(census, rng)


def _cast_niche(census: Census, niche: Lexicon, rng: Random, *, authorities: int) -> None:
    for _ in range(authorities):
        person = census.bear("authority", niche=niche, kind=rng.choice(("hospital", "university")))
        end = rng.randrange(2017, LAST_YEAR + 1)
        person.span = (end - rng.randrange(9, 20), end)
        person.quota = rng.randrange(3, 5) if rng.randrange(3) == 0 else rng.randrange(5, 13)
    for _ in range(DECOYS_PER_NICHE):
        person = census.bear("decoy", niche=niche)
        end = rng.randrange(2014, LAST_YEAR + 1)
        person.span, person.quota = (end - rng.randrange(6, 14), end), rng.randrange(3, 6)


def _cast_namesakes(census: Census, rng: Random) -> None:
    """Twelve people of one name with one paper each, and ten who bear the name of an authority."""
    first = census.bear("homonym").name
    shared = Name(last=first.last, fore=first.fore)
    census.people[-1].name = shared
    for _ in range(HOMONYMS - 1):
        census.bear("homonym", name=shared)
    for authority in rng.sample(census.of("authority"), 10):
        census.bear("namesake", name=Name(last=authority.name.last, fore=authority.name.fore), niche=authority.niche)


def _marry(census: Census, rng: Random) -> None:
    """Let one authority and two generalists change their surname, with company that stays."""
    chosen = [rng.choice(census.of("authority")[:40]), *rng.sample(census.of("generalist"), 2)]
    for person in chosen:
        person.span, person.quota = (2013, LAST_YEAR), max(person.quota, 9)
        person.orcid = invent_orcid(person.number)
        person.renamed = (0, Name(last=surname(rng), fore=person.name.fore, middle=person.name.middle))
        person.companions = [census.bear("background") for _ in range(4)]
