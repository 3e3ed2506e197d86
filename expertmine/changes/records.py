"""Records that are new, gone, retracted or revised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.changes.links import COMPARED, LARGE, ask

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_RECORDS = """
    WITH old AS (SELECT pmid, title, retracted, hash({columns}) AS content FROM before_articles),
    new AS (SELECT pmid, title, retracted, hash({columns}) AS content FROM after_articles)
    SELECT coalesce(new.pmid, old.pmid) AS pmid,
        CASE WHEN old.pmid IS NULL THEN 'new' WHEN new.pmid IS NULL THEN 'gone'
            WHEN new.retracted AND NOT old.retracted THEN 'retracted' ELSE 'revised' END AS change,
        coalesce(new.title, old.title) AS title
    FROM old FULL JOIN new ON new.pmid = old.pmid
    WHERE new.content IS DISTINCT FROM old.content
    ORDER BY pmid
"""
"""Compared by hash: to hold every abstract twice would cost more memory than all the rest."""


def list_records(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """List the records that are in one generation only or changed in any column."""
    shared = set(db.table("before_articles").columns) & set(db.table("after_articles").columns)
    return ask(db, _RECORDS.format(columns=", ".join(sorted(shared))))


def lost_papers(before: pa.Table, after: pa.Table) -> pa.Array:
    """Return the PMIDs that are gone or newly retracted."""
    standing = after.filter(pc.invert(after["retracted"]))["pmid"].combine_chunks()
    known = before.filter(pc.invert(before["retracted"]))["pmid"].combine_chunks()
    return known.filter(pc.invert(pc.is_in(known, value_set=standing)))


def count_rows(before: Mapping[str, pa.Table], after: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Count the rows of the tables that grew or shrank, or that one generation lacks."""
    import pandas as pd

    rows = [
        (name, before[name].num_rows if name in before else None, after[name].num_rows if name in after else None)
        for name in COMPARED
        if name != LARGE
    ]
    frame = pd.DataFrame([row for row in rows if row[1] != row[2]], columns=["table", "rows_before", "rows_after"])
    return frame.astype({"table": "str", "rows_before": "Int64", "rows_after": "Int64"})
