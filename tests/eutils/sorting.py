"""The orders in which esearch lists its hits."""

from __future__ import annotations

from tests.eutils.catalogue import Catalogue
from tests.eutils.records import words

_ELEMENTS = {"author": "LastName", "journal": "Title", "title": "ArticleTitle|BookTitle"}
ORDERS = {
    "": "recent", "most recent": "recent", "most+recent": "recent", "date_added": "recent", "pub_date": "published",
    "pub date": "published", "pub+date": "published", "relevance": "relevance", "author": "author",
    "first author": "author", "first+author": "author", "journalname": "journal", "journal": "journal",
    "title": "title",
}  # fmt: skip
"""What the service accepts, in lower case."""


def in_order(catalogue: Catalogue, pmids: list[int], *, order: str, term: str) -> list[int]:
    """Return PMIDs that come the newest first in the order asked for; equal ones stay the newest first."""
    by, entries = ORDERS.get(order.lower(), "recent"), catalogue.entries
    if by == "recent":
        return pmids
    if by == "published":
        return sorted(pmids, key=lambda pmid: entries[pmid].dates["published"], reverse=True)
    if by == "relevance":  # how the service weighs is not known; what matters is that it is not by date
        sought = set(words(term))
        return sorted(pmids, key=lambda pmid: -len(sought & set(entries[pmid].text(_ELEMENTS["title"]).split())))
    return sorted(pmids, key=lambda pmid: entries[pmid].text(_ELEMENTS[by]))
