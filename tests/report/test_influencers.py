from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from expertmine.corpus import Corpus
from expertmine.report.charts import BAR_WIDTH
from expertmine.report.experts import list_themes, scale_niches
from expertmine.report.influencers import Influencer, list_influencers
from expertmine.report.material import Material, Topic, read_material
from expertmine.report.page import render_page


@pytest.fixture(scope="module")
def material(corpus: Corpus) -> Material:
    return read_material(corpus)


def influencers_of(material: Material) -> list[Influencer]:
    return list_influencers(material, scale_niches(material))


def test_a_person_has_the_same_bar_on_their_card_as_in_the_table_of_their_niche(material: Material) -> None:
    listed = {
        (niche.topic.id, expert.person): expert.bar
        for theme in list_themes(material, scale_niches(material))
        for niche in theme.niches
        for expert in niche.experts
    }
    shown = {(each.niche.id, each.person): each.bar for each in influencers_of(material) if each.bar}
    assert len({niche for niche, _ in shown}) > 1
    assert shown == {key: listed[key] for key in shown}


def test_without_intervals_every_bar_still_ends_at_its_score(material: Material) -> None:
    scores = material.tables["scores"].assign(low=0.0, high=np.inf)
    unbounded = dataclasses.replace(material, tables={**material.tables, "scores": scores})
    most = scores.groupby("topic_id")["score"].max()
    for each in influencers_of(unbounded):
        if each.score is not None:
            assert each.bar is not None
            assert each.bar.words == "no interval"
            assert each.bar.at == pytest.approx(BAR_WIDTH * each.score / most[each.niche.id], abs=0.1)


def test_people_of_unstable_niches_come_last_among_the_foremost_which_the_caption_says(material: Material) -> None:
    firm = {key: dataclasses.replace(topic, stability=0.9) for key, topic in material.topics.items()}
    first = influencers_of(material)[0]
    shaken = firm | {first.niche.id: dataclasses.replace(first.niche, stability=0.1)}

    def headlines(topics: dict[str, Topic]) -> str:
        page = render_page(dataclasses.replace(material, topics=topics))
        return page[page.index('class="stacked headline') : page.index("</table>")]

    said = "niches, to be relied on for nothing, come last"
    assert said not in headlines(firm)
    told = headlines(shaken)
    assert said in told
    shaky = {each.anchor for each in influencers_of(material) if each.niche.id == first.niche.id}
    order = [anchor in shaky for anchor in re.findall(r'href="#(person-\d+)"', told)]
    assert True in order
    assert order == sorted(order)


def test_a_card_says_the_interval_of_a_standing_where_it_says_the_standing(material: Material) -> None:
    key = ["person_id", "topic_id"]
    named = (
        material.micro[[*key, "standing"]].dropna().merge(material.tables["standing"][[*key, "low", "high"]], on=key)
    )
    assert len(named)
    page = render_page(material)
    for row in named.to_dict("records"):
        told = f'{row["standing"]:.2f}</strong> <span class="quiet">standing among peers'
        assert f"{told}, 90 % {row['low']:.2f}\u2013{row['high']:.2f}</span>" in page


def test_a_card_says_where_volume_might_not_miss_the_person(material: Material) -> None:
    told = "in doubt: with 4 more papers under this name, beside the same companions, volume rank 3"
    [plain, *_] = influencers_of(material)
    doubted = dataclasses.replace(material, doubts={material.micro["person_id"].iloc[0]: told})
    [shown, *_] = influencers_of(doubted)
    assert shown.margins == [*plain.margins, told]
    assert shown.plain == f"{plain.plain} I{told[1:]}."
