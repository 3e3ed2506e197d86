"""What a fetch or a refresh would ask for, and what a survey would come to, before it does; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from expertmine.acquire.fetching import brought, find_again, last_search, look_back
from expertmine.acquire.files import read_files
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.sources import PubMed

PLANNED = [
    "file", "ballots", "rejects", "topics", "topics_found", "names", "names_found", "names_new", "names_in_doubt",
]  # fmt: skip
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
    since = look_back(source, last)
    changed = source.changed(since)
    known = last.hits | brought(corpus.chunks(source.query, last.number + 1))
    found, hits = find_again(source, known, changed)
    gone = known - hits
    return _table(
        [
            _row(source, "new", found.total, wanted=len(frozenset(found.pmids) - last.hits)),
            _row(source, f"revised since {since}", len(changed), wanted=len(changed & last.hits & hits)),
            _row(source, "no longer found", len(gone), wanted=len(gone)),
        ]
    )


def plan_nominations(
    corpus: Corpus, *files: str | Path, columns: Mapping[str, str] | None = None, topic: str | None = None
) -> pd.DataFrame:
    """Count what surveys would come to if they were added: parameters and errors as in `add_nominations`.

    Each is seen without the surveys that the corpus holds, and with the decisions that it holds.

    Returns
    -------
    pandas.DataFrame
        file, ballots, rejects, topics, topics_found, names, names_found (persons of the corpus), names_new (surely on
        no paper of it), names_in_doubt (also those under a topic that is not found). A topic or name counts once for
        each way it is typed. What is to be found is null in a corpus that was never run.
    """
    import pandas as pd

    from expertmine.nominations import read_ballots, survey_columns
    from expertmine.nominations.weigh import UNDERSTOOD, count_matches

    corpus = checked_corpus(corpus).pinned()
    held = corpus.tables(*(name for name in UNDERSTOOD if name in corpus.manifest.tables))
    rows = []
    for source, data in read_files(files):
        survey_columns(data, source=source, columns=columns, topic=topic)  # refuses what cannot be added
        ballots, rejects = read_ballots(data, source=source, columns=columns, topic=topic)
        named = pa.Table.from_arrays([ballots["nominee"], ballots["nominee_institution"]], ["name", "place"])
        typed = {
            "topics": len(ballots["topic"].unique()),
            "names": named.group_by(["name", "place"]).aggregate([]).num_rows,
        }
        known = {"persons", "topics", "scores"} <= set(held)
        found = count_matches({**held, "ballots": ballots}, corpus.config.nominations) if known else {}
        rows.append({"file": source, "ballots": ballots.num_rows, "rejects": rejects.num_rows, **typed, **found})
    return pd.DataFrame(rows, columns=PLANNED).astype(dict.fromkeys(PLANNED[1:], "Int64"))


def _row(source: PubMed, part: str, found: int, *, wanted: int) -> list[object]:
    requests = -(-wanted // source.page_size)
    rate = source.service.rate
    return [source.query, part, found, wanted, requests, round(requests / rate / 60, 1) if rate else 0.0]


def _table(rows: list[list[object]]) -> pd.DataFrame:
    import pandas as pd

    sums = (sum(column) for column in [*zip(*rows, strict=True)][2:])
    total = [[rows[0][0], "total", *sums]] if len(rows) > 1 else []
    return pd.DataFrame([*rows, *total], columns=COLUMNS)
