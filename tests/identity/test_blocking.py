"""Which mentions are compared."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.identity.blocking import SMALL, WINDOW, Grouping, block_of, find_pairs, pairs_within
from expertmine.identity.marks import mark_affiliations, telling_words
from expertmine.identity.reading import Mentions, read_mentions
from tests.identity.papers import Tables, article, literature, literatures, mention


def compared(mentions: Mentions) -> set[tuple[int, int]]:
    first, second = find_pairs(mentions, telling_words(mentions, mark_affiliations(mentions)))
    return set(zip(first.tolist(), second.tolist(), strict=True))


@given(literatures())
def test_in_a_small_block_all_are_compared_with_all(tables: Tables) -> None:
    mentions = read_mentions(tables["mentions"], tables["articles"])
    block, pairs = block_of(mentions), compared(mentions)
    assert all(one < two for one, two in pairs)
    for one, two in combinations(range(len(mentions)), 2):
        assert block[one] != block[two] or (one, two) in pairs


@given(st.lists(st.integers(0, 3), max_size=200))
def test_a_big_group_is_compared_within_a_window_only(keys: list[int]) -> None:
    group = Grouping(np.arange(len(keys)), np.array(keys, dtype=np.int64))
    first, second = pairs_within(group, np.arange(len(keys)))
    places = {key: [place for place, found in enumerate(keys) if found == key] for key in keys}
    expected = {
        (one, two)
        for members in places.values()
        for (a, one), (b, two) in combinations(enumerate(members), 2)
        if len(members) <= SMALL or b - a <= WINDOW
    }
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == sorted(expected)


def test_a_frequent_name_does_not_grow_quadratically() -> None:
    def pairs_of(size: int) -> int:
        rows = [mention(pmid, 1, "Vrasta", "A") for pmid in range(1, size + 1)]
        tables = literature([article(row["pmid"]) for row in rows], rows)
        return len(compared(read_mentions(tables["mentions"], tables["articles"])))

    assert pairs_of(1600) < 2.2 * pairs_of(800)


def test_swapped_and_double_and_dropped_names_and_whole_ones_in_one_field_meet() -> None:
    names: list[tuple[str, str | None]] = [("Dangquen", "Tranlo"), ("Tranlo", "Dangquen")]
    names += [("Mirvo-Quenlo", "Ada"), ("Quenlo", "Ada"), ("Vrasta", "P Stephen"), ("Vrasta", "Stephen")]
    names += [("Annadora Pheldo", None), ("Pheldo", "Annadora"), ("Lumbra", "Bob"), ("Lumbra", "B"), ("Lumbra", "R")]
    rows = [mention(pmid, 1, *name) for pmid, name in enumerate(names, start=1)]
    tables = literature([article(row["pmid"]) for row in rows], rows)
    assert {(0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (8, 10)} <= compared(
        read_mentions(tables["mentions"], tables["articles"])
    )


def test_two_companions_of_one_block_pair_nobody_with_oneself() -> None:
    names = [("Vrasta", "Wenna"), ("Quenlo", "Nadra"), ("Quenlo", "Ninra")]
    rows = [mention(pmid, at, *name) for pmid in range(1, 61) for at, name in enumerate(names, 1)]
    tables = literature([article(pmid) for pmid in range(1, 61)], rows)
    pairs = compared(read_mentions(tables["mentions"], tables["articles"]))
    assert pairs
    assert all(one < two for one, two in pairs)


@pytest.mark.parametrize("size", [WINDOW + 1, SMALL, SMALL + 1, 3 * SMALL])
def test_up_to_a_size_all_of_a_group_are_compared_and_beyond_it_neighbours_only(size: int) -> None:
    """The law above, at the sizes that chance hardly draws."""
    first, second = pairs_within(Grouping(np.arange(size), np.zeros(size, dtype=np.int64)), np.arange(size))
    expected = {(a, b) for a, b in combinations(range(size), 2) if size <= SMALL or b - a <= WINDOW}
    assert len(first) == len(expected)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_the_words_that_tell_an_address_are_those_that_another_has_too() -> None:
    """However rare the others are: they lead to nobody."""
    places = ["Abber Acker Adler Shared", "Bebber Becker Bedler Shared"]
    rows = [mention(pmid, 1, "Vrasta", "Ada", affiliations=[place]) for pmid, place in enumerate(places, start=1)]
    tables = literature([article(1), article(2)], rows)
    mentions = read_mentions(tables["mentions"], tables["articles"])
    found = telling_words(mentions, mark_affiliations(mentions))
    assert found.mention.tolist() == [0, 1]
    assert found.key[0] == found.key[1]
