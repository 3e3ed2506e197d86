"""A paper as PubMed prints it: XML in the order of the DTD, one record after the other, several files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from xml.sax.saxutils import escape

from sample.bylines import Mention
from sample.names import Name
from sample.papers import Paper
from sample.texts import Text
from sample.vocabulary import Vocabulary

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = "</PubmedArticleSet>\n"
_TYPES = {
    "Journal Article": "D016428", "Review": "D016454", "Practice Guideline": "D017065", "Editorial": "D016421",
    "Randomized Controlled Trial": "D016449", "Case Reports": "D002363", "Comment": "D016420",
    "Retraction of Publication": "D016440", "Retracted Publication": "D016441", "Multicenter Study": "D016448",
}  # fmt: skip
_KINDS = {
    "article": ("Journal Article",), "review": ("Journal Article", "Review"), "editorial": ("Editorial",),
    "guideline": ("Journal Article", "Practice Guideline"), "case": ("Case Reports", "Journal Article"),
    "trial": ("Journal Article", "Randomized Controlled Trial"), "comment": ("Comment", "Editorial"),
    "notice": ("Retraction of Publication",),
}  # fmt: skip
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_SERIES = ("Annals of", "Archives of", "Journal of", "Letters in", "Reports on")
_FIELDS = (
    "Small Vessel Medicine", "Cortical Circulation", "Rare Renal Disease", "Branch Artery Care", "Arcuate Research",
    "Invented Nephrology",
)  # fmt: skip
JOURNALS = tuple(f"{series} {field}" for series in _SERIES for field in _FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that is printed of one paper."""

    paper: Paper
    text: Text
    mentions: list[Mention]
    references: list[Paper]


def element(tag: str, *content: str, attributes: str = "") -> str:
    """Wrap content that is XML already; nothing at all if it is empty."""
    inner = "".join(content)
    return f"<{tag}{' ' + attributes if attributes else ''}>{inner}</{tag}>" if inner else ""


def render(record: Record, vocabulary: Vocabulary, rng: Random) -> str:
    """Render one record; the order of elements is the DTD's."""
    paper = record.paper
    indexed = paper.year < 2024 and rng.randrange(100) < 90
    revised = min(paper.date + timedelta(days=rng.randrange(40, 900)), date(2025, 12, 31))
    citation = element(
        "MedlineCitation",
        element("PMID", str(paper.pmid), attributes='Version="1"'),
        element("DateCompleted", _ymd(min(paper.date + timedelta(days=35), revised))) if indexed else "",
        element("DateRevised", _ymd(revised)),
        _article(record, rng),
        element(
            "MedlineJournalInfo", element("MedlineTA", _journal(paper)), element("NlmUniqueID", _journal_id(paper))
        ),
        element("CitationSubset", "IM") if indexed else "",
        _links(paper),
        _mesh(paper, vocabulary, rng) if indexed else "",
        _keywords(record.text, rng) if paper.year >= 2009 and paper.abstract else "",
        attributes=f'Status="{"MEDLINE" if indexed else "PubMed-not-MEDLINE"}" Owner="NLM"',
    )
    return element("PubmedArticle", citation + "\n", _pubmed_data(record, rng)) + "\n"


def _ymd(day: date) -> str:
    return element("Year", str(day.year)) + element("Month", f"{day.month:02d}") + element("Day", f"{day.day:02d}")


def _journal_number(paper: Paper) -> int:
    return paper.pmid * 7919 % len(JOURNALS)


def _journal(paper: Paper) -> str:
    return JOURNALS[_journal_number(paper)]


def _journal_id(paper: Paper) -> str:
    return f"99{_journal_number(paper):05d}"


def _issn(paper: Paper) -> str:
    """Give an ISSN of an invented block with its check digit (ISO 3297)."""
    digits = f"99990{_journal_number(paper):02d}"
    check = -sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if check == 10 else check}"


def _pub_date(day: date, rng: Random) -> str:
    luck = rng.randrange(100)
    month = _MONTHS[day.month - 1]
    if luck < 4:
        return element("MedlineDate", f"{day.year} {month}-{_MONTHS[min(day.month, 11)]}")
    if luck < 6:
        return element("Year", str(day.year)) + element(
            "Season", ("Winter", "Spring", "Summer", "Fall")[day.month // 4]
        )
    rest = element("Month", month) + (element("Day", f"{day.day:02d}") if luck < 50 else "")
    return element("Year", str(day.year)) + (rest if luck < 95 else "")


def _article(record: Record, rng: Random) -> str:
    paper, text = record.paper, record.text
    issue = element(
        "JournalIssue",
        element("Volume", str(paper.year - 1970)),
        element("Issue", str((paper.date.month + 2) // 3)),
        element("PubDate", _pub_date(paper.date, rng)),
        attributes='CitedMedium="Internet"',
    )
    journal = (
        element("ISSN", _issn(paper), attributes='IssnType="Electronic"') + issue + element("Title", _journal(paper))
    )
    page = rng.randrange(1, 900)
    early = paper.date - timedelta(days=rng.randrange(5, 60))
    electronic = paper.year >= 2005 and early.year == paper.year and rng.randrange(100) < 60
    return element(
        "Article",
        element("Journal", journal, element("ISOAbbreviation", _journal(paper))),
        element("ArticleTitle", escape(text.title)),
        element("Pagination", element("MedlinePgn", f"{page}-{page + rng.randrange(2, 15)}")),
        element("ELocationID", _doi(paper), attributes='EIdType="doi" ValidYN="Y"') if paper.year >= 2000 else "",
        _abstract(text) if paper.abstract else "",
        element("AuthorList", *map(_mention, record.mentions), attributes='CompleteYN="Y"'),
        element("Language", text.language),
        _types(paper),
        element("VernacularTitle", escape(text.vernacular or "")),
        element("ArticleDate", _ymd(early), attributes='DateType="Electronic"') if electronic else "",
        attributes=f'PubModel="{"Print-Electronic" if electronic else "Print"}"',
    )


def _doi(paper: Paper) -> str:
    return f"10.99999/arcuate.{paper.pmid}"


def _abstract(text: Text) -> str:
    parts = [
        element("AbstractText", escape(words), attributes=f'Label="{label}"' if label else "")
        for label, words in text.sections
    ]
    return element("Abstract", *parts)


def _mention(mention: Mention) -> str:
    body = element("CollectiveName", escape(mention.collective)) if mention.collective else _name(mention.name)
    orcid = element("Identifier", mention.orcid or "", attributes='Source="ORCID"')
    desks = [element("AffiliationInfo", element("Affiliation", escape(line))) for line in mention.affiliations]
    return element("Author", body, orcid, *desks, attributes='ValidYN="Y"')


def _name(name: Name | None) -> str:
    if name is None:
        return ""
    return (
        element("LastName", escape(name.last))
        + element("ForeName", f"{name.fore} {name.middle}".strip())
        + element("Initials", name.initials)
        + element("Suffix", name.suffix)
    )


def _types(paper: Paper) -> str:
    names = list(_KINDS[paper.kind])
    names += ["Retracted Publication"] if any(kind == "RetractionIn" for kind, _ in paper.links) else []
    names += ["Multicenter Study"] if paper.collective else []
    return element(
        "PublicationTypeList", *(element("PublicationType", n, attributes=f'UI="{_TYPES[n]}"') for n in names)
    )


def _source(paper: Paper) -> str:
    return f"{_journal(paper)}. {paper.year};{paper.year - 1970}({(paper.date.month + 2) // 3})"


def _links(paper: Paper) -> str:
    return element(
        "CommentsCorrectionsList",
        *(
            element(
                "CommentsCorrections",
                element("RefSource", _source(other)) + element("PMID", str(other.pmid), attributes='Version="1"'),
                attributes=f'RefType="{kind}"',
            )
            for kind, other in paper.links
        ),
    )


def _mesh(paper: Paper, vocabulary: Vocabulary, rng: Random) -> str:
    """Index the paper: the area with a qualifier, its theme, two of its niche's descriptors as major, check tags."""
    chosen: dict[str, str] = {}
    qualifier_id, qualifier = rng.choice(vocabulary.qualifiers[paper.theme])
    qualified = element("QualifierName", qualifier, attributes=f'UI="{qualifier_id}" MajorTopicYN="Y"')
    for name in rng.sample(vocabulary.area.mesh[1:], 2):
        chosen[name] = qualified
    if paper.theme in vocabulary.themes:
        chosen[rng.choice(vocabulary.themes[paper.theme].mesh)] = ""
    majors = rng.sample(paper.niche.mesh, 2) if paper.niche else []
    chosen |= dict.fromkeys([*majors, "Humans", rng.choice(("Adult", "Middle Aged", "Aged"))], "")
    headings = [
        element(
            "MeshHeading",
            element(
                "DescriptorName",
                name,
                attributes=f'UI="{vocabulary.mesh[name]}" MajorTopicYN="{"Y" if name in majors else "N"}"',
            ),
            chosen[name],
        )
        for name in sorted(chosen)
    ]
    return element("MeshHeadingList", *headings)


def _keywords(text: Text, rng: Random) -> str:
    if rng.randrange(100) < 45:
        return ""
    words = [element("Keyword", escape(word), attributes='MajorTopicYN="N"') for word in text.keywords]
    return element("KeywordList", *words, attributes='Owner="NOTNLM"')


def _pubmed_data(record: Record, rng: Random) -> str:
    paper = record.paper
    entered = paper.date - timedelta(days=min(rng.randrange(0, 20), paper.date.timetuple().tm_yday - 1))
    history = [
        element(
            "PubMedPubDate",
            _ymd(day),
            element("Hour", "6") + element("Minute", "0"),
            attributes=f'PubStatus="{status}"',
        )
        for status, day in (
            ("received", entered - timedelta(days=rng.randrange(60, 240))),
            ("entrez", entered),
            ("pubmed", entered),
            ("medline", paper.date + timedelta(days=rng.randrange(0, 3))),
        )
    ]
    ids = element("ArticleId", str(paper.pmid), attributes='IdType="pubmed"')
    ids += element("ArticleId", _doi(paper), attributes='IdType="doi"') if paper.year >= 2000 else ""
    return element(
        "PubmedData",
        element("History", *history),
        element("PublicationStatus", "ppublish"),
        element("ArticleIdList", ids),
        element("ReferenceList", *map(_reference, record.references)),
    )


def _reference(paper: Paper) -> str:
    cited = element("ArticleId", str(paper.pmid), attributes='IdType="pubmed"')
    return element("Reference", element("Citation", _source(paper)), element("ArticleIdList", cited))
