from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix, vstack

from expertmine.answers.topics import relevance
from expertmine.config import Config, EmbedSettings
from expertmine.corpus import Corpus
from expertmine.embed import embed_articles, encodings, load_encoder, lsa, stage, static
from expertmine.embed.encodings import begin_encoding
from expertmine.embed.lsa import REST, fit_terms
from expertmine.errors import ModelError, StageError
from expertmine.pipeline import put, run
from expertmine.tables import TABLES
from expertmine.text import counts, directions, read_terms, score_relevance
from expertmine.text import terms as terms_stage
from expertmine.text.directions import lead_directions
from expertmine.text.vectors import as_matrix, join, unit
from expertmine.topics import clusters, find_topics
from tests.text.articles import article, heading, invented, table


def embedded(articles: pa.Table, **more: object) -> tuple[pa.Table, pa.Table]:
    return embed_articles(read_terms(articles), articles, settings=EmbedSettings(**more))[:2]  # type: ignore[arg-type]


def test_articles_of_one_subject_lie_together() -> None:
    articles, truth = invented(80)
    vectors, _ = embedded(articles)
    space = as_matrix(vectors["vector"])
    subjects = [truth[pmid] for pmid in vectors["pmid"].to_pylist()]
    nearest = (space @ space.T - 2 * np.eye(80)).argmax(axis=1)
    assert sum(subjects[place] == subject for place, subject in zip(nearest, subjects, strict=True)) >= 78


def test_vectors_have_unit_length_and_wordless_articles_are_zero() -> None:
    rows = [*invented(20)[0].to_pylist(), article(5)]
    vectors, lexicon = embedded(table(rows), dimensions=8, remainder=5)
    assert vectors.schema.field("vector").type == pa.list_(pa.float16(), 8 + 5 + 256)
    length = np.linalg.norm(as_matrix(vectors["vector"]), axis=1)
    assert vectors["pmid"][0].as_py() == 5
    assert length[0] == 0
    np.testing.assert_allclose(length[1:], 1, atol=2e-3)
    assert as_matrix(lexicon["vector"]).shape == (lexicon.num_rows, 8 + 5)


def test_the_lexicon_places_an_articles_own_words_where_the_article_lies() -> None:
    articles, _ = invented(40)
    terms = read_terms(articles)
    vectors, lexicon, _ = embed_articles(terms, articles, settings=EmbedSettings(model="lsa"))
    place = dict(zip(lexicon["term"].to_pylist(), range(lexicon.num_rows), strict=True))
    tokens = terms["tokens"][7].as_py()
    used = [*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))]
    idf, places = np.asarray(lexicon["idf"]), as_matrix(lexicon["vector"])
    folded = sum(
        (1 + np.log(used.count(term))) * idf[place[term]] * places[place[term]] for term in set(used) & set(place)
    )
    own = as_matrix(vectors["vector"])[7]
    assert own @ folded / np.linalg.norm(folded) > 0.999


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_very_small_corpora_are_embedded(number: int) -> None:
    vectors, _ = embedded(invented(number)[0])
    assert vectors.num_rows == number
    assert np.isfinite(as_matrix(vectors["vector"])).all()


def test_articles_without_any_word_are_embedded_as_zeros() -> None:
    vectors, lexicon = embedded(table([article(1), article(2)]))
    assert lexicon.num_rows == 0
    assert not as_matrix(vectors["vector"]).any()


def test_identical_abstracts_have_the_very_same_vector() -> None:
    rows = [article(pmid, "Renal stent", "A stent in the renal artery.") for pmid in range(12)]
    space = as_matrix(embedded(table(rows))[0]["vector"])
    assert len(np.unique(space, axis=0)) == 1


def test_a_few_texts_printed_often_have_as_many_vectors_as_texts() -> None:
    texts = [f"The {word} of the artery and the {word} stent." for word in ("renal", "carotid", "iliac")]
    rows = [article(pmid, "", texts[pmid % 3]) for pmid in range(400)]
    space = as_matrix(embedded(table(rows))[0]["vector"])
    assert len(np.unique(space, axis=0)) == 3


def test_leading_directions_are_those_of_an_exact_decomposition() -> None:
    random = np.random.default_rng(0)
    weights = csr_matrix(random.random((300, 90)) * (random.random((300, 90)) < 0.2))
    places, _ = fit_terms(weights, sample=np.arange(300), dimensions=10, remainder=0)
    _, singular, exact = np.linalg.svd(weights.toarray())
    led = exact[:3].T * (singular[:3] / singular[0]) ** 0.25
    np.testing.assert_allclose(np.abs(np.sum(places[:, :3] * led, axis=0)), np.sum(led**2, axis=0), rtol=0.02)


def test_words_outside_the_sample_are_placed_by_the_articles_they_stand_in() -> None:
    weights = csr_matrix(np.repeat(np.array([[1.0, 0, 1, 0], [0, 1, 0, 1]]), 20, axis=0))
    weights[:, 2:] = weights[:, 2:].multiply(np.tile([0, 0, 0, 1], 10)[:, None])
    places, _ = fit_terms(weights.tocsr(), sample=np.flatnonzero(np.arange(40) % 4 < 3), dimensions=2, remainder=0)
    alike = places @ places.T
    assert alike[2, 0] > abs(alike[2, 1]) + 0.01
    assert alike[3, 1] > abs(alike[3, 0]) + 0.01


def test_words_lie_where_they_would_if_the_sample_were_all() -> None:
    random = np.random.default_rng(0)
    half = csr_matrix(random.random((60, 40)) * (random.random((60, 40)) < 0.3))
    alone, _ = fit_terms(half, sample=np.arange(60), dimensions=8, remainder=0)
    folded, _ = fit_terms(vstack([half, half]).tocsr(), sample=np.arange(60), dimensions=8, remainder=0)
    np.testing.assert_allclose(folded, alone, atol=2e-3)


def test_a_direction_points_to_where_its_strongest_word_lies() -> None:
    random = np.random.default_rng(0)
    places, _ = fit_terms(csr_matrix(random.standard_normal((50, 30))), sample=np.arange(50), dimensions=9, remainder=0)
    assert (places[np.abs(places).argmax(axis=0), np.arange(9)] > 0).all()


def test_directions_that_are_rounding_errors_are_none() -> None:
    random = np.random.default_rng(0)
    flat = csr_matrix(random.random((50, 2)) @ random.random((2, 30)))
    places, _ = fit_terms(flat, sample=np.arange(50), dimensions=6, remainder=0)
    assert places.shape == (30, 2)


def test_the_cosine_of_two_vectors_is_the_mean_of_both_parts_words_counting_half_as_much_again() -> None:
    random = np.random.default_rng(0)
    said, meant = random.random((2, 2, 5)), random.random((2, 2, 3))
    of_words, of_meaning = (unit(part[0]) @ unit(part[1]).T for part in (said, meant))
    found = join(said[0], meant[0]) @ join(said[1], meant[1]).T
    np.testing.assert_allclose(found, (1.5 * of_words + of_meaning) / 2.5, atol=1e-3)


@pytest.mark.parametrize("sampled", [300, 200])
def test_the_remainder_keeps_the_products_of_what_the_directions_leave(sampled: int) -> None:
    random = np.random.default_rng(0)
    weights = csr_matrix(random.random((300, 90)) * (random.random((300, 90)) < 0.2))
    _, own = fit_terms(weights, sample=np.arange(sampled), dimensions=10, remainder=3000)
    dense = weights.toarray()
    directions = np.linalg.svd(dense[:sampled])[2][:10]
    left = dense - dense @ directions.T @ directions
    kept = weights @ own / REST
    np.testing.assert_allclose(kept @ kept.T, left @ left.T, atol=0.15 * (left**2).sum(axis=1).mean())


def test_the_remainder_of_what_the_directions_hold_whole_is_nothing() -> None:
    weights = csr_matrix(np.random.default_rng(0).random((30, 90)))
    _, own = fit_terms(weights, sample=np.arange(30), dimensions=30, remainder=40)
    assert own.any()
    np.testing.assert_allclose(weights @ own, 0, atol=5e-3)


def test_texts_that_differ_in_rare_words_only_are_told_apart_by_the_remainder() -> None:
    words = [f"{a}{b}{c}ine" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
    texts = [f"Renal artery stent with {word} and {other}." for word, other in pairwise([*words, *words[:31]] * 2)]
    articles = table([article(pmid, "", text) for pmid, text in enumerate(texts, start=1)])

    def likeness(remainder: int) -> float:
        space = as_matrix(embedded(articles, model="lsa", dimensions=12, remainder=remainder)[0]["vector"])
        return float(np.median(space @ space.T))

    assert likeness(200) < likeness(0) - 0.1


def test_topics_see_nothing_of_the_remainder() -> None:
    articles, _ = invented(300)
    with_it, without = (embedded(articles, dimensions=20, remainder=width)[0] for width in (64, 0))
    assert with_it["lead"].equals(without["lead"])
    np.testing.assert_array_equal(as_matrix(without["lead"]), lead_directions(as_matrix(without["vector"])))


def test_title_and_headings_count_twice_in_the_shipped_encoders_sum() -> None:
    title, abstract, descriptor = "renal artery stenosis", "patients were randomised to tablets", "Stents"
    rows = table([article(1, title, abstract, mesh=[heading(descriptor)])])
    settings = EmbedSettings()
    found, _ = begin_encoding(rows, settings=settings, kept=TABLES["encodings"].empty())()
    encoder = load_encoder(settings.model)
    assert encoder is not None
    np.testing.assert_array_equal(found, encoder.encode([f"{title} {descriptor} {abstract} {title} {descriptor}"]))
    assert not np.array_equal(found, encoder.encode([f"{title} {abstract} {descriptor}"]))


def test_terms_of_other_articles_are_refused() -> None:
    articles, _ = invented(4)
    with pytest.raises(StageError, match="not of the same articles"):
        embed_articles(read_terms(articles[:2]), articles[2:])


def test_how_many_are_worked_on_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    articles, _ = invented(90)
    settings = EmbedSettings(dimensions=16, remainder=16)

    def found() -> list[pa.Table]:
        terms = read_terms(articles)
        made = embed_articles(terms, articles, settings=settings)
        return [terms, *made, *find_topics(articles, made[0], terms=terms)]

    at_once = found()
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    for module in (counts, terms_stage, directions, encodings, clusters):
        monkeypatch.setattr(module, "_AT_ONCE", 7)
    monkeypatch.setattr(stage, "_PLACED", 7)
    monkeypatch.setattr(lsa, "_COLUMNS", 5)
    monkeypatch.setattr(static, "_AT_ONCE", 7)
    static.load_static().known.clear()
    for one, other in zip(at_once, found(), strict=True):
        assert one.equals(other)


def test_the_order_of_rows_changes_nothing() -> None:
    articles, _ = invented(30)
    backwards = articles.take(pa.array(range(30)[::-1]))
    for left, right in zip(embedded(articles), embedded(backwards), strict=True):
        assert left.equals(right)


def test_a_folder_without_a_model_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot load the model .*set \[embed\] model = \"static\""):
        load_encoder(str(tmp_path))


def test_an_unknown_model_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="cannot load the model 'nobody/nothing-of-this-name'") as caught:
        load_encoder("nobody/nothing-of-this-name")
    assert f"a relative one is looked for in '{Path.cwd()}'" in str(caught.value)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return train(tmp_path_factory.mktemp("model") / "tiny")


def train(path: Path, *, seed: int = 0) -> str:
    """Save a sentence-transformers model of a few hundred random token vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    from tests.text.articles import SUBJECTS

    words = ["[UNK]", *sorted({word for line in SUBJECTS.values() for word in line.split()})]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(seed).normal(size=(len(words), 16)).astype(np.float32)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(path))
    return str(path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_sentence_transformers_model_by_path_takes_the_place_of_the_shipped_one(tiny_model: str) -> None:
    articles, truth = invented(40)
    rows = table([*articles.to_pylist(), article(3)])
    terms = read_terms(rows)
    settings = EmbedSettings(model=tiny_model, batch_size=7, dimensions=9)
    vectors, lexicon, _ = embed_articles(terms, rows, settings=settings)
    space = as_matrix(vectors["vector"])
    assert space.shape == (41, 9 + 384 + 16)
    assert not space[0].any()
    encoder = load_encoder(tiny_model)
    tables = {"terms": terms, "lexicon": lexicon, "vectors": vectors}
    found = score_relevance("retina macular vitrectomy", **tables, encoder=encoder).to_pandas()
    assert {truth[pmid] for pmid in found.nlargest(8, "relevance")["pmid"]} == {"retina"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_model_reads_texts_of_a_length_together_with_all_its_threads(
    tiny_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    asked: list[list[int]] = []
    threads: set[int] = set()
    encode = SentenceTransformer.encode

    def watched(model: SentenceTransformer, texts: list[str]) -> object:
        asked.append([len(text) for text in texts])
        threads.add(torch.get_num_threads())
        return encode(model, texts)

    monkeypatch.setattr(SentenceTransformer, "encode", watched)
    articles, _ = invented(40)
    before = torch.get_num_threads()
    embed_articles(read_terms(articles), articles, settings=EmbedSettings(model=tiny_model, batch_size=7))
    lengths = [length for batch in asked for length in batch]
    assert lengths == sorted(lengths, reverse=True)
    assert [len(batch) for batch in asked[:-1]] == [7] * (len(asked) - 1)
    assert threads == {before}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_models_word_on_a_text_is_kept_and_it_is_asked_about_new_ones_only(tiny_model: str, tmp_path: Path) -> None:
    articles, _ = invented(40)
    settings = EmbedSettings(model=tiny_model, dimensions=9)
    *_, first = embed_articles(read_terms(articles[:30]), articles[:30], settings=settings)
    assert first.num_rows == len(set(articles[:30]["abstract"].to_pylist()))
    terms = read_terms(articles)
    at_once = embed_articles(terms, articles, settings=settings)
    assert embed_articles(terms, articles, settings=settings, former={"encodings": first}) == at_once
    turned = first.set_column(1, "vector", first["vector"].take(list(range(first.num_rows))[::-1]))
    vectors, _, kept = embed_articles(terms, articles, settings=settings, former={"encodings": turned})
    assert vectors != at_once[0]  # what is known of a text is believed
    assert kept.num_rows == at_once[2].num_rows > first.num_rows
    another = tmp_path / "model"
    shutil.copytree(tiny_model, another)
    settings = EmbedSettings(model=str(another), dimensions=9)
    assert embed_articles(terms, articles, settings=settings)[2] == at_once[2], "the same model in another place"
    (another / "trained_again").touch()
    *_, anew = embed_articles(terms, articles, settings=settings, former={"encodings": turned})
    assert set(anew["digest"].to_pylist()).isdisjoint(turned["digest"].to_pylist())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_model_trained_anew_in_its_folder_places_no_question_until_it_has_placed_the_articles(tmp_path: Path) -> None:
    model, articles = tmp_path / "model", invented(40)[0]
    config = Config(embed=EmbedSettings(model=train(model), dimensions=9))
    for corpus in (old := Corpus(tmp_path / "old"), new := Corpus(tmp_path / "new")):
        put(corpus, "articles", articles)
    first = run(old, config, until="embed")
    assert run(old, until="embed") == first
    assert relevance(old, "retina macular vitrectomy")["relevance"].max() > 0
    train(model, seed=1)
    with pytest.raises(ModelError, match="is no longer the one that placed the articles; `expertmine run"):
        relevance(old, "retina macular vitrectomy")
    assert run(old, until="embed") != first
    run(new, config, until="embed")
    assert old.manifest == new.manifest
    assert relevance(old, "retina").equals(relevance(new, "retina"))


def test_the_empty_corpus_has_empty_tables() -> None:
    vectors, lexicon = embedded(TABLES["articles"].empty())
    assert (vectors.num_rows, lexicon.num_rows) == (0, 0)
