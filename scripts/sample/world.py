"""The whole invented world of one seed, each part from its own stream of chance."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sample.bylines import print_byline
from sample.events import befall, cite, give_kinds, number_papers
from sample.hands import Workforce
from sample.papers import Paper, plan_papers, staff_papers
from sample.people import Census, cast_roles
from sample.records import Record
from sample.survey import Ballot, survey
from sample.texts import Text, write
from sample.vocabulary import Vocabulary, load


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """People, their records in order of PMID, one record that is broken, and the survey."""

    vocabulary: Vocabulary
    census: Census
    records: list[Record]
    malformed: Record
    ballots: list[Ballot]


def stream(seed: int, *purpose: object) -> Random:
    """Give the stream of chance for one purpose, so that a change in one part leaves the others alone."""
    return Random(f"{seed}/{'/'.join(map(str, purpose))}")


def make_world(seed: int) -> World:
    """Make everything; the same seed makes the same world on any machine."""
    vocabulary = load()
    census = Census(stream(seed, "people"))
    cast_roles(census, vocabulary, stream(seed, "roles"))
    papers = plan_papers(vocabulary, stream(seed, "papers"))
    staff_papers(papers, census, stream(seed, "staff"))
    workforce = Workforce(census, stream(seed, "hands"))
    for paper in papers:
        workforce.fill(paper)
    give_kinds(papers, vocabulary, stream(seed, "kinds"))
    befall(papers, census, stream(seed, "events"))
    spoilt = _spoil(papers, census, stream(seed, "spoilt"))
    number_papers(papers, stream(seed, "numbers"))
    references = cite([paper for paper in papers if paper is not spoilt], stream(seed, "references"))
    records = [_record(seed, paper, references.get(paper.pmid, []), vocabulary, census) for paper in papers]
    return World(
        vocabulary=vocabulary,
        census=census,
        records=_with_notices([record for record in records if record.paper is not spoilt]),
        malformed=next(record for record in records if record.paper is spoilt),
        ballots=survey(census, vocabulary, stream(seed, "survey")),
    )


def _spoil(papers: list[Paper], census: Census, rng: Random) -> Paper:
    """Add the paper whose record will be broken, by people who have other papers too."""
    niche = rng.choice([paper.niche for paper in papers if paper.niche])
    team = rng.sample(census.of("background"), 3)
    spoilt = Paper(niche=niche, theme=niche.theme, year=2011, size=3, first=team[0], middle=[team[1]], last=team[2])
    papers.append(spoilt)
    return spoilt


def _record(seed: int, paper: Paper, references: list[Paper], vocabulary: Vocabulary, census: Census) -> Record:
    return Record(
        paper=paper,
        text=write(paper, vocabulary, stream(seed, "text", paper.pmid)),
        mentions=print_byline(paper, census.places, stream(seed, "byline", paper.pmid)),
        references=references,
    )


def _with_notices(records: list[Record]) -> list[Record]:
    """Give the notice of retraction the title of what it retracts."""
    titles = {record.paper: record.text.title for record in records}

    def titled(record: Record) -> Record:
        if record.paper.kind != "notice":
            return record
        text = Text(title=f"Retraction: {titles[record.paper.links[0][1]]}", sections=(), keywords=())
        return Record(paper=record.paper, text=text, mentions=[], references=[])

    return [titled(record) for record in records]
