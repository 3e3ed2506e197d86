"""Tables as a person reads them at a terminal."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from expertmine.answers import compare_sources, experts, micro_influencers
from expertmine.cli.screen import show_table
from expertmine.corpus import Corpus

PEOPLE = pd.DataFrame(
    {
        "person_id": ["p90003168.2", "p90005534.1"],
        "name": ["Wikevrune Skivrevashti", "Jovitheron Kesvetheron de Ostrvurquist"],
        "rank": [1, 2],
        "rank_low": [1, 1],
        "rank_high": [4, 99],
        "score": [13.473, 7.0971],
        "low": [9.268, 0.0],
        "high": [15.8, 9.833],
        "papers": [8.0, 3.0],
        "unstable": [False, True],
    }
)


def test_an_interval_stands_beside_its_value_and_whole_numbers_have_no_decimals() -> None:
    lines = show_table(PEOPLE, width=120).splitlines()
    assert re.split(r"\s{2,}", lines[0].strip()) == ["person id", "name", "rank", "score", "papers", "unstable"]
    cells = ["p90003168.2", "Wikevrune Skivrevashti", "1 (1 to 4)", "13.473 (9.268 to 15.800)", "8", "no"]
    assert re.split(r"\s{2,}", lines[1].strip()) == cells
    assert lines[2].endswith("yes")


def test_a_value_without_an_interval_and_a_low_of_nothing_stay_as_they_are() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "low": [1, 2], "AUC": [0.5, 0.25], "AUC_low": [0.25, None]})
    frame["AUC_high"] = [0.75, None]
    shown = [line.split() for line in show_table(frame, width=80).splitlines()]
    assert shown == [["name", "low", "AUC"], ["a", "1", "0.500", "(0.250", "to", "0.750)"], ["b", "2", "0.250"]]


def test_nobody_unstable_is_no_column() -> None:
    assert "unstable" not in show_table(PEOPLE.head(1), width=120)


@pytest.mark.parametrize("width", range(26, 130))
def test_no_word_number_or_id_is_ever_broken(width: int) -> None:
    shown = show_table(PEOPLE, width=width)
    for cell in ("Skivrevashti", "Kesvetheron", "Ostrvurquist", "9.268 to 15.800" if width > 60 else "9.268"):
        assert cell in shown
    assert "p90003168.2" in shown or "no room for person_id;" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= width


def test_what_does_not_fit_drops_ids_then_spare_columns_then_puts_intervals_below_then_is_a_block_a_row() -> None:
    frame = PEOPLE.drop(columns=["unstable", "rank_low", "rank_high"])
    wide, narrow, spared, below, block = (
        show_table(frame, width=width, spare=["papers"]) for width in (100, 60, 52, 44, 35)
    )
    assert "p90003168.2" in wide
    assert "no room" not in wide
    assert "(no room for person_id; --format csv has every column)" in narrow
    assert "8" in narrow.splitlines()[1]
    assert "no room for person_id, papers;" in spared.replace("\n", " ")
    assert "13.473 (9.268 to 15.800)" in spared
    assert "9.268 to 15.800" in below
    assert "(9.268" not in below
    assert "person id: p90003168.2\nname:      Wikevrune Skivrevashti\n" in block
    assert block.count("person id:") == 2


def test_a_measure_gives_way_to_its_rank_before_the_row_becomes_a_block(sample: Corpus) -> None:
    topic = sample.frame("standing")["topic_id"].iloc[0]
    shown = show_table(compare_sources(sample, topic), width=80)
    assert "authority" in shown.splitlines()[0]
    assert "no room for person_id, authority, standing" in shown.replace("\n", " ")


def test_the_answers_most_asked_for_fit_eighty_columns_and_keep_words_whole(sample: Corpus) -> None:
    topic = sample.frame("scores")["topic_id"].iloc[0]
    ranked = experts(sample, topic)[["rank", "rank_low", "rank_high", "name", "score", "low", "high", "person_id"]]
    for frame in (ranked, micro_influencers(sample)[["name", "topic", "niche_rank", "papers", "q"]]):
        shown = show_table(frame, width=80)
        assert max(map(len, shown.splitlines())) <= 80
        words = {word for name in frame["name"] for word in name.replace("-", "- ").split()}  # a hyphen is an end
        assert words <= set(shown.replace("-", "- ").split())


def test_markup_colons_and_wide_letters_are_printed_as_they_are() -> None:
    frame = pd.DataFrame({"title": ["[bold] of :smile: 肾动脉", "x"], "n": [1, 22]})
    lines = show_table(frame, width=60).splitlines()
    assert lines[1].startswith("[bold] of :smile: 肾动脉")
    assert lines[1].endswith("   1")
