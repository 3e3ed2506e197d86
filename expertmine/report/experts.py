"""Themes, their niches, and who leads each niche by the literature."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expertmine.influence import rank_volume
from expertmine.report.charts import Bar, Trend, draw_bar, draw_trend
from expertmine.report.material import KEY, Material, Person, Topic, rank_ends

if TYPE_CHECKING:
    import pandas as pd

TOP = 10
"""Experts shown per niche."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """One line of a niche's ranking."""

    rank: int
    ranks: tuple[int, int] | None
    person: Person
    score: float
    bar: Bar
    papers: int
    volume_rank: int | None
    nominators: int
    micro: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Niche:
    """A niche with its people."""

    topic: Topic
    trend: Trend | None
    experts: list[Expert]
    papers: list[Any]
    nominated: bool

    @property
    def micro(self) -> int:
        """How many of the experts shown are micro-influencers."""
        return sum(expert.micro for expert in self.experts)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and its niches; None holds the niches of no theme."""

    topic: Topic | None
    niches: list[Niche]


def list_themes(material: Material, scales: Mapping[str, float]) -> list[Theme]:
    """Show every niche with its leading experts, under its theme; the largest first; `scales` as of `scale_niches`."""
    experts, years = _experts(material, scales), _years(material)
    articles = material.tables["articles"].set_index("pmid")
    nominated = set(material.tables["standing"]["topic_id"])
    span = (min(map(min, years.values())), max(map(max, years.values()))) if years else (0, 0)
    niches = [
        Niche(
            topic=topic,
            trend=draw_trend(years[topic.id], span=span) if topic.id in years else None,
            experts=experts.get(topic.id, []),
            papers=[
                articles.loc[pmid].to_dict() | {"pmid": pmid}
                for pmid in topic.representatives[:3]
                if pmid in articles.index
            ],
            nominated=topic.id in nominated,
        )
        for topic in material.niches
    ]
    themes = [Theme(theme, [niche for niche in niches if niche.topic.parent == theme.id]) for theme in material.themes]
    known = {theme.id for theme in material.themes}
    homeless = [niche for niche in niches if niche.topic.parent not in known]
    return themes + ([Theme(None, homeless)] if homeless else [])


def scale_niches(material: Material) -> dict[str, float]:
    """Say for each niche where its people's scores are drawn up to: the largest score or bound of those listed."""
    rows = _foremost(material)
    ends = rows["score"].combine(rows["high"].where(rows["high"] < math.inf, 0.0), max)
    return {str(topic): float(full) for topic, full in ends.groupby(rows["topic_id"]).max().items()}


def _foremost(material: Material) -> pd.DataFrame:
    """Take the first TOP of every niche, as ranked by the authority stage."""
    rows = material.tables["scores"]
    rows = rows[rows["topic_id"].isin([topic.id for topic in material.niches])]
    return rows.sort_values(["topic_id", "rank", "person_id"]).groupby("topic_id").head(TOP)


def _experts(material: Material, scales: Mapping[str, float]) -> dict[str, list[Expert]]:
    tables = material.tables
    rows = _foremost(material)
    papers = tables["contributions"].groupby(KEY).size().rename("papers").reset_index()
    rows = rows.merge(papers, on=KEY, how="left")
    rows = rows.merge(tables["standing"][[*KEY, "nominators"]], on=KEY, how="left")
    rows = rows.merge(tables["influencers"][[*KEY, "micro"]], on=KEY, how="left")
    rows = rows.astype({"micro": "boolean"}).fillna({"papers": 0, "nominators": 0, "micro": False})
    ranks = rank_volume(tables["contributions"].drop_duplicates(["person_id", "pmid"]))
    volume = ranks.set_index("person_id")["volume_rank"].to_dict()
    found: dict[str, list[Expert]] = defaultdict(list)
    for row in rows.to_dict("records"):
        expert = Expert(
            rank=row["rank"],
            ranks=rank_ends(row),
            person=material.people[row["person_id"]],
            score=row["score"],
            bar=draw_bar(row["score"], low=row["low"], high=row["high"], full=scales[row["topic_id"]]),
            papers=int(row["papers"]),
            volume_rank=volume.get(row["person_id"]),
            nominators=int(row["nominators"]),
            micro=bool(row["micro"]),
        )
        found[row["topic_id"]].append(expert)
    return found


def _years(material: Material) -> dict[str, list[int]]:
    """List the years of each niche's papers."""
    dated = material.tables["articles"][["pmid", "year"]].dropna()
    rows = material.tables["assignments"].merge(dated, on="pmid")
    rows = rows[rows["topic_id"].isin([topic.id for topic in material.niches])]
    return {str(topic): [int(year) for year in group] for topic, group in rows.groupby("topic_id")["year"]}
