"""What a report is made of: the tables of one generation, read once, and who and what the ids in them mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.answers.namesakes import count_namesakes, doubt_of_volume
from expertmine.answers.nobody import why_no_influencer
from expertmine.answers.people import sureness
from expertmine.answers.topics import FIRM
from expertmine.authority.weights import present_year
from expertmine.config import Config
from expertmine.corpus import Corpus
from expertmine.corpus.generations import Manifest
from expertmine.corpus.journal import RawFile, Search, Tombstone
from expertmine.corpus.opened import checked_corpus
from expertmine.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

Kind = TypeVar("Kind")
KEY = ["person_id", "topic_id"]
NEEDED = (
    "articles", "topics", "assignments", "layout", "persons", "contributions", "evidence", "scores",
    "nominations", "nominees", "unmatched", "standing", "influencers",
)  # fmt: skip
OPTIONAL = ("rejects", "ballots")
SURE = 0.9
"""Below it the page says how surely a person is one human."""
COLUMNS = {"articles": ["pmid", "year", "title", "journal", "retracted", "kind"]}
"""What the report reads of a table, if not all: abstracts and the like stay behind."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the report says of a human besides the ranking."""

    name: str
    affiliation: str
    identity: float = 1.0
    """How surely their papers are one human's, on average."""

    @property
    def doubted(self) -> bool:
        """Whether somebody should look who is who before the person is approached."""
        return round(self.identity, 2) < SURE


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic without its articles."""

    id: str
    layer: int
    parent: str | None
    name: str
    size: int
    phrases: list[str]
    facets: list[tuple[str, float]]
    stability: float | None
    representatives: list[int]

    @property
    def unstable(self) -> bool:
        """Whether the topic is hardly found again when a fifth of the articles is missing."""
        return self.stability is not None and self.stability < FIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One generation of a corpus, in memory."""

    generation: str
    manifest: Manifest
    config: Config
    queries: list[str]
    files: list[RawFile]
    searches: list[Search]
    tombstones: list[Tombstone]
    stored: pd.DataFrame
    """All articles, those too that came after the last run and are in no table of it."""
    tables: Mapping[str, pd.DataFrame]
    people: Mapping[str, Person]
    topics: Mapping[str, Topic]
    doubts: Mapping[str, str]
    """Of micro-influencers, what speaks against volume's missing them, if anything does."""
    nobody: str
    """Why there is no micro-influencer; nothing where there is one."""

    @property
    def unanalysed(self) -> int:
        """How many stored articles the page does not speak of."""
        return len(self.stored) - len(self.tables["articles"])

    @property
    def later(self) -> int:
        """How many articles came after the year that was set as the present: niches know them, scores do not."""
        return int((self.tables["articles"]["year"] > (self.config.authority.as_of or math.inf)).sum())

    @property
    def area(self) -> Topic | None:
        """The topic of everything: the one topic of the top layer."""
        top = max((topic.layer for topic in self.topics.values()), default=0)
        found = [topic for topic in self.topics.values() if topic.layer == top > 0]
        return found[0] if len(found) == 1 else None

    @property
    def niches(self) -> list[Topic]:
        """The finest topics, the largest first."""
        found = [topic for topic in self.topics.values() if topic.layer == 0]
        return sorted(found, key=lambda topic: (-topic.size, topic.id))

    @property
    def themes(self) -> list[Topic]:
        """The topics that niches belong to, the largest first."""
        known = {niche.parent for niche in self.niches}
        found = [topic for topic in self.topics.values() if topic.id in known]
        return sorted(found, key=lambda topic: (-topic.size, topic.id))

    @property
    def micro(self) -> pd.DataFrame:
        """The micro-influencers, the strongest first."""
        rows = self.tables["influencers"]
        rows = rows[rows["micro"]]
        return rows.sort_values(["combined", "topic_id", "person_id"], ascending=[False, True, True])

    @property
    def as_of(self) -> int | None:
        """The year from which the past was seen."""
        years = pa.table({"year": pa.array(self.tables["articles"]["year"], pa.int64(), from_pandas=True)})
        return present_year(years, self.config.authority) or None


def read_material(corpus: Corpus) -> Material:
    """Read all that the report shows from one generation, though another be published meanwhile."""
    corpus = checked_corpus(corpus).pinned()
    held = [name for name in OPTIONAL if name in corpus.manifest.tables]
    tables = {name: corpus.table(name, COLUMNS.get(name)) for name in (*NEEDED, *held)}
    tables |= {name: TABLES[name].empty() for name in OPTIONAL if name not in tables}
    stored, tables["articles"] = tables["articles"], keep_analysed(corpus, tables["articles"])
    return Material(
        generation=corpus.generation or "none",
        manifest=corpus.manifest,
        config=corpus.config,
        queries=corpus.queries,
        files=corpus.raw_files("records"),
        searches=corpus.searches(),
        tombstones=corpus.tombstones(),
        stored=stored.to_pandas(),
        tables={name: table.to_pandas() for name, table in tables.items()},
        people=_people(tables["persons"], tables["nominees"], sure=sureness(corpus).to_dict()),
        topics={row["topic_id"]: _topic(row) for row in tables["topics"].to_pylist()},
        doubts=_doubts(corpus, tables["influencers"]),
        nobody="" if pc.any(tables["influencers"]["micro"]).as_py() else why_no_influencer(corpus),
    )


def _doubts(corpus: Corpus, influencers: pa.Table) -> dict[str, str]:
    found = count_namesakes(corpus, influencers.filter(influencers["micro"])["person_id"].to_pylist())
    top = corpus.config.influence.volume_top
    return {row["person_id"]: doubt for row in found.to_dict("records") if (doubt := doubt_of_volume(row, top))}


def rank_ends(row: Mapping[Any, Any]) -> tuple[int, int] | None:
    """Return the interval of a rank; None where nobody knows it."""
    low, high = known(row["rank_low"], int), known(row["rank_high"], int)
    return None if low is None or high is None else (low, high)


def known(value: Any, kind: Callable[[Any], Kind]) -> Kind | None:  # noqa: ANN401 - pandas' many kinds of nothing
    """Return a cell of a pandas frame as that kind; None where it holds nothing."""
    import pandas as pd

    return None if pd.isna(value) else kind(value)


def _people(persons: pa.Table, nominees: pa.Table, *, sure: Mapping[Any, float]) -> dict[str, Person]:
    columns = ["person_id", "name", "affiliation"]
    rows = pa.concat_tables([persons.select(columns), nominees.select(columns)]).to_pylist()
    return {
        row["person_id"]: Person(row["name"], row["affiliation"] or "", sure.get(row["person_id"], 1.0)) for row in rows
    }


def _topic(row: dict[str, Any]) -> Topic:
    return Topic(
        id=row["topic_id"],
        layer=row["layer"],
        parent=row["parent_id"],
        name=row["name"],
        size=row["size"],
        phrases=row["keyphrases"],
        facets=[(facet["facet"], facet["share"]) for facet in row["facets"]],
        stability=row["stability"],
        representatives=row["representatives"],
    )
