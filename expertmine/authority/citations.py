"""How often a topic's papers are cited inside the topic by people who did not write them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_STEPS = (
    "CREATE TABLE papers AS SELECT DISTINCT topic_id, pmid, strength FROM contributions WHERE weight > 0",
    """
    CREATE TABLE inside AS SELECT a.topic_id, citing, cited, a.strength
    FROM citations
    JOIN papers AS a ON a.pmid = citing
    JOIN papers AS b ON b.pmid = cited AND b.topic_id = a.topic_id
    """,
    "CREATE TABLE writers AS SELECT DISTINCT pmid, person_id FROM contributions",
    """
    CREATE TABLE own AS SELECT DISTINCT citing, cited
    FROM (SELECT DISTINCT citing, cited FROM inside)
    JOIN writers AS a ON a.pmid = citing
    JOIN writers AS b ON b.pmid = cited AND b.person_id = a.person_id
    """,
    """
    CREATE TABLE received AS SELECT topic_id, cited AS pmid, sum(strength) AS times
    FROM inside ANTI JOIN own USING (citing, cited) GROUP BY topic_id, cited
    """,
)
"""Each step is a table, so that the next join is planned by how many rows there are: planned as one query, blindly,
it takes a hundred times as long on a million contributions."""
_READ = """
    SELECT coalesce(times, 0.0) AS times
    FROM contributions LEFT JOIN received USING (topic_id, pmid)
    ORDER BY place
"""


def count_citations(contributions: pa.Table, citations: pa.Table) -> NDArray[np.float64]:
    """Count each contribution's citations, (n,): by papers of the topic, each as much as it is about the topic.

    A citation by a paper that shares a person with the cited one is not counted, nor one by a paper without weight:
    retracted, or later than the present.
    """
    import duckdb

    place = pa.array(np.arange(contributions.num_rows))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("contributions", contributions.append_column("place", place))
        in_order = citations.sort_by([("citing", "ascending"), ("cited", "ascending")]).combine_chunks()
        connection.register("citations", in_order)  # sums of strengths go by it, and with them their last digits
        for step in _STEPS:
            connection.execute(step)
        times = connection.sql(_READ).to_arrow_table()["times"]
    return np.asarray(times, dtype=np.float64)
