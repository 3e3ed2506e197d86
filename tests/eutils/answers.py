"""The E-utilities' answers as bytes: XML with the real document types, JSON with the real flaw."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'
# Bio.Entrez.read wants to know the document's type; these are the real ones.
_TYPES = {
    "eSearchResult": '"-//NLM//DTD esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd"',
    "ePostResult": '"-//NLM//DTD epost 20090526//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd"',
    "eFetchResult": '"-//NLM//DTD efetch 20131226//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd"',
    "PubmedArticleSet": (
        '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd"'
    ),
    "IdList": '"-//NLM//DTD efetch 20131226//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd"',
}
_ERRORS = {"PhraseNotFound": "phrasesnotfound", "FieldNotFound": "fieldsnotfound"}
_WARNINGS = {
    "PhraseIgnored": "phrasesignored",
    "QuotedPhraseNotFound": "quotedphrasesnotfound",
    "OutputMessage": "outputmessages",
}
JSON = (("Content-Type", "application/json; charset=UTF-8"),)
PLAIN = (("Content-Type", "text/plain; charset=UTF-8"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and how: the defaults are those of a service in good health."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None
    """The Content-Length when it is not the truth."""
    reset: bool = False
    """Break the connection instead."""
    delay: float = 0.0
    """Seconds before the first byte."""
    trickle: float = 0.0
    """Seconds over which the body is spread."""
    forgets: bool = False
    """Every search before this answer has expired."""
    fault: str = ""
    """Its name, for the log."""


class Listing(NamedTuple):
    """One page of what a search found."""

    total: int
    start: int
    pmids: list[int]
    translation: str
    remarks: Mapping[str, list[str]]
    kept: tuple[int, str] | None
    """The query key and the WebEnv."""


def found(listing: Listing, *, as_json: bool) -> Answer:
    """Return the answer to a search."""
    return _found_in_json(listing) if as_json else _found_in_xml(listing)


def only_count(count: int, *, as_json: bool) -> Answer:
    """Return the answer to a search that asks for nothing but the number of hits."""
    return _json({"count": str(count)}) if as_json else document("eSearchResult", f"<Count>{count}</Count>")


def no_search(message: str, *, as_json: bool) -> Answer:
    """Return an error inside a 200; in JSON its line breaks stay raw, which no strict parser reads."""
    if not as_json:
        return document("eSearchResult", f"<ERROR>{escape(message)}</ERROR>")
    answer = _json({"ERROR": message})
    return Answer(answer.body.replace(b"\\n", b"\n"), headers=JSON)


def no_fetch(message: str, status: int) -> Answer:
    """Return what efetch and epost say when they cannot."""
    return document("eFetchResult", f"\n\t<ERROR>{escape(message)}</ERROR>\n", status=status)


def posted(kept: tuple[int, str], invalid: Iterable[str]) -> Answer:
    """Return the answer to a list of ids."""
    wrong = "".join(f"<Id>{escape(one)}</Id>" for one in invalid)
    return document("ePostResult", (f"<InvalidIdList>{wrong}</InvalidIdList>" if wrong else "") + _kept(kept))


def page(records: Iterable[bytes]) -> Answer:
    """Return a page of records; one without any is a set all the same."""
    start = f"{_HEAD}{_doctype('PubmedArticleSet')}<PubmedArticleSet>\n"
    return Answer(start.encode() + b"\n".join(records) + b"\n</PubmedArticleSet>\n")


def id_list(pmids: Iterable[int], *, as_xml: bool) -> Answer:
    """Return PMIDs alone."""
    if as_xml:
        return document("IdList", "".join(f"<Id>{pmid}</Id>" for pmid in pmids))
    return Answer("".join(f"{pmid}\n" for pmid in pmids).encode(), headers=PLAIN)


def refused(words: Mapping[str, str], status: int) -> Answer:
    """Return what the gate before the utilities says, in JSON whatever was asked for."""
    return Answer(json.dumps(words, separators=(",", ":")).encode() + b"\n", status, JSON)


def document(root: str, inside: str, *, status: int = 200) -> Answer:
    """Return a document of a known type."""
    return Answer(f"{_HEAD}{_doctype(root)}<{root}>{inside}</{root}>\n".encode(), status)


def _doctype(root: str) -> str:
    return f"<!DOCTYPE {root} PUBLIC {_TYPES[root]}>\n"


def _kept(kept: tuple[int, str] | None) -> str:
    return f"<QueryKey>{kept[0]}</QueryKey><WebEnv>{kept[1]}</WebEnv>" if kept else ""


def _found_in_xml(listing: Listing) -> Answer:
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in listing.pmids)
    return document(
        "eSearchResult",
        f"<Count>{listing.total}</Count><RetMax>{len(listing.pmids)}</RetMax><RetStart>{listing.start}</RetStart>"
        f"{_kept(listing.kept)}<IdList>{ids}</IdList><TranslationSet/>"
        f"<QueryTranslation>{escape(listing.translation)}</QueryTranslation>"
        f"{_remarks(listing, 'ErrorList', _ERRORS)}{_remarks(listing, 'WarningList', _WARNINGS)}",
    )


def _remarks(listing: Listing, root: str, kinds: Iterable[str]) -> str:
    made = "".join(f"<{kind}>{escape(one)}</{kind}>" for kind in kinds for one in listing.remarks.get(kind, ()))
    return f"<{root}>{made}</{root}>" if made else ""


def _found_in_json(listing: Listing) -> Answer:
    result: dict[str, object] = {
        "count": str(listing.total),
        "retmax": str(len(listing.pmids)),
        "retstart": str(listing.start),
    }
    if listing.kept:
        result |= {"querykey": str(listing.kept[0]), "webenv": listing.kept[1]}
    result |= {"idlist": list(map(str, listing.pmids)), "translationset": [], "querytranslation": listing.translation}
    for name, kinds in (("errorlist", _ERRORS), ("warninglist", _WARNINGS)):
        if any(kind in listing.remarks for kind in kinds):
            result[name] = {key: list(listing.remarks.get(kind, ())) for kind, key in kinds.items()}
    return _json(result)


def _json(result: Mapping[str, object]) -> Answer:
    words = {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result}
    return Answer(json.dumps(words, separators=(",", ":")).encode() + b"\n", headers=JSON)
