from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
from typing import Any

import numpy as np
import pytest

from expertmine.corpus import Corpus
from expertmine.report.datamap import DataMap, draw_map
from expertmine.report.experts import scale_niches
from expertmine.report.influencers import list_influencers
from expertmine.report.material import Material, read_material


@pytest.fixture(scope="module")
def material(corpus: Corpus) -> Material:
    return read_material(corpus)


@pytest.fixture(scope="module")
def drawn(material: Material) -> DataMap:
    made = draw_map(material, list_influencers(material, scale_niches(material)))
    assert made is not None
    return made


def columns(drawn: DataMap) -> dict[str, Any]:
    """Find the points' data in Bokeh's JSON."""
    found: list[dict[str, Any]] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            attributes = value.get("attributes", {})
            if attributes.get("name") == "points":
                found.append(dict(attributes["data"]["entries"]))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(drawn.item))
    assert len(found) == 1
    return found[0]


def numbers(column: dict[str, Any]) -> list[float]:
    return list(np.frombuffer(gzip.decompress(base64.b64decode(column["array"]["data"])), column["dtype"]).tolist())


def test_every_article_is_a_point_where_the_layout_puts_it(corpus: Corpus, drawn: DataMap) -> None:
    data, layout = columns(drawn), corpus.frame("layout").sort_values("pmid")
    assert data["pmid"] == layout["pmid"].tolist()
    assert numbers(data["x"]) == layout["x"].tolist()
    assert numbers(data["y"]) == layout["y"].tolist()


def test_articles_of_a_theme_share_its_colour_and_no_other_theme_has_it(corpus: Corpus, drawn: DataMap) -> None:
    themes = corpus.frame("assignments").query("topic_id.str.startswith('m')").set_index("pmid")["topic_id"]
    seen: dict[str, set[str]] = {}
    data = columns(drawn)
    for pmid, colour in zip(data["pmid"], data["colour"], strict=True):
        seen.setdefault(themes.get(pmid, "none"), set()).add(colour)
    assert all(len(colours) == 1 for colours in seen.values())
    assert len(set.union(*seen.values())) == len(seen)
    assert len(drawn.legend) == len(seen) - 1


def test_marked_points_are_the_persons_papers(material: Material, drawn: DataMap) -> None:
    pmids, people = columns(drawn)["pmid"], json.loads(drawn.facts)["people"]
    for influencer in list_influencers(material, scale_niches(material)):
        assert [pmids[row] for row in people[influencer.anchor]] == [paper.pmid for paper in influencer.papers]


def test_themes_and_led_niches_come_first_where_room_for_labels_is_short(material: Material, drawn: DataMap) -> None:
    labels = json.loads(drawn.facts)["labels"]
    names = [" ".join(lines) for lines, *_ in labels]
    themes, led = len(material.themes), material.micro["topic_id"].nunique()
    assert [theme for *_, theme in labels] == [True] * themes + [False] * len(material.niches)
    first = {material.topics[topic].name[:12] for topic in material.micro["topic_id"]}
    assert {name[:12] for name in names[themes : themes + led]} == first


def test_a_label_has_its_themes_colour_and_a_theme_in_pieces_is_named_in_the_densest(
    material: Material,
) -> None:
    ours, *others = (theme.id for theme in material.themes)
    members = material.tables["assignments"].set_index("topic_id")["pmid"]
    layout = material.tables["layout"].set_index("pmid")[["x", "y"]].astype(float) / 100
    layout.loc[members[others], "x"] += 8
    pieces = np.resize(
        np.repeat([0.0, 8.0, 20.0], [8, 5, 7]), len(members[ours])
    )  # the middle one lies among the others
    layout.loc[members[ours], "x"] += pieces
    moved = dataclasses.replace(material, tables={**material.tables, "layout": layout.reset_index()})
    drawn = draw_map(moved, [])
    assert drawn is not None
    [(_, x, y, colour, theme), *_] = json.loads(drawn.facts)["labels"]
    assert theme
    assert abs(x) < 2
    assert (material.topics[ours].name, colour) in drawn.legend
    places = zip(numbers(columns(drawn)["x"]), numbers(columns(drawn)["y"]), strict=True)
    assert any(max(abs(at - x), abs(up - y)) < 0.001 for at, up in places), "where an article is"


def test_paper_has_no_tools(drawn: DataMap) -> None:
    assert re.search(r'"name":"Toolbar".*@media print { :host { visibility: hidden; } }', drawn.item)


@pytest.mark.parametrize("most", [100, 151, 299])
def test_beyond_the_limit_an_even_sample_as_large_as_the_limit_is_drawn(material: Material, most: int) -> None:
    drawn = draw_map(material, list_influencers(material, scale_niches(material)), most=most)
    assert drawn is not None
    assert (drawn.drawn, drawn.articles) == (most, 300)
    everything = sorted(material.tables["layout"]["pmid"])
    places = [everything.index(pmid) for pmid in columns(drawn)["pmid"]]
    gaps = set(np.diff(places).tolist())
    assert (places[0], places[-1]) == (0, 299)
    assert min(gaps) >= 1
    assert max(gaps) - min(gaps) <= 1
