"""The micro-influencers with their margins and papers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expertmine.report.charts import Bar, draw_bar
from expertmine.report.material import KEY, Material, Person, Topic, known, rank_ends
from expertmine.wording import count

FULL = 3
"""People of one niche whose papers are open on the page; the rest unfold."""
MARGIN = re.compile(r"; (?![^(]*\))")
"""Between two margins of `why`, not inside a bracket."""
PAPERS = 30
"""Papers shown of one person in one niche."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper and what it adds to a score."""

    pmid: int
    title: str
    journal: str
    year: int | None
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Influencer:
    """A person in the niche they lead."""

    anchor: str
    person: Person
    niche: Topic
    quadrant: str | None
    niche_rank: int
    ranks: tuple[int, int] | None
    volume_rank: int | None
    nominators: int
    standing: float | None
    standing_words: str
    """The interval of `standing`."""
    score: float | None
    bar: Bar | None
    plain: str
    margins: list[str]
    papers: list[Paper]
    more: int


def list_influencers(material: Material, scales: Mapping[str, float]) -> list[Influencer]:
    """Every micro-influencer, the strongest first; `scales` as of `scale_niches`."""
    papers = _papers(material)
    rows = material.micro.merge(
        material.tables["scores"][[*KEY, "score", "low", "high", "rank_low", "rank_high"]], on=KEY, how="left"
    )
    bounds = material.tables["standing"][[*KEY, "low", "high"]]
    rows = rows.merge(bounds, on=KEY, how="left", suffixes=("", "_of_standing"))
    return [
        _influencer(
            row,
            material=material,
            papers=papers.get((row["person_id"], row["topic_id"]), []),
            full=scales.get(row["topic_id"], 0.0),
            place=place,
        )
        for place, row in enumerate(rows.to_dict("records"), start=1)
    ]


def by_niche(influencers: list[Influencer]) -> list[tuple[Topic, list[Influencer]]]:
    """Group by niche; the niche with the strongest person first."""
    groups: dict[str, tuple[Topic, list[Influencer]]] = {}
    for influencer in influencers:
        groups.setdefault(influencer.niche.id, (influencer.niche, []))[1].append(influencer)
    return list(groups.values())


def _influencer(row: dict[Any, Any], *, material: Material, papers: list[Paper], full: float, place: int) -> Influencer:
    score = known(row["score"], float)  # nothing for somebody on no paper
    doubt = material.doubts.get(row["person_id"], "")
    return Influencer(
        anchor=f"person-{place}",
        person=material.people[row["person_id"]],
        niche=material.topics[row["topic_id"]],
        quadrant=known(row["quadrant"], str),
        niche_rank=int(row["niche_rank"]),
        ranks=rank_ends(row),
        volume_rank=known(row["volume_rank"], int),
        nominators=int(row["nominators"]),
        standing=known(row["standing"], float),
        standing_words=f"{row['low_of_standing']:.2f}\u2013{row['high_of_standing']:.2f}",
        score=score,
        bar=None if score is None else draw_bar(score, low=row["low"], high=row["high"], full=max(full, score)),
        plain=" ".join(filter(None, [_plain(row), doubt and f"{doubt[0].upper()}{doubt[1:]}."])),
        margins=MARGIN.split(row["why"]) + ([doubt] if doubt else []),
        papers=papers[:PAPERS],
        more=max(len(papers) - PAPERS, 0),
    )


def _plain(row: dict[Any, Any]) -> str:
    """Say the margins as one would say them to a colleague."""
    peers = f"named by {count(row['nominators'], 'peer')}"
    if not row["papers"]:
        return f"On no paper of this corpus; {peers}."
    words = (
        f"{row['niche_papers']} of {count(row['papers'], 'paper')} in this niche, {row['led']} led,"
        f" {row['specialisation']:.1f} times the area's share"
    )
    return f"{words}; {peers}." if row["nominators"] else f"{words}."


def _papers(material: Material) -> dict[tuple[str, str], list[Paper]]:
    """List the niche papers of each micro-influencer, the weightiest first; one that adds nothing counts 0 points."""
    wanted = material.micro[[*KEY, "pmids"]].explode("pmids").dropna().rename(columns={"pmids": "pmid"})
    wanted = wanted.astype({"pmid": "int64"})
    evidence = material.tables["evidence"].merge(material.micro[KEY], on=KEY)
    points = evidence.groupby([*KEY, "pmid"])["points"].sum().reset_index()
    rows = wanted.merge(points, on=[*KEY, "pmid"], how="left").merge(material.tables["articles"], on="pmid")
    rows = rows.fillna({"points": 0.0}).sort_values(["points", "pmid"], ascending=[False, True])
    found: dict[tuple[str, str], list[Paper]] = defaultdict(list)
    for row in rows.to_dict("records"):
        paper = Paper(
            pmid=row["pmid"],
            title=row["title"],
            journal=row["journal"],
            year=known(row["year"], int),
            points=row["points"],
        )
        found[row["person_id"], row["topic_id"]].append(paper)
    return found
