"""Who entered, left or moved in the top of a niche, and whose score a lost paper carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expertmine.changes.links import NAMED, NAMES, ask, pair

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

STEP = 3
"""Places that somebody within the top has to move to be listed."""
RANKS = {"rank_before": "Int64", "rank_after": "Int64"}

_TOP = """
    CREATE VIEW {side}_top AS FROM {side}_ranked
    WHERE rank <= {top} AND topic_id IN (SELECT {side} FROM topic_links)
"""

_MOVES = f"""
    SELECT {NAMED},
        CASE side WHEN 'before' THEN 'left' WHEN 'after' THEN 'entered'
            ELSE CASE WHEN a.rank < b.rank THEN 'rose' ELSE 'fell' END END AS change,
        b.rank AS rank_before, a.rank AS rank_after, b.score AS score_before, a.score AS score_after
    FROM top {NAMES}
    LEFT JOIN before_ranked b ON b.person_id = person_before AND b.topic_id = topic_before
    LEFT JOIN after_ranked a ON a.person_id = person_after AND a.topic_id = topic_after
    WHERE side <> 'both' OR abs(a.rank - b.rank) >= {STEP}
    ORDER BY topic_id, coalesce(rank_after, rank_before), person_id, topic, rank_before
"""

_SHOCKS = f"""
    WITH carried AS (
        SELECT e.person_id AS person_before, e.topic_id AS topic_before, pmid, layer,
            sum(points ORDER BY points) AS points
        FROM before_evidence e JOIN before_topics USING (topic_id)
        WHERE pmid IN (SELECT pmid FROM lost)
        GROUP BY e.person_id, e.topic_id, pmid, layer QUALIFY layer = min(layer) OVER (PARTITION BY pmid)
    ), shocks AS (
        SELECT carried.*, p.after AS person_after, t.after AS topic_after FROM carried
        LEFT JOIN same_people p ON p.before = person_before LEFT JOIN same_topics t ON t.before = topic_before
    )
    SELECT {NAMED}, pmid, title, change, points AS lost, b.score AS score_before,
        CASE WHEN topic_after IS NOT NULL THEN coalesce(a.score, 0) END AS score_after
    FROM shocks JOIN lost USING (pmid) {NAMES}
    LEFT JOIN before_scores b ON b.person_id = person_before AND b.topic_id = topic_before
    LEFT JOIN after_scores a ON a.person_id = person_after AND a.topic_id = topic_after
    ORDER BY points DESC, pmid, person_id, topic_id
"""


def list_moves(db: duckdb.DuckDBPyConnection, *, top: int) -> pd.DataFrame:
    """List who entered or left the first `top` of a niche that is in both generations, or moved among them.

    Somebody whose niche was split or merged, or who was taken for two people and is now one, has not left while one
    of the two is in the top of one of the others.
    """
    for side in ("before", "after"):
        db.execute(_TOP.format(side=side, top=top))
    pair(db, "top")
    return ask(db, _MOVES).astype(RANKS)


def find_shocks(db: duckdb.DuckDBPyConnection, records: pd.DataFrame) -> pd.DataFrame:
    """List who lost points with a record that is gone or newly retracted, most points first."""
    db.register("lost", records[records["change"].isin(["gone", "retracted"])])
    return ask(db, _SHOCKS)
