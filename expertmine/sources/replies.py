"""What the E-utilities' answers mean: hits of a search, whole or damaged records of a page, or no answer at all."""

from __future__ import annotations

import logging
import re
from typing import NamedTuple

from lxml import etree

from expertmine.errors import ConfigError
from expertmine.sources.elements import record_opener
from expertmine.sources.entrez import NO_RECORD, Temporary
from expertmine.sources.pieces import split_xml
from expertmine.sources.records import BadRecordError

_log = logging.getLogger(__name__)
_WHOLE = re.compile(rb"<PubmedArticleSet\b[^>]*/>\s*\Z|<PubmedArticleSet\b.*</PubmedArticleSet>\s*\Z", re.DOTALL)
_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d+)\s*</PMID>")
EMPTY = b"<PubmedArticleSet></PubmedArticleSet>"
_IN_RECORD = ("MedlineCitation/PMID", "BookDocument/PMID")


class Found(NamedTuple):
    """How many records a search finds, and the PMIDs that it shows of them."""

    total: int
    pmids: tuple[int, ...]
    translation: str = ""
    """The query as the service understood it."""


class Delivered(NamedTuple):
    """The PMIDs of the records in one page."""

    whole: frozenset[int]
    damaged: frozenset[int]
    """Of records that came but cannot be read; asked for again they may be sound."""


def read_search(body: bytes) -> Found:
    """Read an esearch answer; what the service objects to in the query is an error here, not a remark."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Temporary(f"the answer is not XML ({error.msg})") from error
    fault, count = root.findtext("ERROR"), root.findtext("Count")
    unknown = [one.text for one in root.iterfind("ErrorList/FieldNotFound")]
    if unknown:
        raise ConfigError(f"PubMed does not know the field {', '.join(map(repr, unknown))} in the query")
    if fault is not None or count is None or not count.isdecimal():
        raise Temporary(fault or f"the answer is <{root.tag}> without a count")
    for remark in root.iterfind("ErrorList/PhraseNotFound"):
        _log.warning("PubMed finds nothing for a phrase of the query: %s", remark.text)
    for remark in root.iterfind("WarningList/*"):
        level = logging.INFO if remark.tag == "OutputMessage" else logging.WARNING  # that one says: no items found
        _log.log(level, "PubMed remarks on the query: %s: %s", remark.tag, remark.text)
    shown = [(one.text or "").strip() for one in root.iterfind("IdList/Id")]
    if not all(map(str.isdecimal, shown)):
        raise Temporary("the answer lists an id that is no number")
    pmids = tuple(dict.fromkeys(map(int, shown)))  # one that stands there twice stands in another's place
    return Found(int(count), pmids, " ".join((root.findtext("QueryTranslation") or "").split()))


def whole_page(body: bytes) -> bytes:
    """Return the page if its root is closed and holds no error: an answer may be cut anywhere."""
    if NO_RECORD in body and b"<eFetchResult" in body:
        return EMPTY
    if b"<ERROR" in body or not _WHOLE.search(body):
        raise Temporary(f"the answer is no whole PubmedArticleSet ({len(body)} bytes, begins {body[:60]!r})")
    return body


def delivered(page: bytes) -> Delivered:
    """Return the PMIDs that a page delivers; books count, deletions do not."""
    pieces = list(split_xml([page]))
    opened = iter(record_opener("UTF-8")([piece.data for piece in pieces if not piece.fault]))
    whole: set[int] = set()
    damaged: set[int] = set()
    for piece in pieces:
        root = BadRecordError(piece.fault) if piece.fault else next(opened)
        if isinstance(root, BadRecordError):
            damaged.update(map(int, _PMID.findall(piece.data)[:1]))
            continue
        whole.update(int(pmid) for path in _IN_RECORD if (pmid := (root.findtext(path) or "").strip()).isdecimal())
    return Delivered(frozenset(whole), frozenset(damaged - whole))
