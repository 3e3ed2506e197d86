from __future__ import annotations

import numpy as np

from expertmine.text.directions import WIDTH, lead_directions
from expertmine.text.vectors import unit


def scattered(articles: int, width: int, groups: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    chance = np.random.default_rng(0)
    group = np.arange(articles) % groups
    centres = chance.normal(size=(groups, width))
    return unit(centres[group] * 0.5 + chance.normal(size=(articles, width))), group


def test_articles_of_a_group_are_nearer_to_each_other_than_before() -> None:
    space, group = scattered(600, 300, 6)

    def gap(vectors: np.ndarray) -> float:  # type: ignore[type-arg]
        alike, same = vectors @ vectors.T, group[:, None] == group
        return float(alike[same].mean() - alike[~same].mean())

    assert gap(lead_directions(space)) > 1.5 * gap(space)


def test_no_more_directions_than_asked_and_unit_length() -> None:
    found = lead_directions(scattered(400, 300, 5)[0])
    assert found.shape == (400, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=2e-3)


def test_articles_without_words_stay_without_and_change_nothing_for_the_others() -> None:
    space = scattered(400, 300, 5)[0]
    spread = np.zeros((800, 300), np.float32)
    spread[1::2] = space
    found = lead_directions(spread)
    assert not found[::2].any()
    np.testing.assert_array_equal(found[1::2], lead_directions(space))


def test_a_small_corpus_stays_as_it_is() -> None:
    space = scattered(WIDTH, 300, 4)[0]
    assert lead_directions(space) is space


def test_equal_articles_have_equal_places_and_none_of_them_is_lost_in_rounding() -> None:
    space = scattered(3, 300, 3)[0][np.arange(500) % 3]
    found = lead_directions(space)
    assert len(np.unique(found, axis=0)) == 3
    assert found.shape[1] <= 3


def test_a_corpus_of_one_text_has_one_place() -> None:
    found = lead_directions(scattered(1, 300, 1)[0][np.zeros(300, int)])
    assert (np.abs(found) == 1).all()
    assert found.shape == (300, 1)
