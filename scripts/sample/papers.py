"""Who wrote what, when and with whom: papers are planned first, then given to the cast, then filled with hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from sample.people import LAST_YEAR, Census, Person
from sample.vocabulary import Lexicon, Vocabulary

FIRST_YEAR, GENERIC, IN_NICHES, CONSORTIUM = 1982, 300, 1700, 150


@dataclass(slots=True, kw_only=True, eq=False)
class Paper:
    """A planned record; `niche` is None for the generic ones, which only lean to a theme or to none."""

    niche: Lexicon | None
    theme: str
    year: int
    size: int
    kind: str = "article"
    first: Person | None = None
    last: Person | None = None
    middle: list[Person] = field(default_factory=list)
    collective: str | None = None
    abstract: bool = True
    language: int | None = None
    """Which of the foreign languages it is printed in; None: English."""
    links: list[tuple[str, Paper]] = field(default_factory=list)
    identified: list[Person] = field(default_factory=list)
    """Whose ORCID is surely printed."""
    date: date = date.min
    pmid: int = 0

    @property
    def team(self) -> list[Person]:
        """The people in printed order."""
        ends = [self.first] if self.first else []
        return ends + self.middle + ([self.last] if self.last else [])

    @property
    def led_by_authority(self) -> bool:
        """Whether a niche's authority stands first or last."""
        return any(person is not None and person.role == "authority" for person in (self.first, self.last))

    @property
    def open_seats(self) -> int:
        """How many names are still missing."""
        return self.size - len(self.team)

    def takes(self, person: Person) -> bool:
        """Say whether the person could be added."""
        return self.open_seats > 0 and person not in self.team and person.span[0] <= self.year <= person.span[1]

    def seat_at_end(self, person: Person, *, senior: bool) -> bool:
        """Seat somebody as first or last, the senior end first; False if both ends are taken."""
        for end in ("last", "first") if senior and self.size > 1 else ("first", "last"):
            if getattr(self, end) is None and (end == "first" or self.size > 1):
                setattr(self, end, person)
                return True
        return False

    def seat_in_middle(self, person: Person) -> bool:
        """Seat somebody between the ends; False if the team is full there."""
        if len(self.middle) >= self.size - 2:
            return False
        self.middle.append(person)
        return True


def plan_papers(vocabulary: Vocabulary, rng: Random) -> list[Paper]:
    """Plan all papers, niches of unequal size, in order of year."""
    weights = [rng.randrange(40, 91) for _ in vocabulary.niches]
    papers = []
    for niche, weight in zip(vocabulary.niches, weights, strict=True):
        papers += [_plan(niche, niche.theme, rng) for _ in range(IN_NICHES * weight // sum(weights))]
    themes = [*vocabulary.themes, "general", "general", "general"]
    papers += [_plan(None, rng.choice(themes), rng) for _ in range(GENERIC)]
    rng.shuffle(papers)
    return sorted(papers, key=lambda paper: paper.year)


def _plan(niche: Lexicon | None, theme: str, rng: Random) -> Paper:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    year = rng.choice([year for year in years for _ in range(year - FIRST_YEAR + 4)])
    if year > 1992 and rng.randrange(100) < 17:
        return Paper(niche=niche, theme=theme, year=year, size=rng.randrange(8, 15))
    smallest = rng.choice((1, 2, 3, 3, 4, 4, 5, 5, 6)) if rng.randrange(100) < 40 else rng.randrange(3, 6)
    return Paper(niche=niche, theme=theme, year=year, size=smallest + (year - FIRST_YEAR) // 20)


def staff_papers(papers: list[Paper], census: Census, rng: Random) -> None:
    """Give the planned people their papers, the scarcest first, then fill every open seat."""
    by_niche = _group(papers)
    for person in census.of("authority"):
        _staff_authority(person, by_niche, rng)
    for person in [person for person in census.people if person.renamed]:
        _staff_renamed(person, by_niche, rng)
    for person in census.of("decoy"):
        _staff_decoy(person, by_niche, rng)
    for person in census.of("star"):
        _staff_star(person, by_niche, rng)
    for person in [person for person in census.of("generalist") if not person.renamed]:
        _staff_generalist(person, by_niche, rng)
    _staff_one_offs(papers, census, rng)


def _group(papers: list[Paper]) -> dict[str, list[Paper]]:
    groups: dict[str, list[Paper]] = {}
    for paper in papers:
        groups.setdefault(paper.niche.name if paper.niche else "", []).append(paper)
    return groups


def _home(person: Person, by_niche: dict[str, list[Paper]]) -> list[Paper]:
    return by_niche[person.niche.name] if person.niche else []


def _staff_authority(person: Person, by_niche: dict[str, list[Paper]], rng: Random) -> None:
    """First in youth, last later, seldom in the middle; one paper in eight or so lies elsewhere."""
    abroad = person.quota // 8 if person.quota >= 5 else 0
    home = rng.sample(_home(person, by_niche), len(_home(person, by_niche)))
    _lead(person, home, person.quota - abroad, rng)
    _lead(person, rng.sample(by_niche[""], 60), abroad, rng)


def _lead(person: Person, papers: list[Paper], wanted: int, rng: Random) -> None:
    begin, end = person.span
    for paper in papers:
        if wanted <= 0:
            return
        if not paper.takes(person):
            continue
        senior = 3 * (paper.year - begin) > end - begin
        if rng.randrange(100) < 12 and paper.size > 3:
            wanted -= paper.seat_in_middle(person)
        else:
            wanted -= paper.seat_at_end(person, senior=senior)


def _staff_renamed(person: Person, by_niche: dict[str, list[Paper]], rng: Random) -> None:
    """Change the name halfway and put the companions on papers of both halves."""
    if person.role == "generalist":
        _staff_generalist(person, by_niche, rng)
    own = sorted((p for group in by_niche.values() for p in group if person in p.team), key=lambda paper: paper.year)
    year = next(p.year for p in own[len(own) // 2 :] if p.year > own[1].year)
    person.renamed = (year, person.renamed[1]) if person.renamed else None
    for half in ([p for p in own if p.year < year], [p for p in own if p.year >= year]):
        half[0].identified.append(person)
        for place, companion in enumerate(person.companions):
            paper = half[place % len(half[:2])]
            paper.size = max(paper.size, len(paper.team) + 3)
            paper.seat_in_middle(companion)


def _staff_decoy(person: Person, by_niche: dict[str, list[Paper]], rng: Random) -> None:
    """Three to five papers of one niche, always in the middle of a large team."""
    home = [p for p in _home(person, by_niche) if person.span[0] <= p.year <= person.span[1] and p.size > 1]
    rng.shuffle(home)
    home.sort(key=lambda paper: paper.size < 8)
    for paper in home[: person.quota]:
        paper.size = max(paper.size, rng.randrange(8, 11), len(paper.team) + 3)
        paper.seat_in_middle(person)


def _staff_star(person: Person, by_niche: dict[str, list[Paper]], rng: Random) -> None:
    """Last on some papers of a home niche, in the middle of many papers of ten and more others."""
    wanted = rng.randrange(5, 9)
    _lead(person, rng.sample(_home(person, by_niche), len(_home(person, by_niche))), wanted, rng)
    haunts = rng.sample(sorted(set(by_niche) - {""}), rng.randrange(11, 17))
    papers = [paper for haunt in haunts for paper in by_niche[haunt] if person not in paper.team]
    papers += rng.sample(by_niche[""], 60)
    _spread(person, rng.sample(papers, len(papers)), wanted, rng)


def _staff_generalist(person: Person, by_niche: dict[str, list[Paper]], rng: Random) -> None:
    """Up to three papers in each of four to six niches."""
    haunts = rng.sample(sorted(set(by_niche) - {""}), rng.randrange(4 + (person.quota > 11), 7))
    pools = [[p for p in by_niche[haunt] if p.takes(person) and len(p.middle) < p.size - 2] for haunt in haunts]
    rounds = [rng.sample(pool, min(3, len(pool))) for pool in pools]
    _spread(person, [pool[turn] for turn in range(3) for pool in rounds if turn < len(pool)], 0, rng)


def _spread(person: Person, papers: list[Paper], done: int, rng: Random) -> None:
    """Take papers up to the quota: in the middle, but led in one of seven cases, one paper a niche at most."""
    led: set[str] = set()
    for paper in papers:
        if done >= person.quota:
            return
        if not paper.takes(person):
            continue
        where = paper.niche.name if paper.niche else ""
        if where not in led and rng.randrange(7) == 0 and paper.seat_at_end(person, senior=True):
            led.add(where)
            done += 1
        else:
            done += paper.seat_in_middle(person)


def _staff_one_offs(papers: list[Paper], census: Census, rng: Random) -> None:
    """Homonyms in twelve niches and years; namesakes outside the niche of the one whose name they bear."""
    used: set[str] = set()
    for person in census.of("homonym", "namesake"):
        while person.quota:
            paper = rng.choice(papers)
            where = paper.niche.name if paper.niche else ""
            if not where or where in used or paper.niche is person.niche or paper.year < 1990:
                continue
            if paper.open_seats > 1 and (paper.seat_in_middle(person) or paper.seat_at_end(person, senior=False)):
                person.quota = 0
                if person.role == "homonym":
                    used.add(where)
