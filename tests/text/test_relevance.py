from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from expertmine.config import EmbedSettings
from expertmine.embed import embed_articles, load_encoder
from expertmine.errors import ConfigError, DataError, StageError
from expertmine.tables import TABLES
from expertmine.text import read_terms, score_relevance
from tests.text.articles import article, heading, invented, table


def placed(articles: pa.Table, *, model: str = "lsa") -> dict[str, pa.Table]:
    terms = read_terms(articles)
    vectors, lexicon, _ = embed_articles(terms, articles, settings=EmbedSettings(model=model))
    return {"terms": terms, "lexicon": lexicon, "vectors": vectors}


def test_articles_of_the_subject_come_first_and_all_have_a_relevance() -> None:
    articles, truth = invented(60)
    found = score_relevance("stenting of the renal artery", **placed(articles)).to_pandas()
    assert found["pmid"].tolist() == sorted(truth)
    assert found["relevance"].between(0, 1).all()
    first = found.nlargest(15, "relevance")["pmid"].map(truth)
    assert (first == "renal").all()


def test_title_only_articles_are_found_by_their_headings() -> None:
    rows = [article(pmid, "A report", mesh=[heading("Cystic Fibrosis" if pmid < 4 else "Asthma")]) for pmid in range(9)]
    found = score_relevance("cystic fibrosis", **placed(table(rows))).to_pandas().set_index("pmid")["relevance"]
    assert found.loc[:3].min() > found.loc[4:].max()


def test_the_order_of_rows_changes_nothing() -> None:
    articles, _ = invented(20)
    tables = placed(articles)
    backwards = {name: given.take(pa.array(range(given.num_rows)[::-1])) for name, given in tables.items()}
    assert score_relevance("knee pain", **tables).equals(score_relevance("knee pain", **backwards))


def test_fewer_articles_than_none_are_refused() -> None:
    tables = {name: TABLES[name].empty() for name in ("terms", "lexicon", "vectors")}
    with pytest.raises(ConfigError, match="feedback is -1"):
        score_relevance("stent", **tables, feedback=-1)
    with pytest.raises(ConfigError, match="neighbours is -1"):
        score_relevance("stent", **tables, neighbours=-1)


def test_words_that_no_article_uses_are_an_error_that_says_so() -> None:
    with pytest.raises(DataError, match="no word of 'quasar' occurs"):
        score_relevance("quasar", **placed(invented(20)[0]))


def test_a_pasted_text_without_a_known_word_is_not_pasted_into_the_error() -> None:
    with pytest.raises(DataError, match=r"no word of '(quasar ){10,12}…' occurs"):
        score_relevance("quasar " * 5_000, **placed(invented(20)[0]))


def test_vectors_of_a_model_need_the_model() -> None:
    tables = placed(invented(8)[0], model="static")
    with pytest.raises(StageError, match="give the encoder that made the vectors"):
        score_relevance("renal stent", **tables)


def test_the_shipped_encoder_finds_what_is_meant_beside_what_is_said() -> None:
    others = ["Cataract extraction", "Childhood asthma", "Hip fractures", "Wheat rust", "Migraine", "Measles", "Gout"]
    titles = ["Renal graft rejection", "Kidney stones", *others]
    rows = [article(place, title) for place, title in enumerate(titles, start=1)]
    tables = placed(table(rows), model="static")
    found = score_relevance("outcome of kidney transplantation", **tables, encoder=load_encoder("static")).to_pandas()
    assert found.nlargest(2, "relevance")["pmid"].sort_values().tolist() == [1, 2]


def test_an_encoder_places_the_query_when_one_is_given() -> None:
    articles, truth = invented(24)
    tables = placed(articles)
    toward = tables["vectors"]["vector"][3].as_py()

    class Pointing:
        def encode(self, texts: list[str], /) -> np.ndarray:  # type: ignore[type-arg]
            return np.array([toward for _ in texts])

    lexicon = tables["lexicon"]
    tables["lexicon"] = lexicon.set_column(2, "vector", pa.array([[]] * lexicon.num_rows, pa.list_(pa.float16())))
    found = score_relevance("unheard-of words", **tables, encoder=Pointing()).to_pandas()
    assert truth[found.nlargest(1, "relevance")["pmid"].iloc[0]] == "retina"


def test_articles_found_bring_others_that_say_the_same_in_words_nobody_asked_for() -> None:
    said = "Ostrava sign in ureteric colic"
    rows = [article(pmid, said, "The Ostrava sign is a brisk patellar jerk.") for pmid in range(1, 6)]
    rows += [article(pmid, "Brisk patellar jerk as a sign", "Patellar jerk, brisk.") for pmid in range(6, 9)]
    rows += [article(pmid, f"Wheat rust {pmid}", "Spores on leaves of grain.") for pmid in range(9, 40)]
    tables = placed(table(rows))

    def related(feedback: int) -> float:
        found = score_relevance("Ostrava colic", **tables, feedback=feedback).to_pandas().set_index("pmid")
        return float(found["relevance"].loc[6:8].min())

    assert related(10) > related(0) + 0.05


def test_an_article_has_a_part_of_its_relevance_from_its_neighbours() -> None:
    articles, truth = invented(60)
    tables = placed(articles)
    question = "stenting of the renal artery"
    alone = score_relevance(question, **tables, feedback=0, neighbours=0).to_pandas().set_index("pmid")["relevance"]
    lent = score_relevance(question, **tables, feedback=0, neighbours=5).to_pandas().set_index("pmid")["relevance"]
    renal = [pmid for pmid, subject in truth.items() if subject == "renal"]
    others = [pmid for pmid, subject in truth.items() if subject != "renal"]
    assert lent.max() == 1
    assert lent[renal].std() / lent[renal].mean() < alone[renal].std() / alone[renal].mean()
    assert lent[others].max() < lent[renal].min()


def test_no_article_is_its_own_neighbour() -> None:
    tables = placed(invented(30)[0])
    alone = score_relevance("stenting of the renal artery", **tables, neighbours=0)
    assert not score_relevance("stenting of the renal artery", **tables, neighbours=1).equals(alone)


def test_an_article_without_words_is_lent_nothing() -> None:
    rows = [article(1, ""), *(article(pmid, f"Renal stents in trial {pmid}") for pmid in range(2, 9))]
    found = score_relevance("renal stents", **placed(table(rows))).to_pandas().set_index("pmid")["relevance"]
    assert found[1] == 0
    assert found.max() == 1


def test_only_the_most_relevant_articles_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expertmine.text.relevance._COMPARED", 3)
    articles, _ = invented(40)
    tables = placed(articles)
    alone = score_relevance("stenting of the renal artery", **tables, neighbours=0).to_pandas()
    lent = score_relevance("stenting of the renal artery", **tables, neighbours=2).to_pandas()
    beyond = alone["relevance"].rank(method="first", ascending=False) > 3
    ratio = (lent["relevance"] / alone["relevance"])[beyond & (alone["relevance"] > 0)]
    assert ratio.max() - ratio.min() < 1e-3  # all less by one and the same factor


def test_an_article_keeps_three_fifths_of_its_relevance_and_has_the_rest_from_as_many_neighbours_as_asked() -> None:
    tables = placed(invented(30)[0])
    question = "stenting of the renal artery"
    alone, lent = (
        np.array(score_relevance(question, **tables, feedback=0, neighbours=number)["relevance"]) for number in (0, 3)
    )
    space = np.array(tables["vectors"].sort_by("pmid")["vector"].to_pylist(), float)
    space /= np.linalg.norm(space, axis=1, keepdims=True)
    alike = space @ space.T - 9 * np.eye(len(space))
    nearest = np.argsort(-alike, axis=1)[:, :3]
    expected = 0.6 * alone + 0.4 * alone[nearest].mean(axis=1)
    assert lent == pytest.approx(expected / expected.max(), abs=1e-3)


def test_half_of_the_relevance_is_that_to_as_many_of_the_first_articles_as_asked() -> None:
    """With one, that is asking once more in its own words."""
    titles = [
        "renal artery stent",
        "renal artery stents in trial",
        "renal stent kidney",
        "kidney perfusion",
        "knee graft",
    ]
    titles += ["knee cartilage", "macular oedema", "sleep apnoea", "renal perfusion", "artery graft"]
    tables = placed(table(article(pmid, title) for pmid, title in enumerate(titles)))

    def asked(question: str, feedback: int) -> np.ndarray:  # type: ignore[type-arg]
        return np.array(score_relevance(question, **tables, feedback=feedback, neighbours=0)["relevance"])

    first, again = asked("renal artery", 0), asked("renal artery", 1)
    expected = first / 2 + asked(titles[int(first.argmax())], 0) / 2
    assert again == pytest.approx(expected / expected.max(), abs=0.05)
