from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from expertmine.corpus import Corpus
from expertmine.report.material import Material, read_material
from expertmine.report.page import render_page
from expertmine.report.peers import LEFT, RIGHT, WIDTH, summarise_peers
from tests.report.reading import Page


@pytest.fixture(scope="module")
def material(corpus: Corpus) -> Material:
    return read_material(corpus)


def test_authority_is_set_beside_the_largest_of_its_own_niche(material: Material) -> None:
    rows = material.tables["influencers"].dropna(subset="quadrant")
    halved = material.tables["influencers"].copy()
    halved.loc[halved["topic_id"] == "n0", "authority"] /= 2
    peers = summarise_peers(material)
    assert [label for _, label in peers.ticks_x] == ["0", "0.25", "0.5", "0.75", "1"]
    assert sum(dot.x == WIDTH - RIGHT for dot in peers.dots) >= rows["topic_id"].nunique()
    assert {dot.x for dot in peers.dots if "Silva Unpublished" in dot.words} == {LEFT}
    moved = summarise_peers(dataclasses.replace(material, tables={**material.tables, "influencers": halved}))
    assert sorted((dot.words, dot.x) for dot in moved.dots) == sorted((dot.words, dot.x) for dot in peers.dots)


def test_a_point_tells_the_interval_of_its_standing_and_how_many_of_the_peers_heard_named_it(
    material: Material,
) -> None:
    row = material.tables["standing"].iloc[0]
    words = material.tables["nominations"]
    heard = words[words["topic_id"] == row["topic_id"]]["nominator"].nunique()
    told = f"standing {row['standing']:.2f} (90 % {row['low']:.2f}\u2013{row['high']:.2f})"
    told += f", named by {row['nominators']} of {heard} peers heard in the niche"
    assert any(told in dot.words for dot in summarise_peers(material).dots)


def test_each_quadrant_has_a_shape_of_its_own_in_the_chart_and_its_legend(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    kinds = ("both", "literature", "peers", "neither")
    drawn = {kind: set(re.findall(rf'<path class="q-{kind}"[^>]* d="([^"]*)"', raw)) for kind in kinds}
    legend = {
        kind: set(re.findall(rf'<span class="badge q-{kind}"><svg[^>]*><path [^>]*d="([^"]*)"', raw)) for kind in kinds
    }
    assert drawn == legend
    assert all(len(shapes) == 1 for shapes in drawn.values())
    assert len(set.union(*drawn.values())) == len(kinds)


def test_one_peer_with_one_nomination_is_told_in_the_singular(material: Material, tmp_path: Path) -> None:
    words = material.tables["nominations"].head(1)
    path = tmp_path / "page.html"
    path.write_text(render_page(dataclasses.replace(material, tables={**material.tables, "nominations": words})))
    text = Page(path).text
    assert "1 peer gave 1 nomination to one person." in text
    assert "1 peer heard" in text
