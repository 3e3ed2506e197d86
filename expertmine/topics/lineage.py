"""The topics' lasting ids, and the ledger of what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from expertmine.tables import TABLES
from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE
from expertmine.topics.former import Former, FormerLayer
from expertmine.topics.layers import AREA, LETTERS, Layer
from expertmine.topics.matching import Event, Link, find_events, link_topics

AREA_LAYER = LETTERS.index("a")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """A layer of a new fit whose topics have their lasting ids, and what became of the former ones."""

    layer: Layer
    events: list[Event]
    kept: float | None
    """Share of the articles that were in a topic and still are in one, whose topic is the same."""


def inherit_ids(layer: Layer, former: Former, pmids: Array) -> Inherited:
    """Give topics that are the same as former ones their ids; the others get ids that no topic ever had."""
    before = former.layers[layer.number]
    old, new = before.labels[former.known], layer.labels[former.known]
    links = link_topics(old, new)
    heirs = {link.new: before.ids[link.old] for link in links if link.same}
    taken = set(former.taken)
    ids = []
    for topic in range(len(layer.ids)):
        ids.append(heirs.get(topic) or _unused(layer, topic, pmids, taken))
        taken.add(ids[-1])
    events = find_events(links, old=range(len(before.ids)), new=range(len(ids)))
    return Inherited(layer=replace(layer, ids=ids), events=events, kept=_kept(links, old, new))


def _unused(layer: Layer, topic: int, pmids: Array, taken: set[str]) -> str:
    """Return an id after the most central article whose PMID no topic of the layer was ever called by."""
    own = np.flatnonzero(layer.labels == topic)
    order = own[np.lexsort((pmids[own], -layer.strength[own]))]
    letter = LETTERS[layer.number]
    names = (f"{letter}{pmid}" for pmid in pmids[order])
    free = next((name for name in names if name not in taken), None)
    return free or next(name for n in range(2, len(taken) + 3) if (name := f"{layer.ids[topic]}-{n}") not in taken)


def _kept(links: Sequence[Link], old: Array, new: Array) -> float | None:
    inside = int(((old != NOISE) & (new != NOISE)).sum())
    return sum(link.common for link in links if link.same) / inside if inside else None


def enter_fit(former: Former, layers: Sequence[Inherited], names: Sequence[Sequence[str]], articles: int) -> pa.Table:
    """Return the ledger with the lines of a fit: how many articles, how many kept their niche, what became of topics.

    Parameters
    ----------
    former
        Its ledger stays as it is, above the new lines.
    layers, names
        Niches and themes, and their names by topic.
    articles
        How many the fit saw.
    """
    rows = [_line("fitted", papers=articles, share=layers[0].kept)] if articles else []
    for own, before, called in zip(layers, former.layers, names, strict=True):
        rows += _entries(own, before, called)
    return _entered(former, rows)


def enter_growth(former: Former, niches: Layer) -> pa.Table:
    """Return the ledger with what came without a fit: new articles, which share joined a niche, topics left empty."""
    new = ~former.known
    rows = []
    if new.any():
        joined = float((niches.labels[new] != NOISE).mean())
        rows.append(_line("extended", papers=int(new.sum()), share=joined))
    for layer in former.layers:
        gone = sorted(set(range(len(layer.ids))) - set(layer.labels.tolist()))
        rows += [_retired(layer, topic) for topic in gone]
    return _entered(former, rows)


def _line(event: str, *, papers: int, share: float | None) -> Row:
    """Return a line about all articles."""
    about: Row = {"event": event, "topic_id": AREA, "layer": AREA_LAYER, "name": AREA, "before": [], "after": []}
    return about | {"papers": papers, "share": None if share is None else round(share, 4)}


def _entries(own: Inherited, before: FormerLayer, names: Sequence[str]) -> Iterator[Row]:
    sizes = np.bincount(own.layer.labels[own.layer.labels != NOISE], minlength=len(names)).tolist()
    for event in own.events:
        row: Row = {"event": event.kind, "layer": own.layer.number, "papers": event.common, "share": None}
        row["before"] = [before.ids[one] for one in event.old]
        row["after"] = [own.layer.ids[one] for one in event.new]
        if event.kind == "retired":
            yield _retired(before, event.old[0])
        elif event.kind == "split":
            yield row | {"topic_id": before.ids[event.old[0]], "name": before.names[event.old[0]]}
        else:
            topic = event.new[0]
            papers = event.common or sizes[topic]
            yield row | {"topic_id": own.layer.ids[topic], "name": names[topic], "papers": papers}


def _retired(layer: FormerLayer, topic: int) -> Row:
    about: Row = {"event": "retired", "topic_id": layer.ids[topic], "layer": layer.number, "name": layer.names[topic]}
    return about | {"before": [layer.ids[topic]], "after": [], "papers": layer.sizes[topic], "share": None}


def _entered(former: Former, rows: list[Row]) -> pa.Table:
    """Return the ledger with more lines under the next number: all articles, then themes, then niches."""
    number = 1 + max(former.ledger["number"].to_pylist(), default=0)
    news = TABLES["lineage"].rows([row | {"number": number} for row in rows])
    by = [("layer", "descending"), ("event", "ascending"), ("topic_id", "ascending")]
    return pa.concat_tables([former.ledger, news.sort_by(by)])
