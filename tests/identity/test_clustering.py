"""Clusters against brute force, and what no cluster may hold."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.identity.clustering import cluster_mentions
from expertmine.identity.compatibility import can_be_one
from expertmine.identity.reading import Mentions, read_mentions
from expertmine.identity.rulings import Rulings
from tests.identity.papers import Tables, article, literature, literatures, mention, namesakes


def allowed(mentions: Mentions, one: int, two: int) -> bool:
    """Say whether two mentions may be one human; written for reading, not for speed."""
    orcids = {int(mentions.orcid[one]), int(mentions.orcid[two])} - {-1}
    if mentions.paper[one] == mentions.paper[two] and mentions.name[one] != mentions.name[two]:
        return False
    return len(orcids) < 2 and can_be_one(mentions.names[mentions.name[one]], mentions.names[mentions.name[two]])


def cluster_slowly(mentions: Mentions, evidence: dict[tuple[int, int], float]) -> list[int]:
    """Join, one by one, the two clusters with the highest mean evidence that may be joined."""
    clusters = [[place] for place in range(len(mentions))]
    while True:
        best: tuple[float, int, int] | None = None
        for one, two in combinations(sorted(clusters), 2):
            across = [tuple(sorted((a, b))) for a in one for b in two]
            mean = round(sum(evidence[a, b] for a, b in across) / len(across), 9)
            if mean > 0 and all(allowed(mentions, a, b) for a, b in across) and (best is None or mean > best[0]):
                best = (mean, one[0], two[0])
        if best is None:
            return [next(min(group) for group in clusters if place in group) for place in range(len(mentions))]
        first, second = (next(group for group in clusters if group[0] == head) for head in best[1:])
        clusters = [group for group in clusters if group not in (first, second)] + [sorted(first + second)]


@settings(max_examples=200)
@given(literatures(papers=4) | namesakes(), st.randoms(use_true_random=False))
def test_clusters_are_those_of_average_linkage_with_constraints(tables: Tables, chance: random.Random) -> None:
    mentions = read_mentions(tables["mentions"], tables["articles"])
    pairs = list(combinations(range(len(mentions)), 2))
    weights = chance.sample(range(-400, 600), len(pairs))  # all different: ties could be broken either way
    evidence = {
        pair: weight / 100 + 0.0001 * place for place, (pair, weight) in enumerate(zip(pairs, weights, strict=True))
    }
    first, second = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    found, _ = cluster_mentions(mentions, (first, second), np.array([evidence[pair] for pair in pairs], dtype=float))
    assert found.tolist() == cluster_slowly(mentions, evidence)


@settings(max_examples=100)
@given(literatures(), st.randoms(use_true_random=False))
def test_whatever_the_evidence_no_cluster_holds_what_must_stay_apart(tables: Tables, chance: random.Random) -> None:
    mentions = read_mentions(tables["mentions"], tables["articles"])
    pairs = [pair for pair in combinations(range(len(mentions)), 2) if chance.random() < 0.7]
    first, second = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    label, _ = cluster_mentions(
        mentions, (first, second), np.array([chance.uniform(-1, 8) for _ in pairs], dtype=float)
    )
    for one, two in combinations(range(len(mentions)), 2):
        assert label[one] != label[two] or allowed(mentions, one, two)


def test_whoever_joins_a_person_brings_along_who_was_ruled_to_be_another() -> None:
    tables = literature(
        [article(pmid) for pmid in (1, 2, 3)], [mention(pmid, 1, "Vrasta", "Ada") for pmid in (1, 2, 3)]
    )
    mentions = read_mentions(tables["mentions"], tables["articles"])
    rulings = Rulings(different=((1, 2),), foes={1: frozenset({2}), 2: frozenset({1})})
    pairs = np.array([0, 0, 1]), np.array([1, 2, 2])
    label, _ = cluster_mentions(mentions, pairs, np.array([3.0, 2.0, 2.0]), rulings)
    assert label.tolist() == [0, 0, 2]
