from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from expertmine.config import EmbedSettings, TopicSettings
from expertmine.embed import embed_articles
from expertmine.errors import StageError
from expertmine.evaluate.topics import evaluate_topics
from expertmine.tables import TABLES
from expertmine.text import read_terms
from expertmine.text.vectors import unit
from expertmine.topics import find_topics, manifold
from tests.conftest import ROOT
from tests.elsewhere import ELSEWHERE
from tests.text.articles import article, invented, table

RUN = "from tests.topics.test_stage import by_the_grid, symmetrical; print(symmetrical(), by_the_grid())"
Found = tuple[pa.Table, pa.Table, pa.Table, pa.Table]


def found_in(articles: pa.Table, **more: object) -> Found:
    terms = read_terms(articles)
    vectors, *_ = embed_articles(terms, articles)
    return find_topics(articles, vectors, terms=terms, settings=TopicSettings(**more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def four() -> Found:
    """Topics of 160 invented articles about four subjects."""
    return found_in(invented(160)[0])


def test_topics_are_found_in_the_leading_directions_whether_given_or_not() -> None:
    articles, _ = invented(300)
    terms = read_terms(articles)
    wide, narrow = (embed_articles(terms, articles, settings=EmbedSettings(remainder=width))[0] for width in (384, 0))
    found = find_topics(articles, wide, terms=terms)
    assert not wide["vector"].equals(narrow["vector"])
    assert find_topics(articles, narrow.drop_columns("lead"), terms=terms) == found


def test_subjects_become_niches(four: Found) -> None:
    niches = evaluate_topics(four[0], four[1], labels=invented(160)[1]).to_dict("records")[0]
    assert niches["layer"] == 0
    assert niches["purity"] >= 0.97
    assert niches["coverage"] >= 0.85
    assert niches["topics"] >= 4


def test_each_niche_has_one_theme_and_all_themes_have_the_area(four: Found) -> None:
    topics = four[0].to_pandas().set_index("topic_id")
    themes = set(topics.index[topics["layer"] == 1])
    niches = topics[topics["layer"] == 0]
    assert len(niches)
    assert set(niches["parent_id"]) == themes
    assert (topics.loc[list(themes), "parent_id"] == "area").all()
    assert topics.index[topics["parent_id"].isna()].tolist() == ["area"]


def test_an_article_in_a_niche_is_in_the_niches_theme(four: Found) -> None:
    topics = four[0].to_pandas().set_index("topic_id")
    members = four[1].to_pandas().join(topics[["layer", "parent_id"]], on="topic_id")
    theme = members[members["layer"] == 1].set_index("pmid")["topic_id"]
    niches = members[members["layer"] == 0].sort_values("strength", ascending=False).drop_duplicates("pmid")
    assert (niches["parent_id"].to_numpy() == theme.loc[niches["pmid"]].to_numpy()).all()


def own_topics(found: Found) -> pd.DataFrame:
    """Return the assignments without those to second niches."""
    members = found[1].to_pandas().merge(found[0].to_pandas()[["topic_id", "layer"]], on="topic_id")
    members = members.sort_values(["strength", "topic_id"], ascending=[False, True])
    own: pd.DataFrame = members.drop_duplicates(["pmid", "layer"])
    return own


def test_an_article_serves_a_second_niche_only_less_than_its_own(four: Found) -> None:
    niches = four[1].to_pandas().query("topic_id.str.startswith('n')")
    assert not niches.duplicated(["pmid", "strength"]).any()
    assert niches.groupby("pmid").size().max() <= 2


def test_sizes_ids_and_representatives_agree_with_the_assignments(four: Found) -> None:
    members = own_topics(four)
    for topic in four[0].to_pylist():
        own = members[members["topic_id"] == topic["topic_id"]]
        best = own.sort_values(["strength", "pmid"], ascending=[False, True])["pmid"].tolist()
        assert topic["size"] == len(own)
        if topic["layer"] < 2:
            assert topic["representatives"] == best[:5]
            assert topic["topic_id"] == f"{'nt'[topic['layer']]}{best[0]}"


def test_strengths_and_stabilities_are_shares(four: Found) -> None:
    strength = four[1]["strength"].to_numpy()
    assert ((strength > 0) & (strength <= 1)).all()
    stability = four[0]["stability"].drop_null().to_numpy()
    assert four[0]["stability"].null_count == 1  # the area cannot be lost
    assert ((stability >= 0) & (stability <= 1)).all()
    assert stability.max() > 0.8


def test_names_are_the_subjects_own_words_and_differ(four: Found) -> None:
    niches = four[0].to_pandas().query("layer == 0")
    assert niches["name"].is_unique
    assert niches["name"].str.len().between(3, 80).all()
    assert niches["keyphrases"].map(len).between(1, 10).all()


def test_the_order_of_rows_changes_nothing(four: Found) -> None:
    articles = invented(160)[0]
    shuffled = articles.take(pa.array([(7 * place) % 160 for place in range(160)]))
    for left, right in zip(four, found_in(shuffled), strict=True):
        assert left.equals(right)


def symmetrical() -> str:
    """Hash what is made of articles each of which is as far from all others: any direction is as good as any other."""
    letters = "bcdfghklmnprstvwxz"
    own = [" ".join(f"{letter}{vowels}tin" for vowels in ("ala", "ebo", "iru", "omi")) for letter in letters]
    articles = table([article(pmid, f"Renal artery {words}", words) for pmid, words in enumerate(own, 1)])
    terms = read_terms(articles)
    vectors, lexicon, _ = embed_articles(terms, articles)
    made = (vectors, lexicon, *find_topics(articles, vectors, terms=terms))
    return hashlib.sha256(repr([each.to_pydict() for each in made]).encode()).hexdigest()


def by_the_grid() -> str:
    """Hash the beginning of a map drawn as those of large corpora are."""
    space = unit(np.random.default_rng(0).normal(size=(60, 8)))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("SMALL", 0), ("_EARLY", 20), ("_LATE", 20)):
            patch.setattr(manifold, name, value)
        return hashlib.sha256(manifold.draw_map(space, perplexity=5.0).tobytes()).hexdigest()


def test_what_chance_could_decide_is_decided_alike_on_another_machine() -> None:
    command = [sys.executable, "-c", RUN]
    there = subprocess.run(command, env={**os.environ, **ELSEWHERE}, capture_output=True, check=True, cwd=ROOT)
    assert there.stdout.decode().split() == [symmetrical(), by_the_grid()]


@pytest.mark.parametrize("number", [0, 1, 5, 40])
def test_small_corpora_are_drawn_and_have_topics_only_if_large_enough(number: int) -> None:
    topics, members, layout, _ = found_in(invented(number)[0])
    assert layout.num_rows == number
    assert np.isfinite(layout["x"].to_numpy()).all()
    layers = set(topics["layer"].to_pylist())
    assert layers == ({0, 1, 2} if number >= TopicSettings().min_size else {2} if number else set())
    assert members["topic_id"].to_pylist().count("area") == number


def test_articles_without_words_are_in_the_area_only_and_not_on_the_map() -> None:
    rows = [*invented(40)[0].to_pylist(), article(1), article(2)]
    topics, members, layout, _ = found_in(table(rows))
    assert members.slice(0, 2)["topic_id"].to_pylist() == ["area", "area"]
    assert members["pmid"].to_pylist().count(1) == members["pmid"].to_pylist().count(2) == 1
    assert {row["size"] for row in topics.to_pylist() if row["topic_id"] == "area"} == {42}
    assert not {1, 2} & set(layout["pmid"].to_pylist())


@pytest.mark.parametrize(("model", "placed"), [("static", True), ("lsa", False)])
def test_an_article_of_whose_words_only_the_encoder_knows_one_is_placed_by_it(model: str, *, placed: bool) -> None:
    articles = table([*invented(40)[0].to_pylist(), article(1, "Editorial comment.")])
    terms = read_terms(articles)
    vectors, lexicon, _ = embed_articles(terms, articles, settings=EmbedSettings(model=model))
    assert not {"editorial", "comment"} & set(lexicon["term"].to_pylist())
    _, members, layout, _ = find_topics(articles, vectors, terms=terms)
    assert (1 in layout["pmid"].to_pylist()) is placed
    assert (members["pmid"].to_pylist().count(1) > 1) is placed


def test_a_text_printed_many_times_is_one_text() -> None:
    copies = [article(pmid, "Renal stent", "A stent in the renal artery.") for pmid in range(1, 31)]
    topics, _, layout, _ = found_in(table(copies))
    assert topics["topic_id"].to_pylist() == ["area"]
    assert layout.num_rows == 30
    _, mixed, place, _ = found_in(table([*invented(80)[0].to_pylist(), *copies]))
    drawn = place.to_pandas().set_index("pmid")
    assert len(drawn.loc[1:30].drop_duplicates()) == 1
    own = mixed.to_pandas().query("pmid <= 30 and topic_id != 'area'")
    assert own.groupby("topic_id").size().isin([30]).all()


def test_vectors_of_other_articles_are_refused() -> None:
    articles, _ = invented(20)
    terms = read_terms(articles)
    vectors, *_ = embed_articles(terms, articles)
    with pytest.raises(StageError, match="5 articles have vectors and no row"):
        find_topics(articles.slice(5), vectors, terms=terms)


def test_the_empty_corpus_has_empty_tables() -> None:
    for name, made in zip(
        ("topics", "assignments", "layout", "lineage"), found_in(TABLES["articles"].empty()), strict=True
    ):
        assert made.schema.equals(TABLES[name].schema)
        assert made.num_rows == 0
