"""Where records come from: PubMed over the network, PubMed XML and MEDLINE text; parsing is pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expertmine.sources.merging import Records, merge_records
from expertmine.sources.parsing import RECORDS, parse_file
from expertmine.sources.winning import Origin

if TYPE_CHECKING:
    from expertmine.sources.pubmed import Page, PubMed

__all__ = ["RECORDS", "Origin", "Page", "PubMed", "Records", "merge_records", "parse_file"]


def __getattr__(name: str) -> object:
    """Import what knows the network only for those who use it."""
    if name in ("Page", "PubMed"):
        from expertmine.sources import pubmed

        return getattr(pubmed, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
