"""The shipped encoder: exact, read without torch, the same to sentence-transformers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.embed.static import load_static
from expertmine.errors import ModelError
from expertmine.shipped import models_folder
from expertmine.text.vectors import as_matrix
from tests.embed.test_embed import embedded
from tests.text.articles import article, invented, table

TEXTS = [
    "Renal artery stenosis in fibromuscular dysplasia: outcome of stents",
    "Angioplasty of the renal arteries in patients with FMD",
    "Autologous chondrocytes for the repair of cartilage defects",
    "",
    "☃",
]


def test_texts_of_one_subject_are_nearer_than_others_though_they_share_hardly_a_word() -> None:
    found = load_static().encode(TEXTS[:3])
    assert found[0] @ found[1] > found[0] @ found[2] + 0.2


def test_vectors_have_unit_length_and_texts_without_known_pieces_are_zero() -> None:
    length = np.linalg.norm(load_static().encode(TEXTS), axis=1)
    np.testing.assert_allclose(length, [1, 1, 1, 0, 0], atol=1e-6)


@settings(max_examples=30)
@given(st.lists(st.sampled_from(TEXTS[0].split()), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_words_and_the_company_of_other_texts_change_no_bit(words: list[str], random: object) -> None:
    shuffled = words.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = load_static().encode([" ".join(words)])
    other = load_static().encode([*TEXTS, " ".join(shuffled)])[-1:]
    assert one.tobytes() == other.tobytes()


def test_texts_together_are_encoded_as_each_alone() -> None:
    alone = [load_static().encode([text]) for text in TEXTS]
    assert load_static().encode(TEXTS).tobytes() == b"".join(one.tobytes() for one in alone)


def test_words_read_one_by_one_have_the_pieces_of_the_whole_text() -> None:
    encoder = load_static()
    text = "Anti-PCSK9\u00a0(évolocumab):\n5 µg/kg; “β-blockers”\u3000und Größe…  COVID-19, α₂"
    pieces = encoder.tokenizer.encode(text, add_special_tokens=False).ids
    sums = encoder.pieces[pieces].astype(np.int64).sum(axis=0)
    np.testing.assert_allclose(encoder.encode([text])[0], sums / np.linalg.norm(sums), atol=1e-6)


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12), min_size=1))
def test_texts_of_any_words_have_the_pieces_of_each_word(texts: list[str]) -> None:
    encoder = replace(load_static(), known={})
    pieces = [encoder.tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    sums = np.array([encoder.pieces[own].astype(np.int64).sum(axis=0) for own in pieces])
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    np.testing.assert_allclose(encoder.encode(texts), sums / np.maximum(length, 1), atol=1e-6)


def test_no_text_at_all_is_an_empty_array() -> None:
    assert load_static().encode([]).shape == (0, 256)


def test_words_that_the_corpus_has_once_only_still_bring_articles_together() -> None:
    names = ["Renal graft rejection", "Cataract extraction", "Childhood asthma", "Outcome of kidney transplantation"]
    rows = [*invented(40)[0].to_pylist(), *(article(9_000_000 + place, name) for place, name in enumerate(names))]
    space = as_matrix(embedded(table(rows), dimensions=16)[0]["vector"])[-4:]
    assert (space[0] @ space[1:].T).argmax() == 2


def test_articles_headings_are_read_as_well() -> None:
    rows = [article(1, "A report", keywords=["knee"]), article(2, "A report", keywords=["retina"])]
    space = as_matrix(embedded(table(rows))[0]["vector"])
    assert space[0] @ space[1] < 0.99


def test_the_default_path_never_imports_torch() -> None:
    code = (
        "import sys; from tests.embed.test_embed import embedded; from tests.text.articles import invented; "
        "embedded(invented(20)[0]); print([m for m in ('torch', 'transformers', 'sentence_transformers') "
        "if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


def test_a_damaged_model_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "model.safetensors").write_bytes(b"\xff" * 64)
    monkeypatch.setattr("expertmine.embed.static.models_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"cannot read the encoder .*reinstall expertmine"):
        load_static.__wrapped__()


def test_the_shipped_files_are_those_of_the_card_and_small() -> None:
    import hashlib

    card = (models_folder() / "encoder" / "README.md").read_text(encoding="utf-8")
    for name in ("model.safetensors", "tokenizer.json"):
        assert hashlib.sha256((models_folder() / "encoder" / name).read_bytes()).hexdigest() in card
    assert sum(path.stat().st_size for path in (models_folder() / "encoder").rglob("*") if path.is_file()) < 20e6


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_sentence_transformers_reads_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(models_folder() / "encoder"), device="cpu").encode(TEXTS)
    np.testing.assert_allclose(theirs, load_static().encode(TEXTS), atol=1e-6)
