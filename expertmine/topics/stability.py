"""How firm a topic is: whether it is found again when a fifth of the articles is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from expertmine.text.vectors import Array
from expertmine.topics.clusters import NOISE, find_niches, join_niches

_KEPT, _DRAWS = 0.8, 10


def measure_stability(places: Array, space: Array, *, layers: Sequence[Array], min_size: int, seed: int) -> list[Array]:
    """Return, per layer (niches, themes) and topic, a stability from 0 to 1.

    The mean over ten draws of four fifths of the texts of the topic's Jaccard index with the most similar cluster
    found in the draw (Hennig 2007). The map itself is not drawn again.
    """
    random = np.random.default_rng(seed)
    found = [np.zeros((_DRAWS, labels.max(initial=NOISE) + 1)) for labels in layers]
    for draw in range(_DRAWS):
        kept = np.sort(random.permutation(len(places))[: round(_KEPT * len(places))])
        niches = find_niches(places[kept], min_size=max(3, round(_KEPT * min_size)))
        themes = np.append(join_niches(niches, space[kept]), NOISE)[niches]
        for layer, (labels, again) in enumerate(zip(layers, (niches, themes), strict=True)):
            found[layer][draw] = best_jaccard(labels[kept], again, topics=found[layer].shape[1])
    return [values.mean(axis=0) for values in found]


def best_jaccard(labels: Array, again: Array, *, topics: int) -> Array:
    """Return, for each of the topics, its largest Jaccard index with any of the new clusters."""
    both = (labels != NOISE) & (again != NOISE)
    clusters = max(again.max(initial=NOISE) + 1, 1)
    shared = np.zeros((topics, clusters))
    np.add.at(shared, (labels[both], again[both]), 1)
    before = np.bincount(labels[labels != NOISE], minlength=topics)[:, None]
    after = np.bincount(again[again != NOISE], minlength=clusters)[None]
    return np.asarray((shared / np.maximum(before + after - shared, 1)).max(axis=1))
