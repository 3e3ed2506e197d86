"""What the published topics said of the articles that are still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.tables import TABLES
from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE

if TYPE_CHECKING:
    from expertmine.tables import Frame

TABLES_READ = ("topics", "assignments", "layout", "lineage")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerLayer:
    """Topics of one layer as they were: ids, names and stability by topic, labels by present article."""

    number: int
    ids: list[str]
    names: list[str]
    sizes: list[int]
    parents: list[str]
    stability: Array
    labels: Array

    def peopled(self) -> FormerLayer:
        """Return the layer without the topics of which no article is left."""
        left = np.unique(self.labels[self.labels != NOISE])
        place = np.full(len(self.ids) + 1, NOISE)  # NOISE finds its own place at the end
        place[left] = np.arange(len(left))
        return FormerLayer(
            number=self.number,
            ids=[self.ids[topic] for topic in left],
            names=[self.names[topic] for topic in left],
            sizes=[self.sizes[topic] for topic in left],
            parents=[self.parents[topic] for topic in left],
            stability=self.stability[left],
            labels=place[self.labels],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The former niches and themes, and by present article: whether it was known, fitted, and where it lay.

    Without a former map nothing is fitted, and known is what had a topic.
    """

    layers: tuple[FormerLayer, FormerLayer]
    known: Array
    fitted: Array
    places: Array
    ledger: pa.Table

    @property
    def unseen(self) -> float:
        """Share by which the articles are more than the last fit saw, by the ledger; 1 if none is in a niche."""
        if not (self.layers[0].labels != NOISE).any():
            return 1.0
        fits = self.ledger.filter(pc.field("event") == "fitted").sort_by("number")["papers"].to_pylist()
        seen = fits[-1] if fits else int(self.fitted.sum())
        return max(1 - seen / len(self.fitted), 0.0)

    @property
    def taken(self) -> frozenset[str]:
        """Every id that a topic ever had; parts of a split have no line of their own in the ledger."""
        held = {topic for layer in self.layers for topic in layer.ids}
        ends = [self.ledger[end].combine_chunks().flatten().to_pylist() for end in ("before", "after")]
        return frozenset(held.union(self.ledger["topic_id"].to_pylist(), *ends))


def read_former(former: Mapping[str, Frame], pmids: Array) -> Former:
    """Return what the former tables say of these articles; a table that is missing says nothing."""
    topics, assignments, layout, ledger = (
        TABLES[name].arrow(former[name]) if name in former else TABLES[name].empty() for name in TABLES_READ
    )
    wanted = pa.array(pmids, pa.int64())
    place = pc.index_in(wanted, value_set=layout["pmid"].combine_chunks())
    drawn, row = layout.take(place.drop_null()), np.asarray(place.is_valid())
    places, fitted = np.full((len(pmids), 2), np.nan), np.zeros(len(pmids), bool)
    places[row] = np.stack([np.asarray(drawn["x"]), np.asarray(drawn["y"])], axis=1)
    fitted[row] = np.asarray(drawn["fitted"])
    known = row if layout.num_rows else np.asarray(pc.is_in(wanted, value_set=assignments["pmid"].combine_chunks()))
    layers = [_read_layer(number, topics, assignments, pmids) for number in (0, 1)]
    return Former(layers=(layers[0], layers[1]), known=known, fitted=fitted, places=places, ledger=ledger)


def _read_layer(number: int, topics: pa.Table, assignments: pa.Table, pmids: Array) -> FormerLayer:
    """Return one layer; of several topics of an article the strongest is its own."""
    own = topics.filter(pc.field("layer") == number).sort_by("topic_id")
    topic = pc.index_in(assignments["topic_id"], value_set=own["topic_id"].combine_chunks())
    members = assignments.append_column("topic", topic).filter(topic.is_valid())
    members = members.sort_by([("strength", "descending"), ("topic_id", "ascending")])
    first = pc.index_in(pa.array(pmids, pa.int64()), value_set=members["pmid"].combine_chunks())
    labels = np.full(len(pmids), NOISE)
    labels[np.asarray(first.is_valid())] = np.asarray(members["topic"].take(first.drop_null()))
    return FormerLayer(
        number=number,
        ids=own["topic_id"].to_pylist(),
        names=own["name"].to_pylist(),
        sizes=own["size"].to_pylist(),
        parents=own["parent_id"].to_pylist(),
        stability=np.array([np.nan if value is None else value for value in own["stability"].to_pylist()], float),
        labels=labels,
    )
