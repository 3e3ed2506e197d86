"""What is the same in two generations though its id may differ: topics by their papers, people by their mentions.

Everything here is SQL over both generations side by side, as `before_scores` and `after_scores`, so that no step is
quadratic and no table is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from expertmine.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

LARGE = "evidence"
"""Read only where a paper was lost."""
COMPARED: Mapping[str, tuple[str, ...]] = {
    "articles": (),
    "mentions": ("pmid", "position", "last"),
    "topics": ("topic_id", "layer", "name"),
    "assignments": ("pmid", "topic_id", "strength"),
    "persons": ("person_id", "name"),
    "nominees": ("person_id", "name"),
    "identities": ("pmid", "position", "person_id"),
    "scores": ("person_id", "topic_id", "score", "rank"),
    "evidence": ("person_id", "topic_id", "pmid", "points"),
    "influencers": (),
}
"""The tables that are compared and the columns that matter; () for all."""
_NEEDS: Mapping[str, set[str]] = {
    "topics": {"articles", "assignments"},
    "identities": {"articles", "persons"},
    "scores": {"topics", "identities"},
    "evidence": {"scores"},
    "influencers": {"scores"},
}
"""Without what tables one cannot be compared; in order, so that what is missing below is missing above."""

_VIEWS = """
    CREATE VIEW {side}_papers AS
        SELECT topic_id AS owner, pmid, layer AS place, '' AS word
        FROM {side}_assignments JOIN {side}_topics USING (topic_id)
        QUALIFY row_number() OVER (PARTITION BY pmid, layer ORDER BY strength DESC, topic_id) = 1;
    CREATE TABLE {side}_names AS
        SELECT person_id AS owner, pmid, coalesce(last, '') AS word,
            row_number() OVER (PARTITION BY pmid, last ORDER BY position) AS place
        FROM {side}_identities LEFT JOIN {side}_mentions USING (pmid, position);
    CREATE VIEW {side}_people AS
        SELECT person_id, name FROM {side}_persons UNION ALL SELECT person_id, name FROM {side}_nominees;
    CREATE VIEW {side}_ranked AS
        SELECT person_id, topic_id, rank, score FROM {side}_scores JOIN {side}_topics USING (topic_id)
        WHERE layer = 0 AND score > 0;
"""
"""Papers of a topic, each in its strongest; mentions of a person, as the n-th of that surname on the paper, since a
list that grew moves every place; names; who has a rank in a niche (where nothing counts all share the first, which
says nothing)."""

_LINKS = """
    CREATE TABLE {name} AS
    WITH old AS (SELECT * FROM before_{rows} SEMI JOIN after_{rows} USING (pmid)),
    new AS (SELECT * FROM after_{rows} SEMI JOIN before_{rows} USING (pmid)),
    old_sizes AS (SELECT owner AS before, count(*) AS old_size FROM old GROUP BY owner),
    new_sizes AS (SELECT owner AS after, count(*) AS new_size FROM new GROUP BY owner),
    met AS (
        SELECT old.owner AS before, new.owner AS after, count(*) AS common, min(pmid) AS first
        FROM old JOIN new USING (pmid, place, word) GROUP BY ALL),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY before ORDER BY {order}) AS of_before,
            row_number() OVER (PARTITION BY after ORDER BY {order}) AS of_after
        FROM met JOIN old_sizes USING (before) JOIN new_sizes USING (after))
    SELECT before, after, common, old_size, new_size, of_before = 1 AND of_after = 1 AS same
    FROM ranked WHERE 2 * common >= least(old_size, new_size)
"""
"""Links between owners of which one has half of the other's; `same` where each is the other's largest overlap."""

_ORDER = "common DESC, old_size + new_size, first, least(before, after), greatest(before, after)"
"""The largest overlap, then the most alike; the rest is chance, but the same seen from either generation."""


_PAIRS = """
    CREATE TABLE {name} AS
    WITH met AS (
        SELECT b.person_id AS person_before, b.topic_id AS topic_before,
            a.person_id AS person_after, a.topic_id AS topic_after, p.same AND t.same AS same
        FROM before_{name} b JOIN person_links p ON p.before = b.person_id JOIN topic_links t ON t.before = b.topic_id
        JOIN after_{name} a ON a.person_id = p.after AND a.topic_id = t.after)
    SELECT 'both' AS side, person_before, topic_before, person_after, topic_after FROM met WHERE same
    UNION ALL
    SELECT 'before', b.person_id, b.topic_id, p.after, t.after
    FROM before_{name} b
    LEFT JOIN same_people p ON p.before = b.person_id LEFT JOIN same_topics t ON t.before = b.topic_id
    ANTI JOIN met ON met.person_before = b.person_id AND met.topic_before = b.topic_id
    UNION ALL
    SELECT 'after', p.before, t.before, a.person_id, a.topic_id
    FROM after_{name} a
    LEFT JOIN same_people p ON p.after = a.person_id LEFT JOIN same_topics t ON t.after = a.topic_id
    ANTI JOIN met ON met.person_after = a.person_id AND met.topic_after = a.topic_id
"""
"""Rows of both generations that are the same; else those that no link, not even a weak one, leads to the other."""

NAMED = """
    coalesce(person_after, person_before) AS person_id, coalesce(pa.name, pb.name) AS name,
    coalesce(topic_after, topic_before) AS topic_id, coalesce(ta.name, tb.name) AS topic
"""
"""What a row of pairs is called, with the tables of `NAMES` joined."""

NAMES = """
    LEFT JOIN before_people pb ON pb.person_id = person_before LEFT JOIN after_people pa ON pa.person_id = person_after
    LEFT JOIN before_topics tb ON tb.topic_id = topic_before LEFT JOIN after_topics ta ON ta.topic_id = topic_after
"""


@contextmanager
def comparing(before: Mapping[str, pa.Table], after: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lay both generations side by side, matched; a table that one of them lacks is empty in both."""
    import duckdb

    held = set(before.keys() & after.keys())
    for name, needed in _NEEDS.items():
        if not needed <= held:
            held.discard(name)
    with duckdb.connect(config={"threads": 1}) as db:
        for name in COMPARED:
            for side, tables in (("before", before), ("after", after)):
                db.register(f"{side}_{name}", tables[name] if name in held else TABLES[name].empty())
        for side in ("before", "after"):
            db.execute(_VIEWS.format(side=side))
        db.execute(_LINKS.format(name="topic_links", rows="papers", order=_ORDER))
        db.execute(_LINKS.format(name="person_links", rows="names", order=_ORDER))
        db.execute("CREATE VIEW same_topics AS FROM topic_links WHERE same")
        db.execute("CREATE VIEW same_people AS FROM person_links WHERE same")
        db.execute("""
            INSERT INTO person_links
            SELECT person_id, person_id, 1, 1, 1, true FROM before_nominees JOIN after_nominees USING (person_id)""")
        yield db


def pair(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Set the rows of `before_NAME` and `after_NAME`, keyed by person and topic, against each other as table NAME."""
    db.execute(_PAIRS.format(name=name))


def ask(db: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """Return what the last statement of a query finds."""
    return cast("pd.DataFrame", db.sql(query).to_arrow_table().to_pandas())
