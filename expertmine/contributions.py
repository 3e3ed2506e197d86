"""Who wrote what in which topic: the one place where topics and persons meet."""

from __future__ import annotations

import pyarrow as pa

from expertmine.config import ContributionSettings
from expertmine.tables import TABLES, Frame

_JOIN = """
    WITH humans AS (
        SELECT pmid, count(*) AS n_mentions FROM mentions WHERE collective IS NULL GROUP BY pmid
    ), places AS (
        SELECT person_id, pmid, min(position) AS position FROM identities GROUP BY person_id, pmid
    )
    SELECT person_id, topic_id, pmid, year, position, n_mentions, strength
    FROM places
    JOIN assignments USING (pmid)
    JOIN humans USING (pmid)
    LEFT JOIN articles USING (pmid)
    WHERE strength >= ?
    ORDER BY person_id, topic_id, pmid
"""


def join_contributions(
    identities: Frame,
    assignments: Frame,
    *,
    articles: Frame,
    mentions: Frame,
    settings: ContributionSettings = ContributionSettings(),
) -> pa.Table:
    """Return one row per person, topic and article of that topic on which the person stands.

    Parameters
    ----------
    identities, assignments, articles, mentions
        Tables of these names.
    settings
        `min_strength`: the least membership at which an article counts for a topic.

    Returns
    -------
    pyarrow.Table
        The table `contributions`, sorted by its key. A person printed twice on a paper stands at the first place;
        `n_mentions` counts the humans printed, not the groups.

    Raises
    ------
    TableError
        If a table breaks its declaration.

    Examples
    --------
    >>> tables = {name: TABLES[name].empty() for name in ("articles", "mentions")}
    >>> join_contributions(TABLES["identities"].empty(), TABLES["assignments"].empty(), **tables).num_rows
    0
    """
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("identities", TABLES["identities"].arrow(identities))
        connection.register("assignments", TABLES["assignments"].arrow(assignments))
        connection.register("articles", TABLES["articles"].arrow(articles).select(["pmid", "year"]))
        connection.register("mentions", TABLES["mentions"].arrow(mentions).select(["pmid", "collective"]))
        found = connection.sql(_JOIN, params=[settings.min_strength]).to_arrow_table()
    return TABLES["contributions"].arrow(found)
