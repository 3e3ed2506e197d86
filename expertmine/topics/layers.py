"""A layer of topics: which article is in which, how central, and the topics' lasting names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE, find_centres, find_second, own_similarity

LETTERS = "nta"
"""Of niches, themes and the area; a layer's number is its letter's place."""
AREA = "area"
"""The one topic of the top layer: the whole corpus, against which volume and specialisation are measured."""
_REPRESENTATIVES = 5
_WEAKEST, _LESS = 1e-3, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Topics of one layer; all arrays by article but `ids`, `representatives`, `stability` and `names`, by topic."""

    number: int
    labels: Array
    strength: Array
    ids: list[str]
    representatives: list[list[int]]
    stability: Array
    names: list[str] | None = None
    """Those they have already; None: to be found."""
    second: tuple[Array, Array] | None = None
    """Labels and strengths of the topics that articles serve beside their own; None: no article serves two."""


def make_layer(letter: str, labels: Array, space: Array, pmids: Array) -> Layer:
    """Return the layer whose topics are called by the PMID of their most central article."""
    inside = np.flatnonzero(labels != NOISE)
    centres = find_centres(labels, space)
    strength = np.round(np.clip(own_similarity(labels, space, centres), _WEAKEST, 1.0), 6)
    order = inside[np.lexsort((pmids[inside], -strength[inside], labels[inside]))]
    bounds = np.cumsum(np.bincount(labels[inside], minlength=len(centres)))[:-1]
    central = [pmids[topic[:_REPRESENTATIVES]].tolist() for topic in np.split(order, bounds)] if len(centres) else []
    return Layer(
        number=LETTERS.index(letter),
        labels=labels,
        strength=strength,
        ids=[f"{letter}{pmid[0]}" for pmid in central],
        representatives=central,
        stability=np.full(len(centres), np.nan),
    )


def make_area(space: Array, pmids: Array) -> Layer:
    """Return the top layer: every article is wholly in it."""
    layer = make_layer("a", np.zeros(len(pmids), int), space, pmids)
    return replace(layer, strength=np.ones(len(pmids)), ids=[AREA][: len(pmids)])


def share_articles(niches: Layer, space: Array) -> Layer:
    """Return the niches with the articles that serve two of them.

    The strength in the second niche is the cosine with its centre, but always less than in the first.
    """
    second, similarity = find_second(niches.labels, space)
    strength = np.round(np.minimum(similarity, niches.strength - _LESS), 6)
    return replace(niches, second=(np.where(strength > 0, second, NOISE), strength))


def assignments(layer: Layer, pmids: Array) -> Iterator[dict[str, Any]]:
    """Yield the layer's rows of the table `assignments`."""
    for labels, strength in filter(None, ((layer.labels, layer.strength), layer.second)):
        for place in np.flatnonzero(labels != NOISE):
            topic = layer.ids[labels[place]]
            yield {"pmid": int(pmids[place]), "topic_id": topic, "strength": float(strength[place])}
