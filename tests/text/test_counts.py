from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from expertmine.tables import TABLES
from expertmine.text.counts import count_terms, find_vocabulary, inverse_frequency, weigh

TEXTS = st.lists(st.lists(st.sampled_from(["stent", "renal", "pain", "knee"]), max_size=9), min_size=1, max_size=8)


def terms_of(texts: list[list[str]]) -> pa.Table:
    return TABLES["terms"].rows({"pmid": pmid, "tokens": text, "phrases": []} for pmid, text in enumerate(texts))


@given(TEXTS)
def test_weights_are_those_of_scikit_learn(texts: list[list[str]]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    terms = terms_of(texts)
    vocabulary = find_vocabulary(terms, min_articles=1, largest=1000)
    counts = count_terms(terms, vocabulary)
    if not counts.nnz:
        assert not any(texts)
        return
    oracle = TfidfVectorizer(analyzer=lambda text: [*text, *(f"{a} {b}" for a, b in pairwise(text))], sublinear_tf=True)
    expected = oracle.fit_transform(texts)
    assert vocabulary.to_pylist() == oracle.get_feature_names_out().tolist()
    found = weigh(counts, inverse_frequency(counts))
    np.testing.assert_allclose(found.toarray(), expected.toarray(), atol=1e-5)


def test_rare_terms_are_left_out_and_of_too_many_the_commonest_stay() -> None:
    terms = terms_of([["stent", "renal"], ["stent", "knee"], ["stent", "renal", "knee"], ["renal"]])
    assert find_vocabulary(terms, min_articles=3, largest=9).to_pylist() == ["renal", "stent"]
    assert find_vocabulary(terms, min_articles=1, largest=1).to_pylist() == ["renal"]


def test_pairs_do_not_reach_over_the_end_of_an_article() -> None:
    vocabulary = find_vocabulary(terms_of([["stent"], ["renal"]]), min_articles=1, largest=9)
    assert vocabulary.to_pylist() == ["renal", "stent"]
