"""What a fetch or a refresh would ask for, before it does: counts, requests, minutes; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from expertmine.acquire.fetching import OVERLAP, brought, find_again, last_search
from expertmine.corpus import Corpus

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.sources import PubMed

COLUMNS = ["query", "part", "found", "to fetch", "requests", "minutes"]


def plan_fetch(corpus: Corpus, source: PubMed) -> pd.DataFrame:
    """Count what a fetch would ask for, a row for each slice of the search.

    Returns
    -------
    pandas.DataFrame
        query, part (`all` where a maximum cuts the search), found, to fetch, requests (for the records, the search
        having been made), minutes (at the rate the service allows; its own time to answer comes on top).
    """
    last = last_search(corpus, source.query)
    known = (last.hits if last else frozenset()).union(
        *(chunk.asked for chunk in corpus.chunks(source.query, last.number + 1 if last else 1))
    )
    if source.max_records is not None:
        parts = [("all", source.find())]
    else:
        parts = [(part.clause or "all", part.found) for part in source.slices()]
    return _table(
        [_row(source, name, found.total, wanted=len(frozenset(found.pmids) - known)) for name, found in parts]
    )


def plan_refresh(corpus: Corpus, source: PubMed) -> pd.DataFrame:
    """Count what a refresh would ask for; columns as in `plan_fetch`, one row for what is new, one for what is gone."""
    last = last_search(corpus, source.query)
    if last is None:
        return plan_fetch(corpus, source)
    changed = source.changed(last.day - OVERLAP)
    known = last.hits | brought(corpus.chunks(source.query, last.number + 1))
    found, hits = find_again(source, known, changed)
    gone = known - hits
    return _table(
        [
            _row(source, "new", found.total, wanted=len(frozenset(found.pmids) - last.hits)),
            _row(source, f"revised since {last.day - OVERLAP}", len(changed), wanted=len(changed & last.hits & hits)),
            _row(source, "no longer found", len(gone), wanted=len(gone)),
        ]
    )


def _row(source: PubMed, part: str, found: int, *, wanted: int) -> list[object]:
    requests = -(-wanted // source.page_size)
    rate = source.service.rate
    return [source.query, part, found, wanted, requests, round(requests / rate / 60, 1) if rate else 0.0]


def _table(rows: list[list[object]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(_summed(rows)), columns=COLUMNS)


def _summed(rows: list[list[object]]) -> Iterator[list[object]]:
    yield from rows
    if len(rows) > 1:
        yield [rows[0][0], "total", *(sum(row[place] for row in rows) for place in (2, 3, 4, 5))]  # type: ignore[misc]
