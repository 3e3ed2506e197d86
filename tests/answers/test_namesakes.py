"""Papers under a person's name that were given to somebody else: volume may see who seems hidden from it."""

from __future__ import annotations

from pathlib import Path

import pytest

import expertmine as em
from expertmine.answers.namesakes import count_namesakes, doubt_of_volume
from expertmine.cli import run_verb
from expertmine.tables import TABLES
from tests.identity.papers import article, mention

TEAMS = {
    1: [("Vrasta", "Ada"), ("Quenlo", "Bo")],
    2: [("Vrasta", "Ada"), ("Quenlo", "Bo")],
    3: [("Vrasta", "A"), ("Quenlo", "Bo")],  # somebody else's, beside a companion
    4: [("Vrasta", "A"), ("Mirvo", "Cy")],  # beside a stranger
    5: [("Vrasta", "Adam"), ("Quenlo", "Bo")],  # another name
    6: [("Vrasta", "A"), ("Vrasta", "Ada")],  # the namesake is a companion, too, and stands beside nobody else for it
    7: [("Quenlo", "Bo")],
}
OWNERS = {(1, 1): "ada", (2, 1): "ada", (3, 1): "a", (4, 1): "a", (5, 1): "adam", (6, 1): "a", (6, 2): "ada"}


@pytest.fixture
def corpus(tmp_path: Path) -> em.Corpus:
    rows = [mention(pmid, at, *name) for pmid, team in TEAMS.items() for at, name in enumerate(team, 1)]
    owners = [OWNERS.get((row["pmid"], row["position"]), row["last"].lower()) for row in rows]
    places = [{"pmid": row["pmid"], "position": row["position"]} for row in rows]
    paper = {"topic_id": "area", "year": 2000, "n_mentions": 2, "strength": 1.0}
    micro = {"person_id": "ada", "topic_id": "n1", "authority": 1.0, "combined": 1.0, "nominators": 0, "micro": True}
    margins = {"papers": 2, "niche_papers": 2, "led": 2, "volume_rank": 30, "niche_rank": 1, "specialisation": 2.0}
    rest = {"lq_low": 1.5, "p": 0.01, "q": 0.01, "why": "so", "pmids": [1, 2]}
    person = {"person_id": "ada", "name": "Ada Vrasta", "last": "Vrasta", "initials": "A", "variants": [], "papers": 2}
    topic = {"topic_id": "n1", "layer": 0, "size": 5, "name": "stents"}
    tables = {
        "articles": [article(pmid) for pmid in TEAMS],
        "mentions": rows,
        "identities": [{**at, "person_id": who, "confidence": 1.0} for at, who in zip(places, owners, strict=True)],
        "contributions": [{**at, **paper, "person_id": who} for at, who in zip(places, owners, strict=True)],
        "influencers": [{**micro, **margins, **rest}],
        "persons": [person],
        "nominees": [],
        "topics": [{**topic, "keyphrases": [], "facets": [], "representatives": []}],
    }
    held = em.Corpus(tmp_path / "c")
    for name, lines in tables.items():
        em.put(held, name, TABLES[name].rows(lines))
    return held


def test_papers_under_the_name_beside_a_companion_may_be_the_persons(corpus: em.Corpus) -> None:
    [row] = count_namesakes(corpus, ["ada"]).to_dict("records")
    assert row["namesake_papers"] == 1, "not that beside a stranger, nor that of another name"
    assert row["volume_rank_with"] == 2, "Quenlo has more papers"


def test_a_micro_influencer_whom_volume_sees_with_them_is_in_doubt(
    corpus: em.Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    [row] = em.micro_influencers(corpus).to_dict("records")
    assert (row["namesake_papers"], row["volume_rank_with"]) == (1, 2)
    told = "in doubt: with 1 more paper under this name, beside the same companions, volume rank 2"
    assert doubt_of_volume(row, 2) == told
    assert doubt_of_volume(row, 1) == "", "hidden all the same"
    assert run_verb(["influencers", str(corpus.path)]) == 0
    assert f"Ada Vrasta: {told}" in capsys.readouterr().err


def test_who_has_no_namesake_is_in_no_doubt(sample: em.Corpus) -> None:
    found = em.micro_influencers(sample, top=0)
    assert found["volume_rank_with"].dropna().le(found["volume_rank"]).all()
    assert {doubt_of_volume(row, 10**6) for row in found[found["namesake_papers"] == 0].to_dict("records")} <= {""}
