"""The race is fair: without faults both clients arrive, with faults the dice are the seed's."""

from __future__ import annotations

from fault_race import LEAST, Run, race_all, summary


def test_both_clients_arrive_by_the_shortest_way_when_nothing_is_wrong() -> None:
    runs = list(race_all({"expertmine": 1, "Biopython": 1}, shares=[0.0], workers=2))
    assert runs == [Run(client, 0.0, "complete", LEAST) for client in ("expertmine", "Biopython")]


def test_this_library_loses_nothing_and_the_table_says_so() -> None:
    runs = list(race_all({"expertmine": 3}, workers=2))
    assert {one.outcome for one in runs} == {"complete"}
    lines = list(summary(runs))
    assert [line.split(" | ")[:6] for line in lines[2:]] == [
        ["| expertmine", share, "3", "3", "0", "0"] for share in ("30%", "10%")
    ]


def test_the_same_seeds_give_the_same_runs() -> None:
    once, again = (list(race_all({"expertmine": 3}, workers=workers)) for workers in (1, 2))
    assert once == again
