from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.tables import TABLES
from expertmine.text import read_terms
from expertmine.text.vectors import unit
from expertmine.topics.clusters import (
    NOISE,
    admit_noise,
    find_islands,
    find_second,
    join_niches,
    spread_themes,
    unite_niches,
)
from expertmine.topics.facets import FACETS, describe_facets, find_facets
from expertmine.topics.keyphrases import choose_phrases, read_phrases
from expertmine.topics.layers import make_layer
from expertmine.topics.manifold import turn_map
from expertmine.topics.names import name_topics
from expertmine.topics.search import matched_phrases, rank_topics
from expertmine.topics.stability import best_jaccard
from tests.text.articles import article, heading, table

LABELS = st.lists(st.integers(NOISE, 3), min_size=1, max_size=25)


def test_islands_on_the_map_are_niches_and_what_lies_apart_is_noise() -> None:
    random = np.random.default_rng(0)
    islands = [random.normal(centre, 0.2, (30, 2)) for centre in ((0, 0), (10, 0), (0, 10))]
    labels = find_islands(np.concatenate([*islands, [[40.0, 40.0], [-20.0, 30.0]]]), min_size=10)
    assert labels.max() == 2
    assert [len(set(labels[start : start + 30])) for start in (0, 30, 60)] == [1, 1, 1]
    assert labels[90:].tolist() == [NOISE, NOISE]


def test_one_cloud_without_islands_is_one_niche_and_too_few_are_none() -> None:
    grid = np.array([[x, y] for x in range(4) for y in range(4)], float)
    assert set(find_islands(grid, min_size=10)) == {0}
    assert set(find_islands(grid[:9], min_size=10)) == {NOISE}


def test_niches_that_share_most_articles_are_one_unless_that_were_too_large() -> None:
    angles = np.radians([0, 4, 8, 12, 14, 18, 22, 26, 90, 94, 98, 102, -60, -64, -68])
    space = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    labels = np.array([0, 0, 0, 0, 2, 2, 2, 2, 1, 1, 1, 1, 3, 3, NOISE])
    assert unite_niches(labels, space, largest=8).tolist() == [0] * 8 + [1] * 4 + [2, 2, NOISE]
    assert unite_niches(labels, space, largest=7).tolist() == labels.tolist()
    assert unite_niches(np.full(15, NOISE), space, largest=8).tolist() == [NOISE] * 15


def test_noise_near_a_centre_is_admitted_and_far_noise_stays_out() -> None:
    space = np.array([[1, 0.1], [1, -0.1], [0.1, 1], [-0.1, 1], [1, 0], [-1, -1]], np.float32)
    space /= np.linalg.norm(space, axis=1, keepdims=True)
    labels = np.array([0, 0, 1, 1, NOISE, NOISE])
    assert admit_noise(labels, space).tolist() == [0, 0, 1, 1, 0, NOISE]


def test_an_article_between_two_niches_serves_both_and_one_at_home_in_its_own_only() -> None:
    angles = np.radians([-40, -35, 9, 30, 36, -16, -10, 11, 60, 55])
    space = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    labels = np.repeat([0, 1], 5)
    second, similarity = find_second(labels, space)
    assert second[[2, 7]].tolist() == [1, 0]
    assert second[[0, 1, 8, 9]].tolist() == [NOISE] * 4
    assert similarity[2] == pytest.approx(np.cos(np.radians(11)), abs=1e-2)
    assert find_second(np.zeros(10, int), space)[0].tolist() == [NOISE] * 10


def test_an_articles_strength_is_the_same_in_whatever_order_a_machine_adds() -> None:
    random = np.random.default_rng(0)
    labels, space = random.integers(NOISE, 4, 2_000), unit(random.standard_normal((2_000, 64)))
    turned = random.permutation(64)
    one, other = (make_layer("n", labels, vectors, np.arange(2_000)) for vectors in (space, space[:, turned]))
    assert np.array_equal(one.strength, other.strength)


def test_articles_that_were_looked_at_before_are_not_admitted_later() -> None:
    space = np.array([[1, 0.1], [1, -0.1], [1, 0], [1, 0]], np.float32)
    space /= np.linalg.norm(space, axis=1, keepdims=True)
    labels, known = np.array([0, 0, NOISE, NOISE]), np.array([True, True, True, False])
    assert admit_noise(labels, space, barred=known).tolist() == [0, 0, NOISE, 0]


def test_near_niches_share_a_theme_and_stray_articles_go_to_the_nearest() -> None:
    angles = np.radians([0, 5, 10, 90, 95, 100, 180, 185, 190])
    space = np.repeat(np.stack([np.cos(angles), np.sin(angles)], 1), 2, axis=0).astype(np.float32)
    themes = join_niches(np.repeat(np.arange(9), 2), space)
    assert [len(set(themes[start : start + 3])) for start in (0, 3, 6)] == [1, 1, 1]
    assert len(set(themes)) == 3
    stray = np.array([*np.repeat(themes, 2)[:-1], NOISE])
    assert spread_themes(stray, space)[-1] == themes[-1]


@given(LABELS, st.data())
def test_jaccard_is_that_of_sets(labels: list[int], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.integers(NOISE, 4), min_size=len(labels), max_size=len(labels)))
    topics = max(labels) + 1
    found = best_jaccard(np.array(labels), np.array(again), topics=topics)
    for topic in range(topics):
        own = {place for place, label in enumerate(labels) if label == topic}
        others = [{place for place, label in enumerate(again) if label == other} for other in range(5)]
        expected = max(len(own & other) / len(own | other) if own | other else 0.0 for other in others)
        assert found[topic] == pytest.approx(expected)


def test_facets_come_from_qualifiers_and_from_cue_words_used_twice() -> None:
    rows = [
        article(1, "Stents", mesh=[heading("Stents", "genetics")]),
        article(2, "Quality of life", "Quality of life rose."),
        article(3, "Surgery", ""),
        article(4, "Stents", "Once surgery is named."),
    ]
    articles = table(rows)
    shown = find_facets(articles, read_terms(articles))
    names = [[list(FACETS)[facet] for facet in np.flatnonzero(row)] for row in shown]
    assert names == [["genetics"], ["quality of life"], ["surgery"], []]  # a title's words count twice
    described = {row["facet"]: row["share"] for row in describe_facets(shown[:2])}
    assert described == {"genetics": 0.5, "quality of life": 0.5}


def phrases_of(titles: list[list[str]]) -> list[list[str]]:
    """Return the keyphrases of groups of titles, each group a topic."""
    from scipy.sparse import csr_matrix

    flat = [title for group in titles for title in group]
    articles = table(article(pmid, title) for pmid, title in enumerate(flat))
    book = read_phrases(read_terms(articles), articles)
    groups = np.repeat(np.arange(len(titles)), [len(group) for group in titles])
    members = csr_matrix((np.ones(len(flat), np.float32), (groups, np.arange(len(flat)))))
    return choose_phrases(book, members, number=5)


def test_a_topics_phrases_are_those_others_do_not_use_and_no_part_of_a_phrase_as_common() -> None:
    renal = ["Renal artery stenosis and the kidney", "The kidney in renal artery stenosis", "Renal Artery Stenosis"]
    retina = ["The kidney and macular oedema", "Macular oedema", "Macular oedema of the retina"]
    found = phrases_of([renal, retina])
    assert found[0][0] == "renal artery stenosis"
    assert "artery stenosis" not in found[0]
    assert found[1][0] == "macular oedema"


def test_a_phrase_of_many_words_is_found_where_it_stands() -> None:
    long = "nano-hydroxy-apatite-collagen tissue-engineering-scaffold"
    assert long in phrases_of([[f"A {long}", f"The {long}", f"Of the {long}"], ["Knees", "The knee", "A knee"]])[0]


def test_names_keep_their_capitals_and_words_lose_those_of_titles() -> None:
    found = phrases_of([["Parkinson Disease", "Parkinson disease", "Deep MRI of NT-proBNP", "MRI of NT-proBNP"]])
    assert {"Parkinson disease", "NT-proBNP"} <= set(found[0])


def test_no_two_topics_have_the_same_name() -> None:
    assert name_topics([["stent"], ["stent", "kidney"], ["stents"], []], ["A", "B", "C", "d"]) == [
        "Stent",
        "Stent, kidney",
        "C",
        "D",
    ]


def test_topics_without_phrases_are_told_apart_by_number() -> None:
    assert name_topics([[], [], ["stent"]], ["Editorial", "Editorial", ""]) == ["Editorial", "Editorial (2)", "Stent"]


def test_animals_of_experiments_and_words_too_general_come_last_in_a_name() -> None:
    assert name_topics([["rabbits", "hyaluronic acid", "medicine", "microfracture"]], [""]) == [
        "Hyaluronic acid, microfracture"
    ]
    assert name_topics([["Parkinson disease", "heart"], ["rabbits"]], ["", ""]) == [
        "Parkinson disease, heart",
        "Rabbits",
    ]


def test_a_name_does_not_say_the_same_word_twice_in_two_forms() -> None:
    assert name_topics([["microfracture", "microfractured defect", "talus"]], [""]) == ["Microfracture, talus"]
    assert name_topics([["microfracture", "microfractured defect"]], [""]) == ["Microfracture"]


def test_a_name_does_not_give_a_phrase_and_its_abbreviation() -> None:
    phrases = ["posttraumatic stress disorder", "PTSD", "trauma"]
    assert name_topics([phrases], [""]) == ["Posttraumatic stress disorder, trauma"]
    assert name_topics([phrases[1:] + phrases[:1]], [""]) == ["PTSD, trauma"]
    assert name_topics([["posttraumatic stress disorder", "TPS"]], [""]) == ["Posttraumatic stress disorder, TPS"]


def test_parts_of_phrases_that_stand_in_a_text_are_shown_after_whole_ones() -> None:
    phrases = ["renal artery", "fibromuscular dysplasia of women", "artery", "ultrasound imaging"]
    text = " stent renal artery fibromuscular dysplasia ultrasound "
    assert matched_phrases(["renal artery"], phrases, text) == ["renal artery", "fibromuscular dysplasia"]
    assert matched_phrases([], ["ultrasound imaging"], text) == ["ultrasound"]
    assert matched_phrases([], ["knee"], text) == []


@pytest.mark.parametrize("mirror", [1, -1])
def test_a_map_is_turned_as_it_was_and_not_stretched(mirror: int) -> None:
    random = np.random.default_rng(0)
    former = random.normal(size=(20, 2)) + 3
    angle = 2.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, mirror])
    drawn = 2 * (former @ turn.T) - 7
    former[:3] = np.nan
    turned = turn_map(drawn, former)
    centred = former[3:] - former[3:].mean(axis=0)
    assert np.allclose(turned[3:], 2 * centred)
    assert np.allclose(turn_map(drawn, np.full((20, 2), np.nan)), drawn)


def test_a_second_phrase_does_not_repeat_the_first() -> None:
    assert name_topics([["stem cells", "stem cell therapy", "rabbits"]], [""]) == ["Stem cells, rabbits"]


def test_topics_are_ranked_by_their_relevant_articles_and_say_which_phrases_matched() -> None:
    plain = {"layer": 0, "size": 1, "facets": [], "representatives": [1]}
    topics = TABLES["topics"].rows(
        [
            {"topic_id": "n1", "name": "A", "keyphrases": ["renal artery", "kidney"], **plain},
            {"topic_id": "n2", "name": "B", "keyphrases": ["macular oedema"], **plain},
        ]
    )
    members = [{"pmid": pmid, "topic_id": f"n{pmid}", "strength": 1.0} for pmid in (1, 2)]
    relevance = TABLES["assignments"].rows(members).to_pandas()[["pmid"]].assign(relevance=[0.5, 0.55])
    found = rank_topics(
        "Stents in renal arteries",
        relevance=relevance,
        topics=topics,
        assignments=TABLES["assignments"].rows(members),
    )
    assert found["topic_id"].tolist() == ["n1", "n2"]
    assert found["phrases"].tolist() == [["renal artery"], []]
    assert found["match"].tolist() == [0.6, 0.55]


def test_fifty_articles_speak_for_a_topic_and_one_alone_does_not() -> None:
    topics, members = two_niches(60)
    relevance = members.to_pandas()[["pmid"]].assign(relevance=[1.0] + [0.0] * 59 + [0.5] * 50 + [0.0] * 10)
    found = rank_topics("anything", relevance=relevance, topics=topics, assignments=members)
    assert found["match"].tolist() == [0.5, 0.02]


def test_the_theme_of_the_nearest_articles_decides_between_niches_that_fit_alike() -> None:
    topics, members = two_niches(30, themes=("t1", "t2"))
    spread = [0.41] * 30 + [0.8] * 15 + [0.0] * 15  # the second niche fits a little less, but holds the nearest
    relevance = members.to_pandas().drop_duplicates("pmid")[["pmid"]].assign(relevance=spread)
    found = rank_topics("anything", relevance=relevance, topics=topics, assignments=members).set_index("topic_id")
    share = 15 * 0.8 / (15 * 0.8 + 5 * 0.41)
    assert found["match"].to_dict() == {
        "n1": pytest.approx(0.41 + (1 - share) / 2, abs=1e-6),
        "n2": pytest.approx(0.4 + share / 2, abs=1e-6),
        "t1": pytest.approx(0.41 + (1 - share) / 2, abs=1e-6),
        "t2": pytest.approx(0.4 + share / 2, abs=1e-6),
    }


def two_niches(size: int, *, themes: Sequence[str] = ()) -> tuple[pa.Table, pa.Table]:
    """Make two niches of so many articles each, and their themes."""
    plain = {"size": size, "facets": [], "representatives": [1], "keyphrases": []}
    parents = dict(zip(("n1", "n2"), themes or (None, None), strict=True))
    topics = [
        {"topic_id": name, "name": name, "layer": 0, "parent_id": theme, **plain} for name, theme in parents.items()
    ]
    topics += [{"topic_id": theme, "name": theme, "layer": 1, **plain} for theme in themes]
    members = [
        {"pmid": pmid, "topic_id": topic, "strength": 1.0}
        for pmid in range(2 * size)
        for topic in (f"n{1 + pmid // size}", *themes[pmid // size : pmid // size + 1])
    ]
    return TABLES["topics"].rows(topics), TABLES["assignments"].rows(members)


def test_what_stands_in_titles_says_more_than_what_stands_in_abstracts() -> None:
    from scipy.sparse import csr_matrix

    told = [("Stent fracture", "Balloon rupture."), ("The stent fracture", "A balloon rupture."), ("Knees", "Knees.")]
    articles = table(article(pmid, *text) for pmid, text in enumerate(told))
    book = read_phrases(read_terms(articles), articles)
    [own] = choose_phrases(book, csr_matrix([[1.0, 1.0, 0.0]]), number=2)
    assert own == ["stent fracture", "balloon rupture"]


def test_an_article_speaks_for_a_topic_as_far_as_it_belongs_to_it() -> None:
    topics, members = two_niches(1)
    half = members.to_pandas().assign(strength=[0.5, 1.0])
    relevance = half[["pmid"]].assign(relevance=[1.0, 0.6])
    found = rank_topics("anything", relevance=relevance, topics=topics, assignments=half)
    assert dict(zip(found["topic_id"], found["match"], strict=True)) == {"n1": 0.5, "n2": 0.6}


def test_a_later_keyphrase_adds_less_than_the_first_and_a_part_of_a_word_adds_nothing() -> None:
    topics, members = two_niches(1)
    named = topics.to_pandas().assign(keyphrases=[["kidney", "stent"], ["art", "stent"]])
    relevance = members.to_pandas()[["pmid"]].assign(relevance=0.0)
    found = rank_topics("Stents in heart and kidney", relevance=relevance, topics=named, assignments=members)
    assert dict(zip(found["topic_id"], found["match"], strict=True)) == {"n1": 0.15, "n2": 0.05}
    assert found["phrases"].tolist() == [["kidney", "stent"], ["stent"]]


def test_topics_that_match_alike_come_by_id_and_articles_as_relevant_by_pmid() -> None:
    topics, members = two_niches(15, themes=("t1", "t2"))
    alike = members.to_pandas().drop_duplicates("pmid")[["pmid"]].assign(relevance=0.5)
    found = rank_topics("anything", relevance=alike, topics=topics, assignments=members)
    assert found["topic_id"].tolist() == ["n1", "t1", "n2", "t2"]
    assert found["match"].tolist() == [0.875, 0.875, 0.625, 0.625]  # fifteen of the first twenty, and five


def test_the_longest_part_of_a_phrase_is_shown_and_no_single_word_beside_it() -> None:
    text = " stent in the renal artery "
    assert matched_phrases([], ["stent imaging", "renal artery embolism"], text) == ["renal artery"]


def at(*degrees: float) -> np.ndarray:  # type: ignore[type-arg]
    """Return articles as directions in a plane."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def test_niches_are_united_only_if_each_serves_the_other() -> None:
    one_sided = at(-5, 0, 5, 20, 20, 50)  # two of the second's three serve the first, none of the first's the second
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert unite_niches(labels, one_sided, largest=9).tolist() == labels.tolist()


def test_a_large_niche_and_a_small_one_that_serve_each_other_are_one() -> None:
    labels = np.array([0] * 6 + [1] * 2)
    assert unite_niches(labels, at(-3, -2, -1, 1, 2, 3, 9, 11), largest=9).tolist() == [0] * 8


def test_a_union_grows_no_larger_than_it_may_by_one_niche_after_another() -> None:
    labels = np.repeat([0, 1, 2], 2)
    assert unite_niches(labels, at(*range(6)), largest=4).tolist() == [0, 0, 0, 0, 1, 1]


def test_of_two_possible_unions_the_closer_is_made() -> None:
    labels = np.repeat([0, 1, 2], 2)
    assert unite_niches(labels, at(0, 22, 28, 32, 29, 33), largest=4).tolist() == [0, 0, 1, 1, 1, 1]


def test_the_bar_for_noise_is_that_of_the_members_however_much_noise_there_is() -> None:
    labels = np.array([0, 0, 1, 1, NOISE, NOISE])
    assert admit_noise(labels, at(-6, 6, 84, 96, 35, 180)).tolist() == labels.tolist()


def test_an_article_far_from_both_niches_serves_no_second_one_and_noise_serves_none() -> None:
    around = (-0.2, -0.1, 0, 0.1, 0.2) * 6
    members = [*([1, turn, 0] for turn in around), *([turn, 1, 0] for turn in around)]
    space = unit(np.array([*members, [0.3, 0.33, 0.9], [1, 0, 0]]))
    labels = np.array([0] * 30 + [1] * 30 + [0, NOISE])
    assert find_second(labels, space)[0].tolist() == [NOISE] * 62


def test_what_all_niches_share_joins_none_into_a_theme() -> None:
    """Four niches of two subjects; one of each says more of what the whole corpus is about."""
    space = unit(np.array([[3, 1, 0], [0.8, 1, 0], [3, 0, 1], [0.8, 0, 1]], np.float32))
    themes = join_niches(np.arange(4), space)
    assert themes[0] == themes[1] != themes[2] == themes[3]


def test_a_name_has_six_words_at_most() -> None:
    phrases = ["renal artery stenosis", "percutaneous stent placement"]
    assert name_topics([phrases], [""]) == ["Renal artery stenosis, percutaneous stent placement"]
    assert name_topics([[phrases[0], f"{phrases[1]} today"]], [""]) == ["Renal artery stenosis"]


def test_a_word_in_capitals_that_begins_otherwise_abbreviates_nothing() -> None:
    assert name_topics([["coronary artery stenosis", "RAS"]], [""]) == ["Coronary artery stenosis, RAS"]
