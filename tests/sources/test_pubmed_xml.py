"""The shapes that records take, on invented people; the same shapes on genuine files are in test_shared_shapes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sources.invented import article, author, document, read, read_one

PMID = 900_000_001
ORCID = "0000-0002-1825-0097"


def one(**parts: str) -> dict[str, Any]:
    return read_one(document(article(PMID, **parts)))[0]


def names(authors: str) -> list[dict[str, Any]]:
    return read_one(document(article(PMID, authors=authors)))[1]


def test_a_group_is_a_mention_but_no_person() -> None:
    group = "<Author><CollectiveName>The Bee Group</CollectiveName></Author>"
    first, second = names(author("Quillfeather") + group)
    assert (first["last"], first["collective"]) == ("Quillfeather", None)
    assert (second["last"], second["collective"], second["position"]) == (None, "The Bee Group", 2)


def test_an_invalid_name_is_no_mention_and_leaves_its_place_empty() -> None:
    found = names(author("Quillfeather") + author("Quilfether", ValidYN="N") + author("Thornwick"))
    assert [(name["position"], name["last"]) for name in found] == [(1, "Quillfeather"), (3, "Thornwick")]


def test_missing_parts_of_a_name_are_null_and_a_suffix_is_kept() -> None:
    bare, suffixed = names("<Author><LastName>Moss</LastName></Author>" + author("Fen", more="<Suffix>Jr</Suffix>"))
    assert (bare["fore"], bare["initials"], bare["suffix"]) == (None, None, None)
    assert suffixed["suffix"] == "Jr"


def test_a_name_without_a_name_is_counted() -> None:
    records = read(document(article(PMID, authors="<Author><ForeName>Wren</ForeName></Author>" + author("Fen"))))
    assert records.mentions["position"].to_pylist() == [2]
    assert records.rejects["place"].to_pylist() == [f"record 1, PMID {PMID}, name 1, fault 1"]


def test_a_valid_orcid_is_kept_and_a_wrong_one_is_counted() -> None:
    def signed(text: str) -> str:
        return author("Fen", more=f'<Identifier Source="ORCID">{text}</Identifier>')

    records = read(document(article(PMID, authors=signed(f"http://orcid.org/{ORCID}") + signed("orcid") + signed(""))))
    assert records.mentions["orcid"].to_pylist() == [ORCID, None, None]
    assert records.rejects["reason"].to_pylist() == ["ORCID iD 'orcid' is not valid"]


def test_affiliations_stay_with_their_person_whole() -> None:
    where = "Hive; Meadow. w@hive.example"
    more = (
        f"<AffiliationInfo><Affiliation>{where}</Affiliation><Identifier Source='ROR'>x</Identifier></AffiliationInfo>"
        "<AffiliationInfo><Affiliation>Field</Affiliation></AffiliationInfo>"
    )
    first, second = names(author("Quillfeather", more=more) + author("Thornwick"))
    assert first["affiliations"] == [where, "Field"]
    assert second["affiliations"] == []


def test_the_lone_affiliation_of_old_files_is_the_first_persons() -> None:
    data = document(article(PMID, authors=author("Fen") + author("Moss"), inside="<Affiliation>Hive</Affiliation>"))
    assert [name["affiliations"] for name in read_one(data)[1]] == [["Hive"], []]


def test_equal_contribution_is_kept() -> None:
    assert [name["equal_contribution"] for name in names(author("Fen", EqualContrib="Y") + author("Moss"))] == [
        True,
        False,
    ]


def test_investigators_are_no_mentions() -> None:
    listed = f"<InvestigatorList>{author('Moss').replace('Author', 'Investigator')}</InvestigatorList>"
    assert len(read_one(document(article(PMID, after=listed)))[1]) == 1


def test_parts_of_an_abstract_stand_on_their_own_lines_with_their_labels() -> None:
    parts = (
        '<Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">To <i>see</i>.</AbstractText><AbstractText/>'
        '<AbstractText NlmCategory="RESULTS">Seen.</AbstractText>'
        '<AbstractText NlmCategory="UNASSIGNED">So.</AbstractText>'
        "<CopyrightInformation>Hive</CopyrightInformation></Abstract>"
    )
    assert one(inside=parts)["abstract"] == "AIM: To see.\nRESULTS: Seen.\nSo."


def test_another_abstract_counts_only_where_there_is_none_and_in_english() -> None:
    def other(language: str, text: str) -> str:
        return f'<OtherAbstract Language="{language}"><AbstractText>{text}</AbstractText></OtherAbstract>'

    own = "<Abstract><AbstractText>Own.</AbstractText></Abstract>"
    both = other("ger", "Deutsch.") + other("eng", "English.")
    assert one(after=both)["abstract"] == "English."
    assert one(inside=own, after=both)["abstract"] == "Own."
    assert one(after=other("ger", "Deutsch."))["abstract"] == ""


def test_markup_and_formulas_become_words() -> None:
    title = "CO<sub>2</sub> and <mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math>"
    assert one(title=title)["title"] == "CO2 and x=1"


@pytest.mark.parametrize("title", ["[Not Available].", "", "Not Available"])
def test_a_missing_title_is_given_in_its_own_language(title: str) -> None:
    row = one(title=title, inside="<VernacularTitle>Om bier.</VernacularTitle>")
    assert (row["title"], row["vernacular_title"]) == ("Om bier.", "Om bier.")


@pytest.mark.parametrize(
    ("printed", "interval"),
    [
        ("<Year>2019</Year><Month>04</Month><Day>3</Day>", (date(2019, 4, 3), date(2019, 4, 3))),
        ("<Year>2019</Year><Season>Apr-Jun</Season>", (date(2019, 4, 1), date(2019, 6, 30))),
        ("<MedlineDate>2019 Sep/Oct</MedlineDate>", (date(2019, 9, 1), date(2019, 10, 31))),
        ("<MedlineDate>undated</MedlineDate>", (date(2018, 12, 24), date(2018, 12, 24))),
    ],
)
def test_the_printed_date_counts_and_else_the_electronic_one(printed: str, interval: tuple[date, date]) -> None:
    electronic = "<ArticleDate><Year>2018</Year><Month>12</Month><Day>24</Day></ArticleDate>"
    row = one(date=printed, inside=electronic)
    assert (row["date_start"], row["date_end"]) == interval
    assert row["year"] == interval[0].year


DAY = "<Year>2019</Year><Month>5</Month><Day>2</Day>"
ENTERED = f'<History><PubMedPubDate PubStatus="{{}}">{DAY}</PubMedPubDate></History>'


@pytest.mark.parametrize(
    ("printed", "known", "year"),
    [
        ("2021", {"after": f"<DateRevised>{DAY}</DateRevised>", "data": ENTERED.format("entrez")}, 2021),
        ("2022", {"after": f"<DateRevised>{DAY}</DateRevised>", "data": ENTERED.format("entrez")}, None),
        ("2024", {"data": ENTERED.format("entrez")}, 2024),
        ("2025", {"data": ENTERED.format("pubmed")}, None),
        ("2099", {"data": ENTERED.format("received")}, 2099),
        ("2099", {}, 2099),
        ("2108", {}, None),
        ("20199", {}, None),
    ],
)
def test_a_year_that_the_record_cannot_have_is_unknown_and_told(
    printed: str, known: dict[str, str], year: int | None
) -> None:
    records = read(document(article(PMID, date=f"<Year>{printed}</Year>", **known)))
    assert records.articles["year"].to_pylist() == [year]
    assert [printed in reason for reason in records.rejects["reason"].to_pylist()] == [True] * (year is None)


def test_where_the_printed_year_is_a_slip_the_electronic_one_counts() -> None:
    electronic = "<ArticleDate><Year>2018</Year><Month>12</Month><Day>24</Day></ArticleDate>"
    assert one(date="<Year>2108</Year>", inside=electronic)["date_start"] == date(2018, 12, 24)


def test_a_record_without_any_date_has_none() -> None:
    assert [one(date="")[column] for column in ("year", "date_start", "date_end")] == [None, None, None]


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        ("<Year>2019</Year><Month>04</Month><Day>3</Day>", date(2019, 4, 3)),
        ("<Year>2019</Year><Month>02</Month><Day>30</Day>", None),
        ("<Year>2019</Year>", None),
    ],
)
def test_the_day_of_the_last_revision_is_kept_if_there_is_such_a_day(parts: str, day: date | None) -> None:
    assert one(after=f"<DateRevised>{parts}</DateRevised>")["revised"] == day
    assert one()["revised"] is None


def test_languages_are_lower_case_and_all_kept() -> None:
    assert one(inside="<Language>ENG</Language><Language>ger</Language>")["languages"] == ["eng", "ger"]


def test_the_first_valid_doi_counts_whatever_stands_before_it() -> None:
    places = (
        '<ELocationID EIdType="pii">S1</ELocationID><ELocationID EIdType="doi" ValidYN="N">10.1234/wrong</ELocationID>'
        '<ELocationID EIdType="doi">not a doi</ELocationID>'
    )
    own = '<ArticleIdList><ArticleId IdType="doi">10.1234/Right</ArticleId></ArticleIdList>'
    cited = f"<ReferenceList><Reference>{own.replace('Right', 'cited')}</Reference></ReferenceList>"
    assert one(inside=places, data=cited + own)["doi"] == "10.1234/right"
    assert one(inside=places, data=cited)["doi"] is None


def test_mesh_headings_carry_weight_and_qualifiers() -> None:
    heading = (
        '<MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN="N">Bees</DescriptorName>'
        '<QualifierName MajorTopicYN="Y">physiology</QualifierName></MeshHeading>'
        "<MeshHeading><DescriptorName>Honey</DescriptorName></MeshHeading></MeshHeadingList>"
    )
    assert one(after=heading)["mesh"] == [
        {"descriptor": "Bees", "major": True, "qualifiers": ["physiology"]},
        {"descriptor": "Honey", "major": False, "qualifiers": []},
    ]


def test_keywords_are_those_with_words() -> None:
    lists = (
        "<KeywordList><Keyword/><Keyword>hive</Keyword></KeywordList><KeywordList><Keyword>wax</Keyword></KeywordList>"
    )
    assert one(after=lists)["keywords"] == ["hive", "wax"]


def test_references_are_found_at_any_depth_once() -> None:
    def cites(pmid: object) -> str:
        return f'<Reference><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></Reference>'

    inner = f"<ReferenceList>{cites(11)}<ReferenceList>{cites(12)}{cites('bee')}</ReferenceList></ReferenceList>"
    comment = '<CommentsCorrections RefType="Cites"><PMID>11</PMID></CommentsCorrections>'
    records = read(
        document(article(PMID, data=inner, after=f"<CommentsCorrectionsList>{comment}</CommentsCorrectionsList>"))
    )
    assert records.citations["cited"].to_pylist() == [11, 12]
    assert records.rejects["reason"].to_pylist() == ["PMID is 'bee'"]


def test_a_retracted_paper_is_an_article_and_its_notice_is_not() -> None:
    def linked(relation: str, kind: str, pmid: str) -> dict[str, Any]:
        return one(
            inside=f"<PublicationTypeList><PublicationType>{kind}</PublicationType></PublicationTypeList>",
            after="<CommentsCorrectionsList>"
            f'<CommentsCorrections RefType="{relation}">{pmid}</CommentsCorrections></CommentsCorrectionsList>',
        )

    paper = linked("RetractionIn", "Journal Article", "<PMID>12</PMID>")
    assert (paper["kind"], paper["retracted"]) == ("article", True)
    assert paper["links"] == [{"type": "RetractionIn", "pmid": 12}]
    assert linked("RetractionIn", "Journal Article", "")["retracted"]
    notice = linked("RetractionOf", "Retraction of Publication", "<PMID>13</PMID>")
    assert (notice["kind"], notice["retracted"]) == ("notice", False)
    assert linked("ErratumFor", "Published Erratum", "")["kind"] == "notice"
    assert linked("UpdateOf", "Journal Article", "<PMID>13</PMID>")["kind"] == "article"
    assert linked("UpdateIn", "Preprint", "")["kind"] == "preprint"


def test_a_book_chapter_has_its_own_title_and_authors() -> None:
    def book(title: str, dates: str = "") -> bytes:
        return document(
            f'<PubmedBookArticle><BookDocument><PMID Version="1">{PMID}</PMID><Book><BookTitle>Bee book</BookTitle>'
            f'<PubDate><Year>1993</Year></PubDate><AuthorList Type="editors">{author("Moss")}</AuthorList></Book>'
            f"{title}"
            f'<AuthorList Type="authors">{author("Fen")}</AuthorList><Language>eng</Language>{dates}</BookDocument>'
            "</PubmedBookArticle>"
        )

    row, mentions = read_one(book("<ArticleTitle>Of wax</ArticleTitle>"))
    assert (row["title"], row["journal"], row["kind"], row["year"]) == ("Of wax", "Bee book", "book", 1993)
    assert [mention["last"] for mention in mentions] == ["Fen"]
    assert read_one(book(""))[0]["title"] == "Bee book"
    own = "<ContributionDate><Year>2006</Year><Month>2</Month><Day>15</Day></ContributionDate>"
    assert read_one(book("", own))[0]["date_start"] == date(2006, 2, 15)


def test_a_bare_medline_citation_is_a_record_too() -> None:
    bare = article(PMID).replace("<PubmedArticle>", "").replace("<PubmedData></PubmedData></PubmedArticle>", "")
    data = document(bare).replace(b"PubmedArticleSet", b"MedlineCitationSet")
    assert read_one(data)[0]["title"] == "Of bees."
