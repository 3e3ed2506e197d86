from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.config import TermSettings
from expertmine.errors import DataError, TableError
from expertmine.tables import TABLES
from expertmine.text import read_terms, read_text
from tests.text.articles import article, heading, invented, table

ACI = article(
    1,
    "ACI of the knee",
    "BACKGROUND: Autologous chondrocyte implantation (ACI) heals.\nRESULTS: After ACI, pain fell. MSCs were not used.",
)


def one(row: dict[str, object], **more: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_terms(table([row]), settings=TermSettings(**more)).to_pylist()[0]  # type: ignore[arg-type]
    return found


def test_an_abbreviation_is_read_as_its_long_form_and_kept_where_it_is_defined() -> None:
    tokens = one(ACI)["tokens"]
    assert tokens[:4] == ["autologous", "chondrocyte", "implantation", "knee"]
    assert tokens.count("aci") == 1
    assert tokens.count("chondrocyte") == 4  # the title twice, the definition, the second use


def test_abbreviations_stay_when_they_are_not_to_be_expanded() -> None:
    tokens = one(ACI, abbreviations=False)["tokens"]
    assert tokens.count("aci") == 4
    assert tokens.count("chondrocyte") == 1


def test_the_plural_of_an_abbreviation_is_expanded_too() -> None:
    row = article(1, "", "Mesenchymal stem cells (MSCs) were seeded. An MSC sheet was made. MSCs grew.")
    tokens = one(row)["tokens"]
    assert tokens.count("stem") == 3
    assert "msc" in tokens and tokens.count("msc") == 1


def test_labels_and_registry_numbers_are_in_neither_tokens_nor_phrases() -> None:
    row = article(1, "Stents", "BACKGROUND: Stents.\nMETHODS: Trial NCT01234567.\nCONCLUSIONS: Good stents.")
    found = one(row)
    assert set(found["tokens"]) <= {"stent", "trial", "good"}
    assert found["phrases"] == ["stents"]


def test_phrases_end_at_stop_words_and_punctuation_and_keep_their_last_words() -> None:
    row = article(1, "", "Third stage renal artery in-stent restenosis rates, carotid stenting and the bowel.")
    phrases = one(row)["phrases"]
    assert "carotid stenting" in phrases
    assert "bowel" in phrases
    assert max(len(phrase.split()) for phrase in phrases) <= 4


def test_headings_and_keywords_are_phrases_the_right_way_round_major_ones_only_if_marked() -> None:
    mesh = [heading("Diabetes Mellitus, Type 2", major=True), heading("Humans"), heading("Insulin")]
    phrases = one(article(1, mesh=mesh, keywords=["stent fracture"]))["phrases"]
    assert phrases == ["stent fracture", "type 2 Diabetes Mellitus"] or "Insulin" not in phrases
    unmarked = one(article(1, mesh=[heading("Humans"), heading("Insulin")]))
    assert unmarked["phrases"] == ["Insulin"]
    assert unmarked["tokens"] == ["insulin"]


def test_an_article_without_words_has_an_empty_row() -> None:
    assert one(article(1)) == {"pmid": 1, "tokens": [], "phrases": []}


def test_the_order_of_rows_changes_nothing() -> None:
    articles, _ = invented(30)
    shuffled = articles.take(pa.array([(7 * place) % 30 for place in range(30)]))
    assert read_terms(shuffled).equals(read_terms(articles))


def test_a_text_is_read_like_an_article() -> None:
    title = "Stenting of renal artery stenosis after 12 months"
    tokens, phrases = read_text(title)
    row = one(article(1, "", title))
    assert (tokens, phrases) == (row["tokens"], row["phrases"])


def test_what_is_not_a_table_of_articles_is_refused() -> None:
    with pytest.raises(TableError, match="column 'title' is missing"):
        read_terms(pa.table({"pmid": [1]}))


@given(st.lists(st.text(max_size=120), max_size=4))
@settings(max_examples=60)
def test_any_text_gives_lower_case_tokens_and_one_row_an_article(texts: list[str]) -> None:
    rows = [article(pmid, text, text[::-1]) for pmid, text in enumerate(texts)]
    found = read_terms(table(rows))
    assert found.schema.equals(TABLES["terms"].schema)
    assert found["pmid"].to_pylist() == list(range(len(texts)))
    words = pc.list_flatten(found["tokens"]).to_pylist()
    assert all(word and word == word.lower() and not word.isspace() for word in words)


def test_a_keyword_is_spelt_as_the_title_is() -> None:
    found = one(article(1, "Care in <i>COVID\u201019</i>", keywords=["COVID\u201119", "<i>Escherichia</i> coli"]))
    assert found["phrases"] == ["Care", "COVID-19", "Escherichia coli"]
    assert found["tokens"].count("covid-19") == 3


def test_a_text_that_is_none_is_an_error_that_names_the_place() -> None:
    with pytest.raises(DataError, match="letter 7 of the text is no letter"):
        read_text("renal \udcff")
