"""How the records came: searched, found, delivered, withdrawn, rejected, so that every one is accounted for.

After the flow diagram of PRISMA 2020 (Page et al. 2021), as a table: one line a search, one for files, one for all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from expertmine.report.material import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLine:
    """One way in; `found` = `delivered` + `withdrawn`, `delivered` = `rejected` + `held`."""

    source: str
    until: str
    found: int
    delivered: int
    withdrawn: int
    rejected: int
    """Delivered, and not readable."""
    held: int
    """In the corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """All ways in, and what is in the end."""

    lines: list[FlowLine]
    files: int
    """Added by hand."""
    only_files: int
    """Records that no search has found."""
    shared: int
    """Records that more than one search has found."""
    articles: int
    retracted: int
    buried: list[tuple[str, int]]
    """Why records that were here are gone, and how many."""


def describe_flow(material: Material) -> Flow:
    """Count, from the searches as they were noted and the articles as they are."""
    articles = material.stored
    held = frozenset(articles["pmid"].tolist())
    lines, seen, shared = [], frozenset[int](), frozenset[int]()
    for search in material.searches:
        here = search.hits & held
        delivered = len(search.hits) - len(search.withdrawn)
        shared |= here & seen
        seen |= here
        lines.append(
            FlowLine(
                source=search.query, until=search.day.isoformat(), found=len(search.hits), delivered=delivered,
                withdrawn=len(search.withdrawn), rejected=delivered - len(here), held=len(here),
            )
        )  # fmt: skip
    buried = Counter(one.reason for one in material.tombstones if one.pmid not in held)
    return Flow(
        lines=lines,
        files=sum(not file.fetched and file.kind == "records" for file in material.files),
        only_files=len(held - seen),
        shared=len(shared),
        articles=len(held),
        retracted=int(articles["retracted"].sum()),
        buried=sorted(buried.items()),
    )
