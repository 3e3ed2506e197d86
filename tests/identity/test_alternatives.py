"""What may leave a person, together with what, and how often."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expertmine.config import IdentitySettings
from expertmine.identity import resolve_persons
from expertmine.identity.alternatives import RULED, Bits, Ties, draw_alternatives
from expertmine.tables.people import ALWAYS, CLUSTERINGS
from tests.identity.papers import Tables, article, literature, literatures, mention
from tests.identity.test_rulings import ruled

PLACES = ("Example University, Vienna, Austria", "St Example Hospital, Leeds, UK")
TEAMS = ("Quenlo", "Wobru")


def joined(*joins: tuple[int, int, float], mentions: int) -> Ties:
    ties = Ties.among(mentions)
    for one, two, log_odds in joins:
        ties.join(one, two, log_odds)
    return ties


def share(stays: Bits) -> list[float]:
    return [int(bits).bit_count() / CLUSTERINGS for bits in stays]


PAIRS = [(0, 1, 8.0), (2, 3, 8.0), (4, 5, 8.0), (6, 7, 8.0), (0, 2, 8.0), (4, 6, 8.0)]


def test_of_two_halves_that_hardly_belong_together_one_leaves_as_a_whole() -> None:
    stays = draw_alternatives(joined(*PAIRS, (0, 4, 0.0), mentions=8), np.ones(8), seed=0)
    assert stays[:4].tolist() == [ALWAYS] * 4
    assert set(stays[4:].tolist()) == {stays[4]}
    assert 0.3 < share(stays)[4] < 0.7


def test_the_larger_part_stays_whichever_is_the_earlier() -> None:
    stays = draw_alternatives(
        joined((2, 3, 8.0), (2, 4, 8.0), (0, 1, 8.0), (0, 2, 0.0), mentions=5), np.ones(5), seed=0
    )
    assert [place for place, bits in enumerate(stays.tolist()) if bits == ALWAYS] == [2, 3, 4]
    assert stays[0] == stays[1]


def test_a_mention_alone_stays_as_often_as_it_is_sure_and_only_with_those_it_hangs_on() -> None:
    joins = [(0, 1, RULED), (0, 2, RULED), (3, 4, RULED), (0, 3, 0.0)]
    stays = draw_alternatives(joined(*joins, mentions=5), np.array([1, 0.8, 1, 1, 0.5]), seed=3)
    assert share(stays)[0] == share(stays)[2] == 1
    assert 0.65 < share(stays)[1] < 0.95
    assert stays[4] & ~stays[3] == 0
    assert 0.1 < share(stays)[4] < 0.4


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(-3, 8)), max_size=12), st.integers(0, 99))
def test_draws_are_those_of_cutting_the_tree_by_hand(joins: list[tuple[int, int, float]], seed: int) -> None:
    """Oracle: each mention climbs to its core, one step at a time."""
    ties, label = Ties.among(10), list(range(10))
    for one, two, log_odds in joins:
        first, second = sorted((label[one], label[two]))
        if first != second:
            ties.join(first, second, log_odds)
            label = [first if own == second else own for own in label]
    stays = draw_alternatives(ties, np.full(10, 0.7), seed=seed)
    bears = set(ties.to.tolist())
    random = np.random.default_rng(seed)
    for draw in range(CLUSTERINGS):
        chance = random.random(10)
        for place in range(10):
            at, holds = place, True
            while ties.to[at] != at:
                holds &= chance[at] < (1 / (1 + np.exp(-ties.log_odds[at])) if at in bears else 0.7)
                at = int(ties.to[at])
            assert label[at] == label[place]
            assert bool(int(stays[place]) >> draw & 1) == holds


@given(literatures())
def test_in_every_draw_each_person_keeps_a_mention(tables: Tables) -> None:
    _, identities = resolve_persons(**tables)
    kept: dict[str, int] = {}
    for row in identities.to_pylist():
        kept[row["person_id"]] = kept.get(row["person_id"], 0) | row["stays"]
    assert set(kept.values()) <= {ALWAYS}


def test_what_people_ruled_stays_in_every_draw_and_a_doubtful_namesake_does_not() -> None:
    rows = [mention(pmid, 1, "Vrasta", "A") for pmid in (1, 2)]
    tables = literature([article(1, 2000, "renal stent"), article(2, 2001, "renal stent")], rows)
    _, doubtful = resolve_persons(**tables)
    assert min(doubtful["stays"].to_pylist()) < max(doubtful["stays"].to_pylist()) == ALWAYS
    _, certain = resolve_persons(**tables, corrections=ruled(("same", "1.1", "2.1")))
    assert certain["stays"].to_pylist() == [ALWAYS, ALWAYS]


def test_a_lower_threshold_makes_nothing_surer() -> None:
    """Two pairs that are surely one human each, and perhaps the same one."""
    rows = [mention(pmid, 1, "Vrasta", "A", affiliations=[PLACES[pmid > 2]]) for pmid in range(1, 5)]
    rows += [mention(pmid, 2, TEAMS[pmid > 2], "Bo") for pmid in range(1, 5)]
    texts = {1: "renal stent", 2: "renal stent", 3: "sleep pain", 4: "sleep pain"}
    tables = literature([article(pmid, 2000, text) for pmid, text in texts.items()], rows)
    usual, low = (
        resolve_persons(**tables, settings=IdentitySettings(threshold=threshold))[1] for threshold in (0.5, 0.01)
    )
    assert len(usual["person_id"].unique()) == 3
    assert min(share(usual["stays"].to_numpy())) < 0.95
    assert low.equals(usual)
