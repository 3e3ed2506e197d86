"""Evidence on pairs against plain counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from expertmine.identity.evidence import COLUMNS
from expertmine.identity.model import CERTAIN, load_model
from expertmine.identity.resolve import prepare_evidence
from expertmine.identity.strangers import DOUBT, RESERVE, doubt_strangers
from expertmine.tables import TABLES
from tests.identity.papers import Tables, article, literature, literatures, mention


@settings(max_examples=50)
@given(literatures())
def test_evidence_is_finite_and_text_and_place_lie_between_0_and_1(tables: Tables) -> None:
    _, _, evidence = prepare_evidence(tables, {})
    assert np.isfinite(evidence).all()
    assert (np.abs(load_model().weigh(evidence)) <= CERTAIN).all()
    for column in ("text", "affiliation"):
        values = evidence[:, COLUMNS.index(column)]
        assert ((values >= 0) & (values <= 1 + 1e-9)).all()


def test_shared_names_places_words_and_citations_are_seen() -> None:
    place = {"affiliations": ["Example University, Vienna, Austria, a@example.org"]}
    rows = [mention(1, 1, "Vrasta", "A", **place), mention(1, 2, "Quenlo", "B"), mention(1, 3, "Mirvo", "C")]
    rows += [mention(2, 1, "Vrasta", "A", **place), mention(2, 2, "Quenlo", "B"), mention(3, 1, "Vrasta", "A")]
    rows += [mention(4, 1, "Wobru", "Z")]
    articles = [article(1, 2000, "renal stent", "Example Journal"), article(2, 2003, "renal stent", "Example Journal")]
    tables = literature([*articles, article(3, 2000, "sleep"), article(4, 2000, "", "Journal of Examples")], rows)
    tables["citations"] = TABLES["citations"].rows([{"citing": 2, "cited": 1}])
    mentions, (first, second), evidence = prepare_evidence(tables, {"vrasta": 7})
    of = {
        (int(mentions.pmid[a]), int(mentions.pmid[b])): dict(zip(COLUMNS, row, strict=True))
        for a, b, row in zip(first, second, evidence, strict=True)
        if mentions.names[mentions.name[a]].key == "vrasta"
    }
    near, far = of[1, 2], of[1, 3]
    assert near["companions"] > 0 == far["companions"]
    assert np.isclose([near[column] for column in ("affiliation", "email", "cites")], 1).all()
    assert near["text"] > 0.9 > far["text"] == 0
    assert near["journal"] > 0 == far["journal"]
    assert np.isclose(near["years"], np.log1p(3))
    assert np.isclose(near["surname_common"], np.log(8))


def test_names_that_cannot_be_one_are_no_pair_and_an_unknown_year_is_taken_for_four_apart() -> None:
    rows = [mention(pmid, 1, "Vrasta", fore) for pmid, fore in enumerate(["Ada B", "Ada C", "Ada B"], start=1)]
    tables = literature([article(1, None), article(2, 2000), article(3, 2000)], rows)
    _, (first, second), evidence = prepare_evidence(tables, {})
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 2)]
    assert evidence[0, COLUMNS.index("years")] == np.log1p(4)


@pytest.mark.parametrize(("mentions", "lowered"), [(4, False), (5, True)])
def test_five_of_a_name_that_nothing_ties_are_strangers_by_the_pairs_that_tell(mentions: int, lowered: bool) -> None:
    pairs = np.triu_indices(mentions, 1)
    columns = np.zeros((len(pairs[0]) + 9, len(COLUMNS)))
    columns[: len(pairs[0]), COLUMNS.index("affiliation_known")] = 1
    columns[len(pairs[0]) :, COLUMNS.index("cites")] = 1  # tied, but nothing told of them that could part them
    first, second = (np.append(side, [at] * 9) for side, at in zip(pairs, (0, 1), strict=True))
    found = doubt_strangers(np.zeros(mentions, dtype=np.int64), (first, second), columns, np.full(len(first), 3.0))
    assert found.tolist() == ([DOUBT] * len(pairs[0]) + [3.0 - RESERVE] * 9 if lowered else [3.0] * len(first))
