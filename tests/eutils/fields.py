"""The field tags of PubMed: which of them can be searched here, and where; the names are the service's."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["words", "name", "day", "number", "filter"]


class Field(NamedTuple):
    """What a tag means."""

    name: str
    """As the service spells it out when it translates a query."""
    kind: Kind
    where: str = ""
    """The XML elements (a regular expression), or the day of an entry."""


_TITLES = "ArticleTitle|BookTitle"
EVERYTHING = Field("All Fields", "words", f"{_TITLES}|AbstractText|DescriptorName|Keyword")
_MAJOR = r'(?:DescriptorName|QualifierName)\b(?=[^>]*MajorTopicYN="Y")'
_TAGS: dict[Field, str] = {
    EVERYTHING: "all, all fields",
    Field("Title", "words", _TITLES): "ti, title",
    Field("Title/Abstract", "words", f"{_TITLES}|AbstractText|Keyword"): "tiab, title/abstract",
    Field("Text Word", "words", f"{_TITLES}|AbstractText|DescriptorName|QualifierName|Keyword|PublicationType"): (
        "tw, text, text word, text words"
    ),
    Field("MeSH Terms", "words", "DescriptorName"): "mh, mesh, mesh terms",
    Field("MeSH Major Topic", "words", _MAJOR): "majr, mesh major topic",
    Field("MeSH Subheading", "words", "QualifierName"): "sh, mesh subheading, mesh subheadings",
    Field("Supplementary Concept", "words", "NameOfSubstance"): "nm, supplementary concept",
    Field("Other Term", "words", "Keyword"): "ot, other term",
    Field("Author", "name", "LastName|Initials"): "au, author",
    Field("Corporate Author", "words", "CollectiveName"): "cn, corporate author, author - corporate",
    Field("Affiliation", "words", "Affiliation"): "ad, affiliation",
    Field("Journal", "words", "Title|ISOAbbreviation|MedlineTA"): "ta, jour, journal",
    Field("Publication Type", "words", "PublicationType"): "pt, ptyp, publication type",
    Field("Language", "words", "Language"): "la, lang, language",
    Field("Date - Entry", "day", "entrez"): "edat, entrez date, entry date, date - entry",
    Field("Date - Create", "day", "pubmed"): "crdt, create date, date - create",
    Field("Date - Modification", "day", "revised"): "mdat, lr, modification date, date - modification",
    Field("Date - Publication", "day", "published"): "dp, pdat, publication date, date - publication",
    Field("UID", "number"): "uid, pmid",
    Field("Filter", "filter"): "sb, filter, subset",
}
FIELDS = {tag: field for field, tags in _TAGS.items() for tag in tags.split(", ")}

_UNSEARCHED = (
    "aid, article identifier, auid, author - identifier, 1au, author - first, first author, first author name,"
    " lastau, author - last, last author, last author name, book, cois, conflict of interest statements, dcom,"
    " completion date, date - completion, ec/rn number, rn, ecno, ed, editor, fau, full author name, fir,"
    " full investigator name, gr, grant number, grants and funding, ip, issue, ir, investigator, isbn, is, issn,"
    " jid, nlm unique id, lid, location id, mhda, mesh date, date - mesh, own, owner, pa, pharmacological action,"
    " pg, pagination, page, pl, place of publication, pmcid, ps, subject - personal name,"
    " personal name as subject, ppdat, epdat, pubn, publisher, si, secondary source id, tt,"
    " transliterated title, vi, volume"
)
UNSEARCHED = frozenset(_UNSEARCHED.split(", "))
"""Tags that the service knows and this double does not search: it says so, where to pretend would be worse."""

_STOP_WORDS = (
    "a about again all almost also although always among an and another any are as at be because been before"
    " being between both but by can could did do does done due during each either enough especially etc for"
    " found from further had has have having here how however i if in into is it its itself just kg km made"
    " mainly make may mg might ml mm most mostly must nearly neither no nor obtained of often on our overall"
    " perhaps pmid quite rather really regarding seem seen several should show showed shown shows significantly"
    " since so some such than that the their theirs them then there therefore these they this those through"
    " thus to upon use used using various very was we were what when which while with within without would"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""PubMed Help, "Stopwords"."""
