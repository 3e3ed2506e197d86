"""What befalls single papers: their kinds, and each awkward record that real literature has."""

from __future__ import annotations

from datetime import date
from random import Random

from sample.hands import RECURRENT, form_consortium
from sample.papers import Paper
from sample.people import Census
from sample.vocabulary import Vocabulary

FOREIGN, GROUPS, COMMENTS = 8, 3, 20


def give_kinds(papers: list[Paper], vocabulary: Vocabulary, rng: Random) -> None:
    """Make reviews, trials, case reports and editorials; a guideline or two per niche, led by its authorities."""
    for paper in papers:
        luck = rng.randrange(100)
        if luck < 8:
            paper.kind = "review"
        elif luck < 15 and paper.theme != "molecular":
            paper.kind = "case"
        elif luck < 28 and paper.theme in ("drug", "intervention"):
            paper.kind = "trial"
        elif luck < 32 and paper.size < 5:
            paper.kind = "editorial"
    for niche in vocabulary.niches:
        late = [p for p in papers if p.niche is niche and p.year >= 2004 and p.led_by_authority and p.size > 3]
        for paper in rng.sample(late, min(len(late), rng.randrange(1, 3))):
            paper.kind = "guideline"


def befall(papers: list[Paper], census: Census, rng: Random) -> None:
    """Plant every difficulty that one record or a few have; the notice of retraction joins the papers."""
    ordinary = [p for p in papers if p.kind == "article" and p.niche and not {q.role for q in p.team} & RECURRENT]
    rng.shuffle(ordinary)
    recent = [p for p in ordinary if 2006 <= p.year <= 2019 and p.size > 3]
    consortium, retracted, *groups = recent[: 2 + GROUPS]
    form_consortium(consortium, census, rng)
    for paper in groups:
        paper.collective = f"{rng.choice(('ARCUS', 'NEPHRARC', 'BEADS', 'TRIDENS'))} Study Group"
    ordinary = [p for p in ordinary if p is not consortium and p is not retracted]
    ordinary[0].abstract = False
    for place, paper in enumerate(p for p in ordinary[1 : 1 + FOREIGN]):
        paper.language = place % 4
    _comment(papers, rng)
    papers.append(_retract(retracted))


def _comment(papers: list[Paper], rng: Random) -> None:
    editorials = [p for p in papers if p.kind == "editorial" and p.niche]
    for paper in rng.sample(editorials, min(COMMENTS, len(editorials))):
        targets = [p for p in papers if p.niche is paper.niche and p.kind == "article" and p.year == paper.year - 1]
        if targets:
            target = rng.choice(targets)
            paper.kind = "comment"
            paper.links.append(("CommentOn", target))
            target.links.append(("CommentIn", paper))


def _retract(paper: Paper) -> Paper:
    notice = Paper(niche=paper.niche, theme=paper.theme, year=paper.year + 2, size=0, kind="notice", abstract=False)
    notice.links.append(("RetractionOf", paper))
    paper.links.append(("RetractionIn", notice))
    return notice


def number_papers(papers: list[Paper], rng: Random) -> None:
    """Give each paper its day, in its year, and a PMID that grows with the day."""
    for paper in papers:
        paper.date = date(paper.year, 1, 1).replace(month=rng.randrange(1, 13), day=rng.randrange(1, 29))
    papers.sort(key=lambda paper: paper.date)
    pmid = 90_000_000
    for paper in papers:
        pmid += rng.randrange(1, 9)
        paper.pmid = pmid


def cite(papers: list[Paper], rng: Random) -> dict[int, list[Paper]]:
    """Give each paper its references: older, mostly of its niche, those led by an authority seven times as likely."""
    references: dict[int, list[Paper]] = {}
    older: list[Paper] = []
    pools: dict[str, list[Paper]] = {}
    for paper in papers:
        niche = paper.niche.name if paper.niche else ""
        found: set[int] = set()
        chosen: list[Paper] = []
        for _ in range(0 if paper.kind == "notice" else rng.randrange(3, 15)):
            near = pools.get(niche) if rng.randrange(100) < 65 else pools.get(paper.theme)
            pool = near if near and rng.randrange(100) < 88 else older
            pick = rng.choice(pool[len(pool) // 3 :]) if pool else None
            if pick and pick.pmid not in found:
                found.add(pick.pmid)
                chosen.append(pick)
        references[paper.pmid] = sorted(chosen, key=lambda cited: cited.pmid)
        if paper.kind != "notice":
            older.append(paper)
            for name in (niche, paper.theme):
                pools.setdefault(name, []).extend([paper] * (7 if paper.led_by_authority else 1))
    return references
