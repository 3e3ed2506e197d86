"""How firm a topic is: whether it is found again when a fifth of the articles is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from expertmine.config import TopicSettings
from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE, find_niches, join_niches
from expertmine.topics.manifold import SMALL

_KEPT, _DRAWS = 0.8, 5


def draw_samples(texts: int, settings: TopicSettings) -> list[Array]:
    """Return the rows kept in each draw: four fifths.

    The map of each is to be drawn anew: `redraws` draws up to 3,000 texts; beyond that one, as a map is most of the
    work then. Without `redraws` five draws are to be clustered on the map as it is, which flatters.
    """
    random = np.random.default_rng(settings.seed)
    redraws = settings.redraws if texts <= SMALL else min(settings.redraws, 1)
    return [np.sort(random.permutation(texts)[: round(_KEPT * texts)]) for _ in range(redraws or _DRAWS)]


def measure_stability(
    space: Array, *, layers: Sequence[Array], draws: Iterable[tuple[Array, Array]], min_size: int
) -> list[Array]:
    """Return, per layer (niches, themes) and topic, a stability from 0 to 1.

    The mean over draws (rows kept, and where they lie) of the topic's Jaccard index with the most similar cluster found
    in the draw (Hennig 2007).
    """
    found: list[list[Array]] = [[] for _ in layers]
    for kept, again in draws:
        niches = find_niches(again, space[kept], min_size=max(3, round(_KEPT * min_size)))
        themes = np.append(join_niches(niches, space[kept]), NOISE)[niches]
        for values, labels, clusters in zip(found, layers, (niches, themes), strict=True):
            topics = labels.max(initial=NOISE) + 1
            values.append(best_jaccard(labels[kept], clusters, topics=topics))
    return [np.mean(values, axis=0) for values in found]


def best_jaccard(labels: Array, again: Array, *, topics: int) -> Array:
    """Return, for each of the topics, its largest Jaccard index with any of the new clusters."""
    both = (labels != NOISE) & (again != NOISE)
    clusters = max(again.max(initial=NOISE) + 1, 1)
    shared = np.zeros((topics, clusters))
    np.add.at(shared, (labels[both], again[both]), 1)
    before = np.bincount(labels[labels != NOISE], minlength=topics)[:, None]
    after = np.bincount(again[again != NOISE], minlength=clusters)[None]
    return np.asarray((shared / np.maximum(before + after - shared, 1)).max(axis=1))
