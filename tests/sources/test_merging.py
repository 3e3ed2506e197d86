from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from expertmine.sources import Parsed, merge_records, parse_file
from expertmine.tables import TABLES
from tests.sources.invented import article, author, deletion, document, read

PMID = 900_000_001


def test_the_last_file_wins_with_its_own_mentions() -> None:
    first = document(article(PMID, title="Old", authors=author("Fen") + author("Moss")))
    records = read(first, document(article(PMID, title="New")))
    assert records.articles["title"].to_pylist() == ["New"]
    assert records.mentions["last"].to_pylist() == ["Quillfeather"]


def test_the_highest_version_wins_over_a_later_file() -> None:
    records = read(document(article(PMID, title="Second", version=2)), document(article(PMID, title="First")))
    assert records.articles["title"].to_pylist() == ["Second"]
    assert records.articles["version"].to_pylist() == [2]


def test_a_deletion_removes_what_came_before_and_nothing_after() -> None:
    assert read(document(article(PMID, version=3)), document(deletion(PMID))).articles.num_rows == 0
    back = read(document(article(PMID, version=3), deletion(PMID)), document(article(PMID, title="Back")))
    assert back.articles["title"].to_pylist() == ["Back"]
    assert read(document(deletion(PMID), article(PMID))).articles.num_rows == 1


def test_a_file_read_twice_keeps_one_row_of_each_reject() -> None:
    (part,) = parse_file(document("<PubmedArticle></PubmedArticle>"), source="x")
    assert merge_records([part, part]).rejects.num_rows == 1


def test_nothing_merges_to_empty_tables() -> None:
    for name, table in merge_records([])._asdict().items():
        assert table == TABLES[name].empty()


EVENTS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=12)  # version 0: a deletion


@given(st.lists(EVENTS, max_size=4))
@settings(deadline=None, max_examples=60)
def test_merging_agrees_with_replaying_the_files_one_record_at_a_time(files: list[list[tuple[int, int]]]) -> None:
    alive: dict[int, tuple[int, str]] = {}
    parts: list[Parsed] = []
    for number, events in enumerate(files):
        records = []
        for place, (pmid, version) in enumerate(events):
            title = f"{number}/{place}"
            records.append(article(pmid, version=version, title=title) if version else deletion(pmid))
            if not version:
                alive.pop(pmid, None)
            elif alive.get(pmid, (0, ""))[0] <= version:
                alive[pmid] = (version, title)
        parts += parse_file(document(*records), source=f"file{number}")
    merged = merge_records(parts)
    found = {row["pmid"]: (row["version"], row["title"]) for row in merged.articles.to_pylist()}
    assert found == alive
    assert merged.mentions["pmid"].to_pylist() == sorted(alive)
