"""What must be true of the row of a record of some awkward shape, told from the record by XPath."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from tests.sources.oracle import Node, Row, all_of, ask, clean, one

Check: TypeAlias = Callable[[Row, Node], object]
SIGNED = ".//AuthorList[not(@Type='editors')]/Author[not(@ValidYN='N')]"
LINK = "C/CommentsCorrectionsList/CommentsCorrections"
PUBDATE = "A/Journal/JournalIssue/PubDate"
TEXT = "A/Abstract//text() | A/ArticleTitle//text()"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text(column: str, path: str) -> Check:
    """The column is the first text that stands under the path."""
    return lambda row, record: row[column] == one(record, path)


def texts(column: str, path: str) -> Check:
    return lambda row, record: row[column] == all_of(record, path)


def names(part: str, path: str) -> Check:
    """This part of those who signed is, in the order of the list, what stands under the path."""
    return lambda row, record: [name[part] for name in row["mentions"] if name[part]] == all_of(record, path)


def nameless(part: str, element: str) -> Check:
    """Those who signed without a part of their name keep the last name."""

    def holds(row: Row, record: Node) -> object:
        lasts = [name["last"] for name in row["mentions"] if name["last"] and not name[part]]
        return lasts == all_of(record, f"{SIGNED}[not({element})]/LastName")

    return holds


def places(row: Row, record: Node) -> object:
    """Each has the affiliations printed beside the name, and nobody else's."""
    printed = [all_of(author, "AffiliationInfo/Affiliation | Affiliation") for author in ask(record, SIGNED)]
    if printed and not printed[0]:
        printed[0] = all_of(record, "A/Affiliation")
    return [name["affiliations"] for name in row["mentions"]] == printed


def signed(row: Row, record: Node) -> object:
    """Nobody but the people and groups of the list has signed."""
    listed = [(one(author, "LastName"), one(author, "CollectiveName")) for author in ask(record, SIGNED)]
    return listed == [(name["last"] or "", name["collective"] or "") for name in row["mentions"]]


def equally(row: Row, record: Node) -> object:
    marked = [ask(author, "@EqualContrib='Y'") for author in ask(record, SIGNED)]
    return marked == [name["equal_contribution"] for name in row["mentions"]]


def without_aliases(row: Row, record: Node) -> object:
    """An alias is no mention, but keeps its place in the list."""
    listed = enumerate(ask(record, "A/AuthorList/Author"), start=1)
    valid = [place for place, author in listed if author.get("ValidYN") != "N"]
    return [name["position"] for name in row["mentions"]] == valid


def bare_orcids(row: Row, record: Node) -> object:
    kept = [name["orcid"] for name in row["mentions"] if name["orcid"]]
    written = {re.sub("[^0-9X]", "", found.upper().rpartition("/")[2]) for found in all_of(record, ".//Identifier")}
    bare = all(re.fullmatch(r"([0-9]{4}-){3}[0-9]{3}[0-9X]", orcid) for orcid in kept)
    return kept and bare and {orcid.replace("-", "") for orcid in kept} <= written


def lines(row: Row, record: Node) -> object:
    """Each part of the abstract that says something is a line of its own, behind its label."""
    parts = ask(record, "A/Abstract/AbstractText[normalize-space()] | B/Abstract/AbstractText[normalize-space()]")
    labels = [clean(part.get("Label") or part.get("NlmCategory") or "").rstrip(":") for part in parts]
    heads = ["" if label in ("UNLABELLED", "UNASSIGNED", "") else f"{label}: " for label in labels]
    wanted = [head + clean(ask(part, "string()")) for head, part in zip(heads, parts, strict=True)]
    return row["abstract"].split("\n") == wanted


def without(path: str) -> Check:
    """Nothing of what stands under the path got into the abstract."""
    return lambda row, record: not any(found[:40] in row["abstract"] for found in all_of(record, path))


def on_one_line(row: Row, record: Node) -> object:
    return re.search("[\u2028\u2029]", ask(record, "string(.//Abstract)")) and lines(row, record)


def unescaped(row: Row, _record: Node) -> object:
    """No text of any column holds an escape that a second round of escaping has left."""
    return not re.search("&(?:[a-z]+|#[0-9]+);", str(row))


def private_letters(row: Row, record: Node) -> object:
    """Letters of a font of the publisher's own mean nothing to anybody, but are not thrown away."""
    letters = re.findall("[\ue000-\uf8ff]", row["title"] + row["abstract"])
    return letters and letters == re.findall("[\ue000-\uf8ff]", "".join(ask(record, TEXT)))


def words_of(path: str) -> Check:
    """Markup is gone from title and abstract, its words are not."""

    def holds(row: Row, record: Node) -> object:
        whole = f"{row['title']}\n{row['abstract']}"
        return all(words in whole for words in all_of(record, path)) and not re.search("</?[a-z:]+>", whole)

    return holds


def whole_year(row: Row, _record: Node) -> object:
    return (row["date_start"], row["date_end"]) == (date(row["year"], 1, 1), date(row["year"], 12, 31))


def printed_date(row: Row, record: Node) -> object:
    """A date in words goes from the first month that it names to the last, of its year."""
    written = one(record, f"{PUBDATE}/MedlineDate")
    named = [word.title() for word in re.findall(r"\b[A-Za-z]{3}\b", written)]
    months = [MONTHS.index(word) + 1 for word in named if word in MONTHS]
    first, last = row["date_start"], row["date_end"]
    return [first.year, last.year] == [int(written[:4])] * 2 and [first.month, last.month] == (
        months or seasonal(written)
    )


def seasonal(written: str) -> list[int]:
    return [4, 6] if "Spring" in written else [1, 12]


def numbered_month(row: Row, record: Node) -> object:
    month = int(one(record, f"{PUBDATE}/Month"))
    return row["date_start"].month == month == row["date_end"].month


def season(row: Row, record: Node) -> object:
    """Winter begins in January, as PubMed has it; months from one to another are taken as such."""
    first, _, last = one(record, f"{PUBDATE}/Season").partition("-")
    begins = {"Winter": 1, "Spring": 4, "Summer": 7, "Fall": 10}
    ends = {name: month + 2 for name, month in begins.items()}
    for number, month in enumerate(MONTHS, start=1):
        begins[month] = ends[month] = number
    wanted = (begins.get(first, 1), ends.get(last or first, 12))
    return (row["date_start"].month, row["date_end"].month) == wanted


def doi(row: Row, record: Node) -> object:
    """The first identifier that is a valid DOI, wherever it stands."""
    valid = "A/ELocationID[@EIdType='doi'][not(@ValidYN='N')]"
    written = all_of(record, f"{valid} | PubmedData/ArticleIdList/ArticleId[@IdType='doi']")
    return row["doi"] == next((found.lower() for found in written if found.startswith("10.")), None)


def linked(kind: str) -> Check:
    def holds(row: Row, record: Node) -> object:
        pmids = all_of(record, f"{LINK}[@RefType='{kind}']/PMID")
        return [link["pmid"] for link in row["links"] if link["type"] == kind] == [int(pmid) for pmid in pmids]

    return holds


def all_links(row: Row, record: Node) -> object:
    return [link["pmid"] for link in row["links"]] == [
        int(pmid) for pmid in all_of(record, f"{LINK}[@RefType!='Cites']/PMID")
    ]


def cites(row: Row, record: Node) -> object:
    references = all_of(record, f".//Reference//ArticleId[@IdType='pubmed'] | {LINK}[@RefType='Cites']/PMID")
    return set(row["cited"]) == {int(pmid) for pmid in references}


def kind(name: str) -> Check:
    return lambda row, _record: (row["kind"], row["retracted"]) == (name, False)


def retracted(row: Row, _record: Node) -> object:
    return (row["kind"], row["retracted"]) == ("article", True)


def book(row: Row, record: Node) -> object:
    title, chapter = one(record, "B/Book/BookTitle"), one(record, "B/ArticleTitle")
    return (row["kind"], row["journal"], row["title"]) == ("book", title, chapter or title)


def number(row: Row, record: Node) -> object:
    return row["pmid"] == int(one(record, "C/PMID"))


def version(row: Row, record: Node) -> object:
    return row["version"] == int(ask(record, "number(*/PMID/@Version)"))


def headings(row: Row, record: Node) -> object:
    return [heading["descriptor"] for heading in row["mesh"]] == all_of(record, ".//DescriptorName")


def nobody(row: Row, _record: Node) -> object:
    return row["mentions"] == []
