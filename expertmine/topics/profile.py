"""What the table `topics` says of each topic: name, keyphrases, facets, size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from expertmine.config import TopicSettings
from expertmine.topics.clusters import NOISE
from expertmine.topics.facets import describe_facets, find_facets
from expertmine.topics.keyphrases import choose_phrases, read_phrases
from expertmine.topics.layers import Layer
from expertmine.topics.namer import TopicCard, call_topics, load_namer
from expertmine.topics.names import name_topics


def describe_layers(
    articles: pa.Table, terms: pa.Table, *, layers: Sequence[Layer], settings: TopicSettings
) -> Iterator[list[dict[str, Any]]]:
    """Yield each layer's rows of the table `topics`, parents left open; articles and terms in the layers' order.

    Topics that have no name yet are called by the namer, if there is one.
    """
    from scipy.sparse import csr_matrix

    titles = articles["title"].to_pylist()
    book = read_phrases(terms, articles)
    facets = find_facets(articles, terms)
    namer = load_namer(settings.namer)
    title_of = dict(zip(articles["pmid"].to_pylist(), titles, strict=True))
    for layer in layers:
        inside = np.flatnonzero(layer.labels != NOISE)
        shape = (len(layer.ids), len(layer.labels))
        members = csr_matrix((np.ones(len(inside), np.float32), (layer.labels[inside], inside)), shape)
        sizes = np.diff(members.indptr).tolist()
        phrases = choose_phrases(book, members, number=settings.keyphrases)
        spare = [title_of[central[0]] or name for name, central in zip(layer.ids, layer.representatives, strict=True)]
        names = layer.names or _largest_first(sizes, phrases, spare)
        rows = [
            {
                "topic_id": topic_id,
                "layer": layer.number,
                "size": sizes[topic],
                "name": names[topic],
                "keyphrases": phrases[topic],
                "facets": describe_facets(facets[members.indices[members.indptr[topic] : members.indptr[topic + 1]]]),
                "stability": None if np.isnan(layer.stability[topic]) else round(float(layer.stability[topic]), 4),
                "representatives": layer.representatives[topic],
            }
            for topic, topic_id in enumerate(layer.ids)
        ]
        if namer is not None and layer.names is None:
            called = call_topics(_cards(layer, rows, title_of), namer)
            rows = [row | {"name": name} for row, name in zip(rows, called, strict=True)]
        yield rows


def _cards(layer: Layer, rows: list[dict[str, Any]], title_of: dict[int, str]) -> list[TopicCard]:
    """Return what a namer is told of the layer's topics."""
    known = ("topic_id", "layer", "size", "name", "keyphrases")
    titles = [[title_of[pmid] for pmid in central] for central in layer.representatives]
    return [TopicCard(**{key: row[key] for key in known}, titles=own) for row, own in zip(rows, titles, strict=True)]


def _largest_first(sizes: list[int], phrases: list[list[str]], spare: list[str]) -> list[str]:
    """Return the names in the order given, the larger topics having had the first choice."""
    order = sorted(range(len(sizes)), key=lambda topic: (-sizes[topic], spare[topic], topic))
    named = name_topics([phrases[topic] for topic in order], [spare[topic] for topic in order])
    return [name for _, name in sorted(zip(order, named, strict=True))]
