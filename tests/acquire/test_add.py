"""Files come in whole or not at all, and nothing that is stored is ever lost by a bad one."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from expertmine.acquire import add, add_nominations, fetch, forget_rater
from expertmine.corpus import Corpus, Draft
from expertmine.errors import DataError, SourceError
from expertmine.pipeline import put
from expertmine.sources import PubMed
from tests.eutils import serving

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpora" / "sample"
SHARED = ROOT.parent / "shared" / "pubmed_xml"
RECORD = b"""<PubmedArticle><MedlineCitation><PMID Version="1">%d</PMID>
<Article><ArticleTitle>On bees, part %d</ArticleTitle>
<AuthorList><Author ValidYN="Y"><LastName>Quillfeather</LastName><Initials>A</Initials></Author></AuthorList></Article>
</MedlineCitation></PubmedArticle>"""


def xml(*pmids: int) -> bytes:
    return b"<PubmedArticleSet>" + b"".join(RECORD % (pmid, pmid) for pmid in pmids) + b"</PubmedArticleSet>"


def held(corpus: Corpus) -> list[int]:
    return corpus.frame("articles")["pmid"].tolist()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    (tmp_path / "first.xml").write_bytes(xml(1, 2))
    corpus = Corpus(tmp_path / "c")
    add(corpus, tmp_path / "first.xml")
    return corpus


def test_files_add_up(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "second.xml.gz").write_bytes(gzip.compress(xml(2, 3)))
    acquired = add(corpus, tmp_path / "second.xml.gz")
    assert (acquired.new_files, acquired.articles, acquired.mentions, acquired.rejects) == (1, 3, 3, 0)
    assert held(corpus) == [1, 2, 3]


def test_the_same_file_again_changes_nothing(corpus: Corpus, tmp_path: Path) -> None:
    generation = corpus.generation
    acquired = add(corpus, tmp_path / "first.xml")
    assert (acquired.new_files, acquired.known_files) == (0, 1)
    assert corpus.generation == generation


@pytest.mark.parametrize("left", [None, b""])
def test_a_lost_journal_is_named_and_costs_no_article(corpus: Corpus, tmp_path: Path, left: bytes | None) -> None:
    journal = corpus.path / "state.sqlite"
    journal.unlink()
    if left is not None:
        journal.write_bytes(left)
    (tmp_path / "second.xml").write_bytes(xml(3))
    with pytest.raises(DataError, match=r"state\.sqlite' is gone or empty, though generation 000001 .*backup, or add"):
        add(corpus, tmp_path / "second.xml")
    assert (held(corpus), corpus.generation) == ([1, 2], "000001")


def test_what_was_read_and_cannot_be_kept_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(xml(1))
    corpus = Corpus(tmp_path / "c")
    with corpus.writing():
        (corpus.path / "parsed").write_text("in the way")
    with pytest.raises(DataError, match=r"cannot write in .*c': .*the disk not full"):
        add(corpus, tmp_path / "a.xml")
    (corpus.path / "parsed").unlink()
    assert add(corpus, tmp_path / "a.xml").articles == 1


def test_a_corpus_whose_last_file_was_forgotten_takes_new_ones(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    (tmp_path / "survey.csv").write_text("rater,nominee,topic\nBo Tol,Ida Voss,bees\n")
    (tmp_path / "a.xml").write_bytes(xml(1))
    add_nominations(corpus, tmp_path / "survey.csv")
    forget_rater(corpus, "Bo Tol")
    add(corpus, tmp_path / "a.xml")
    assert (held(corpus), corpus.table("ballots").num_rows) == ([1], 0)


def test_a_folder_without_records_costs_the_other_files_nothing(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "a.xml").write_bytes(xml(1))
    acquired = add(Corpus(tmp_path / "c"), tmp_path / "none", tmp_path / "a.xml")
    assert acquired.articles == 1
    [refused] = acquired.refused
    assert refused.startswith(f"folder '{tmp_path / 'none'}' holds no files called *.xml")


def test_a_folder_gives_its_record_files(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.xml").write_bytes(xml(1))
    (tmp_path / "in" / "deep" / "b.xml.gz").write_bytes(gzip.compress(xml(2)))
    (tmp_path / "in" / "notes.docx").write_bytes(b"PK")
    corpus = Corpus(tmp_path / "c")
    assert add(corpus, tmp_path / "in").new_files == 2
    assert held(corpus) == [1, 2]


def test_linked_folders_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.xml").write_bytes(xml(1))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "b.xml").write_bytes(xml(2))
    corpus = Corpus(tmp_path / "c")
    assert add(corpus, tmp_path / "in").new_files == 2
    assert held(corpus) == [1, 2]


def test_folders_and_files_that_cannot_be_opened_are_refused_and_cost_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "closed").mkdir(parents=True)
    (tmp_path / "in" / "a.xml").write_bytes(xml(1))
    scan, listing, stat = os.scandir, os.listdir, os.stat

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def asked(path: str | Path, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever the system says
            if "closed" in Path(path).parts[:-1] or (real is not stat and Path(path).name == "closed"):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *rest, **more)

        return asked

    with monkeypatch.context() as closed:
        for name, real in (("scandir", scan), ("listdir", listing), ("stat", stat)):
            closed.setattr(os, name, refusing(real))
        acquired = add(Corpus(tmp_path / "c"), tmp_path / "in", tmp_path / "in" / "closed" / "b.xml")
    assert acquired.articles == 1
    assert [line.partition(";")[0] for line in acquired.refused] == [
        f"cannot read '{tmp_path / 'in' / name}': Permission denied" for name in ("closed", "closed/b.xml")
    ]


BAD_FILES = {
    "missing.xml": (None, "cannot read .*missing.xml"),
    "empty.xml": (b"", "'empty.xml' is empty"),
    "page.xml.gz": (b"<!DOCTYPE html><html><body>Not found</body></html>", "'page.xml.gz' is .*HTML"),
    "cut.xml.gz": (gzip.compress(xml(*range(100, 200)))[:-40], "'cut.xml.gz' .*(cut|damaged)"),
    "table.csv": (b"a,b\n1,2\n", "'table.csv' is"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_by_name_and_costs_no_other(name: str, corpus: Corpus, tmp_path: Path) -> None:
    data, message = BAD_FILES[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.xml").write_bytes(xml(9))
    generation = corpus.generation
    with pytest.raises(DataError, match=message):
        add(corpus, tmp_path / name)
    assert corpus.generation == generation
    assert len(corpus.raw_files()) == 1
    acquired = add(corpus, tmp_path / name, tmp_path / "good.xml")
    assert acquired.new_files == 1
    assert re.search(message, "; ".join(acquired.refused))
    assert held(corpus) == [1, 2, 9]


@pytest.mark.parametrize("form", ["MD5({name})= {sum}\n", "MD5 ({name}) = {sum}\n", "{sum}  {name}\n", "{sum}"])
def test_a_file_is_held_against_the_checksum_beside_it(form: str, tmp_path: Path) -> None:
    data = gzip.compress(xml(1))
    for name, content in {"right.xml.gz": data, "wrong.xml.gz": gzip.compress(xml(2))}.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.md5").write_text(form.format(name=name, sum=hashlib.md5(data).hexdigest()))
    corpus = Corpus(tmp_path / "c")
    acquired = add(corpus, tmp_path)
    assert held(corpus) == [1]
    assert len(acquired.refused) == 1
    assert "'wrong.xml.gz.md5' says" in acquired.refused[0]


def test_a_checksum_file_without_a_checksum_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(xml(1))
    (tmp_path / "a.xml.md5").write_text("soon\n")
    with pytest.raises(DataError, match=r"a\.xml\.md5' holds no MD5"):
        add(Corpus(tmp_path / "c"), tmp_path / "a.xml")


def test_the_order_in_which_files_come_does_not_matter(tmp_path: Path) -> None:
    baseline, update = xml(1, 2, 3), xml(2).replace(b"On bees", b"Of bees, revised")
    gone = b"<PubmedArticleSet><DeleteCitation><PMID>3</PMID></DeleteCitation></PubmedArticleSet>"
    files = {"pubmed26n0009.xml": baseline, "pubmed26n0010.xml": update, "pubmed26n0011.xml": gone}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    made = []
    for number, names in enumerate(itertools.permutations(files)):
        corpus = Corpus(tmp_path / f"c{number}")
        for name in names:
            add(corpus, tmp_path / name)
        made.append({name: corpus.table(name) for name in ("articles", "mentions", "citations", "rejects")})
    assert made[0]["articles"]["pmid"].to_pylist() == [1, 2]
    assert made[0]["articles"]["title"].to_pylist() == ["On bees, part 1", "Of bees, revised, part 2"]
    assert all(other[name].equals(made[0][name]) for other in made for name in other)


def test_no_file_is_parsed_twice_and_what_was_read_may_be_thrown_away(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "more.xml").write_bytes(xml(3))
    (kept,) = (corpus.path / "parsed").iterdir()
    written = kept.stat().st_mtime_ns
    add(corpus, tmp_path / "more.xml")
    assert kept.stat().st_mtime_ns == written
    before = corpus.table("articles")
    for file in (corpus.path / "parsed").iterdir():
        file.write_bytes(file.read_bytes()[:50])
    (tmp_path / "still.xml").write_bytes(xml(4))
    add(corpus, tmp_path / "still.xml")
    assert corpus.table("articles").slice(0, 3).equals(before)


def test_a_bad_record_is_kept_as_a_reject_and_its_file_counts(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(xml(1, 2).replace(b"On bees, part 2</ArticleTitle>", b"On bees</Title>"))
    corpus = Corpus(tmp_path / "c")
    acquired = add(corpus, tmp_path / "a.xml")
    assert (acquired.articles, acquired.rejects) == (1, 1)
    assert corpus.frame("rejects")["source"].tolist() == ["a.xml"]


def test_fetching_from_the_service_equals_adding_its_folder(tmp_path: Path) -> None:
    fetched, added = Corpus(tmp_path / "fetched"), Corpus(tmp_path / "added")
    add(added, SAMPLE / "pubmed")
    with serving(SAMPLE / "pubmed") as base_url:
        acquired = fetch(fetched, PubMed("all[sb]", email="me@uni.example", base_url=base_url))
    assert acquired.articles == added.table("articles").num_rows
    for name in ("articles", "mentions", "citations"):
        assert fetched.table(name).equals(added.table(name)), name
    assert fetched.queries == ["all[sb]"]


def test_a_service_that_is_not_there_stores_nothing(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    source = PubMed("bees", email="me@uni.example", base_url="http://127.0.0.1:9/", patience=0.0)
    with pytest.raises(SourceError) as caught:
        fetch(corpus, source)
    assert caught.value.retry
    assert corpus.generation is None


def test_a_survey_is_kept_beside_the_records_and_survives_new_ones(corpus: Corpus, tmp_path: Path) -> None:
    counts = add_nominations(corpus, SAMPLE / "nominations.csv")
    assert counts["ballots"] > 200
    assert add_nominations(corpus, SAMPLE / "nominations.csv") == counts
    (tmp_path / "more.xml").write_bytes(xml(3))
    add(corpus, tmp_path / "more.xml")
    assert corpus.table("ballots").num_rows == counts["ballots"]


def test_an_empty_survey_is_refused_and_the_corpus_stays(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(DataError, match=r"empty\.csv"):
        add_nominations(corpus, tmp_path / "empty.csv")
    assert held(corpus) == [1, 2]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the public PubMed files of ../shared")
def test_every_public_file_goes_in_and_the_counts_add_up(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "c")
    acquired = add(corpus, SHARED)
    assert acquired.articles == corpus.table("articles").num_rows > 5000
    assert acquired.rejects == corpus.table("rejects").num_rows
    assert set(corpus.table("mentions")["pmid"].to_pylist()) <= set(held(corpus))


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("moment", ["put", "publish"])
def test_files_of_an_interrupted_addition_are_taken_in_by_the_next(
    moment: str, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more.xml").write_bytes(xml(8, 9))
    (tmp_path / "survey.csv").write_text("rater,nominee,topic\nA Rater,A Quillfeather,bees\n")
    with monkeypatch.context() as broken:
        broken.setattr(Draft, moment, interrupted)
        with pytest.raises(KeyboardInterrupt):
            add(corpus, tmp_path / "more.xml")
        with pytest.raises(KeyboardInterrupt):
            add_nominations(corpus, tmp_path / "survey.csv")
    assert held(corpus) == [1, 2]
    assert add_nominations(corpus, tmp_path / "survey.csv")["ballots"] == 1
    assert add(corpus, tmp_path / "more.xml").known_files == 1
    assert held(corpus) == [1, 2, 8, 9]


def test_a_survey_leaves_a_given_table_of_articles_alone(corpus: Corpus, tmp_path: Path) -> None:
    mine = Corpus(tmp_path / "mine")
    put(mine, "articles", corpus.table("articles"))
    (tmp_path / "survey.csv").write_text("rater,nominee,topic\nA Rater,A Quillfeather,bees\n")
    assert add_nominations(mine, tmp_path / "survey.csv")["ballots"] == 1
    assert mine.table("articles").equals(corpus.table("articles"))


def test_files_are_refused_where_the_articles_were_handed_in(corpus: Corpus, tmp_path: Path) -> None:
    mine = Corpus(tmp_path / "mine")
    put(mine, "articles", corpus.table("articles"))
    with pytest.raises(DataError, match=r"'articles' of .* was handed in with put\(\)"):
        add(mine, tmp_path / "first.xml")
    assert mine.raw_files() == []


def test_a_file_whose_name_is_no_unicode_goes_in(tmp_path: Path) -> None:
    odd = tmp_path / "caf\udce9.xml"
    try:
        odd.write_bytes(xml(1))
    except OSError:
        pytest.skip("this filesystem takes only Unicode names")
    corpus = Corpus(tmp_path / "c")
    assert add(corpus, odd).new_files == 1
    assert [file.name for file in corpus.raw_files()] == ["caf?.xml"]
