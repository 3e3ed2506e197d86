"""Where nobody can be listed, the answer says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import expertmine as em
from expertmine.answers.nobody import why_no_influencer, why_nobody
from expertmine.cli import run_verb
from expertmine.config import AuthoritySettings, Config, InfluenceSettings
from expertmine.report import report

Out = pytest.CaptureFixture[str]
RECORD = """<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue><PubDate>
<Year>2001</Year></PubDate></JournalIssue></Journal><ArticleTitle>Bees of the alps, part {pmid}</ArticleTitle>
<AuthorList><Author ValidYN="Y">{name}</Author></AuthorList><PublicationTypeList>
<PublicationType UI="D000000">{kind}</PublicationType></PublicationTypeList></Article>
</MedlineCitation></PubmedArticle>"""
PERSON = "<LastName>Quillfeather</LastName><Initials>A</Initials>"
GROUP = "<CollectiveName>The Bee Group</CollectiveName>"
Make = Callable[..., em.Corpus]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what makes a corpus of eight records of somebody and some type, run to the end."""

    def made(
        name: str = PERSON, kind: str = "Journal Article", *, records: int = 8, as_of: int | None = None
    ) -> em.Corpus:
        told = "".join(
            RECORD.format(pmid=pmid, name=name.format(pmid=pmid), kind=kind) for pmid in range(1, records + 1)
        )
        (tmp_path / "told.xml").write_text(f"<PubmedArticleSet>{told}</PubmedArticleSet>")
        corpus = em.Corpus(tmp_path / "corpus")
        em.add(corpus, tmp_path / "told.xml")
        em.run(corpus, Config(authority=AuthoritySettings(as_of=as_of, bootstraps=20)))
        return corpus

    return made


def err(capsys: Out, *words: object) -> str:
    capsys.readouterr()
    assert run_verb([str(word) for word in words]) == 0
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"records": 0}, "the corpus holds no article that was run"),
        ({"name": GROUP}, "none of its 8 articles names a person, only groups"),
        ({"kind": "Retracted Publication"}, "none of its 8 articles counts: 8 retracted"),
        ({"as_of": 2000}, "none of its 8 articles counts: 8 later than 2000"),
    ],
)
def test_a_corpus_in_which_nobody_can_be_ranked_says_why(
    make: Make, tmp_path: Path, capsys: Out, told: dict[str, object], reason: str
) -> None:
    corpus = make(**told)
    assert why_nobody(corpus) == why_no_influencer(corpus) == reason
    assert err(capsys, "influencers", corpus.path).startswith(
        f"No micro-influencer, for nobody can be ranked: {reason}."
    )
    if told != {"records": 0}:
        for verb in (["experts"], ["rivals"], ["rising"], ["fragility"], ["communities"]):
            assert f"nobody can be ranked: {reason}" in err(capsys, *verb, corpus.path, "--topic", "area"), verb
    assert reason in report(corpus, to=tmp_path / "report.html").read_text()


def test_somebody_who_can_be_ranked_is_no_reason(make: Make, capsys: Out) -> None:
    corpus = make()
    assert why_nobody(corpus) == ""
    assert "nobody" not in err(capsys, "experts", corpus.path, "--topic", "area")
    assert "the corpus has no niche, which takes at least 12 similar articles" in err(
        capsys, "influencers", corpus.path
    )


def test_the_gate_that_left_nobody_is_told_with_how_many_came_to_it(
    sample: em.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = sample.frame("influencers")
    first = rows[(rows["niche_rank"] <= 7) & (rows["authority"] > 0)]
    hidden = first[first["volume_rank"] > 20]
    strict = msgspec.structs.replace(sample.config, influence=InfluenceSettings(min_papers=99, min_nominators=99))
    monkeypatch.setattr(em.Corpus, "config", strict)
    assert why_no_influencer(sample) == (
        f"{len(first)} of {len(rows)} places among the first 7 of a niche by authority;"
        f" {len(hidden)} of these outside the first 20 of the area by papers;"
        " none of these with 99 papers there, 1 of them led, or 99 peers"
    )
    niche = rows["topic_id"].iloc[0]
    inside = int((first["topic_id"] == niche).sum())
    whole = int((rows["topic_id"] == niche).sum())
    assert why_no_influencer(sample, niche).startswith(f"{inside} of {whole} places among the first 7 of the niche")


def test_nobody_is_lost_by_rivals_whom_our_score_does_not_find_either(make: Make) -> None:
    corpus = make(kind="Retracted Publication")
    lost = em.compare_rivals(corpus, text="bees of the alps")
    assert (lost["score"] == 0).all()
    assert (lost["lost_by"] == "").all()


def test_a_rank_that_may_be_almost_any_is_explained(make: Make, sample: em.Corpus, capsys: Out) -> None:
    once = make("<LastName>Quill{pmid}x</LastName><Initials>A</Initials>", records=40)
    first = em.experts(once, text="bees of the alps", top=1).iloc[0]
    told = err(capsys, "experts", once.path, "--text", "bees of the alps")
    assert f"a rank that may be almost any ({first['rank_low']} to {first['rank_high']}) hangs on few papers" in told
    ranks = em.experts(sample, text="kidney", top=3)
    assert (ranks["rank_high"] - ranks["rank_low"]).max() < len(sample.table("persons")) / 2
    assert "almost any" not in err(capsys, "experts", sample.path, "--text", "kidney", "--top", 3)


def test_roles_that_no_record_tells_are_no_finding(make: Make, sample: em.Corpus, capsys: Out) -> None:
    plain = make()
    said = "which says nothing of them: the publication types of this corpus's records are Journal Article"
    for members in ([], ["--members"]):
        assert said in err(capsys, "communities", plain.path, "--topic", "area", *members)
    assert "for everybody" not in err(capsys, "communities", sample.path, "--topic", "area")


def test_a_page_of_the_past_says_how_many_later_articles_count_for_nobody(make: Make, tmp_path: Path) -> None:
    page = report(make(as_of=2000), to=tmp_path / "report.html").read_text()
    assert re.search(r"seen as of 2000: 8 later articles count for nobody, but niches", page)
    em.run(em.Corpus(tmp_path / "corpus"), Config(authority=AuthoritySettings(bootstraps=20)))
    assert "later article" not in report(em.Corpus(tmp_path / "corpus"), to=tmp_path / "report.html").read_text()
