"""The change report as a reader sees it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from expertmine.changes import Changes, compare
from expertmine.report.changes import PEOPLE, ROWS, render_changes
from tests.changes.worlds import SETTINGS, World, found, lone, make, niches
from tests.report.reading import Page

LEADER = "Abelund <b>bold</b>"
WRITERS = {
    **dict.fromkeys(range(1, 7), (LEADER,)),
    7: (LEADER, "Brixol"),
    **{pmid: ("Brixol", f"Writer{pmid}") for pmid in range(8, 13)},
    **{pmid: (f"Writer{pmid}",) for pmid in range(13, 31)},
}
BEFORE = World(writers=WRITERS, niche=niches(range(1, 13), range(13, 21), range(21, 31)))
AFTER = dataclasses.replace(
    BEFORE,
    writers={**WRITERS, **dict.fromkeys(range(50, 56), ("Caldera",))},
    niche=niches([*range(1, 13), *range(50, 56)], range(13, 17), range(17, 21), names="ADE"),
    retracted=frozenset({7}),
    spelling="y",
)


def page(tmp_path: Path, changes: Changes) -> Page:
    path = tmp_path / "changes.html"
    path.write_text(render_changes(changes, title="Renal artery & more"), encoding="utf-8")
    return Page(path)


def test_the_page_says_what_changed_and_loads_nothing(tmp_path: Path) -> None:
    seen = page(tmp_path, compare(make(BEFORE), make(AFTER), top=3, settings=SETTINGS))
    assert "Renal artery & more: what changed" in seen.text
    assert "2 people lost points because On matter 7 was retracted; most of all Brixol (A:" in seen.text
    assert "Abelund <b>bold</b> A" in seen.text
    assert "Niches that split: “B” into “D” and “E”" in seen.text
    assert "Niches retired: “C”" in seen.text
    assert "Caldera , now 1st in “A” (not ranked there before)" in seen.text
    assert "6 records are new, 0 revised, 1 retracted and 0 gone; the corpus went from 30 to 36 records" in seen.text
    assert "left the top" in seen.text
    loads = [value for _, attributes in seen.elements for key, value in attributes.items() if key in ("src", "action")]
    assert not loads
    assert not seen.tags("script", "link", "iframe", "img", "b")
    links = [attributes["href"] for attributes in seen.tags("a")]
    assert all(link.startswith(("#", "https://pubmed.ncbi.nlm.nih.gov/")) for link in links)
    assert {link[1:] for link in links if link.startswith("#")} <= {a.get("id") for _, a in seen.elements}


def test_the_page_says_of_which_generation_it_is_and_marks_unstable_niches_wherever_people_move(tmp_path: Path) -> None:
    moved, path = compare(make(BEFORE), make(AFTER), top=3, settings=SETTINGS), tmp_path / "changes.html"
    stable = render_changes(moved, title="x")
    assert ">unstable</span>" not in stable
    assert "generation 0" not in stable
    path.write_text(render_changes(moved, title="x", generation="000012", unstable=set(moved.experts["topic_id"])))
    text = Page(path).text
    assert "change report · generation 000012" in text
    assert "Caldera , now 1st in “A” unstable" in text
    assert "is hardly found again" in text
    for frame in (moved.shocks, moved.influencers):
        name, topic = frame[["name", "topic"]].iloc[0]
        assert f"{name} {topic} unstable" in text


def test_the_same_changes_give_the_same_page() -> None:
    twice = [render_changes(compare(make(BEFORE), make(AFTER)), title="x") for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_section_with_nothing_in_it_says_so_in_one_line(tmp_path: Path) -> None:
    seen = page(tmp_path, compare(make(BEFORE), make(BEFORE)))
    for line in (
        "Nothing changed between the two generations.",
        "No paper on which a score stood was retracted or has left the corpus.",
        "The same people as before are among the first of a niche, unseen by volume.",
        "No niche was born, split, merged or retired.",
        "Nobody entered or left the top of a niche or moved three places within it.",
        "No record is new, gone, retracted or revised.",
    ):
        assert line in seen.text
    assert not seen.tags("table")


def test_what_could_not_be_compared_is_not_called_unchanged(tmp_path: Path) -> None:
    acquired = {name: table for name, table in found(BEFORE).items() if name in ("articles", "mentions")}
    seen = page(tmp_path, compare(acquired, make(BEFORE)))
    assert "Not compared: the earlier generation has no table topics." in seen.text
    assert "No niche was born" not in seen.text
    assert "Nothing changed" not in seen.text
    assert "No record is new" in seen.text


@pytest.mark.parametrize("shock", [True, False])
def test_long_lists_are_cut_and_the_rest_is_counted(tmp_path: Path, shock: bool) -> None:
    crowd = tuple(f"Crowd{number}" for number in range(PEOPLE + 3)) if shock else ("Crowd1",)
    before = World(writers={**lone(range(1, 9)), 9: crowd}, niche=niches(range(1, 10)))
    after = dataclasses.replace(before, writers=lone([*range(1, 9), *range(100, 105 + ROWS)]))
    seen = page(tmp_path, compare(make(before), make(after), top=50))
    assert "5 more records are left out." in seen.text
    assert ("3 more people are left out." in seen.text) == shock
