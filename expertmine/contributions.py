"""Who wrote what in which topic: the one place where topics and persons meet."""

from __future__ import annotations

import pyarrow as pa

from expertmine.config import ContributionSettings, checked_section
from expertmine.tables import TABLES, Frame

LAST_YEAR = 9999

_JOIN = """
    WITH humans AS (
        SELECT pmid, position,
            row_number() OVER (PARTITION BY pmid ORDER BY position) AS place,
            count(*) OVER (PARTITION BY pmid) AS n_mentions
        FROM mentions WHERE collective IS NULL
    ), places AS (
        SELECT person_id, pmid, min(place) AS position, any_value(n_mentions) AS n_mentions,
            CASE WHEN count(*) = count(stays) THEN bit_or(stays) END AS stays
        FROM identities JOIN humans USING (pmid, position)
        GROUP BY person_id, pmid
    )
    SELECT person_id, topic_id, pmid, year, position, n_mentions, strength, stays
    FROM places
    JOIN assignments USING (pmid)
    LEFT JOIN articles USING (pmid)
    WHERE strength >= $least AND coalesce(year, 0) <= $as_of
        AND NOT coalesce(retracted, false) AND coalesce(kind, 'article') <> 'notice'
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
        `min_strength`: the least membership at which an article counts for a topic; `as_of`: the last year that is
        seen.

    Returns
    -------
    pyarrow.Table
        The table `contributions`, sorted by its key. A person printed twice on a paper stands at the first place;
        `position` and `n_mentions` count the humans printed, not the groups. Retracted papers, notices (of retractions,
        errata and the like) and what came after `as_of` are nobody's.

    Raises
    ------
    ConfigError
        If a setting is out of its range.
    TableError
        If a table breaks its declaration.

    Examples
    --------
    >>> tables = {name: TABLES[name].empty() for name in ("articles", "mentions")}
    >>> join_contributions(TABLES["identities"].empty(), TABLES["assignments"].empty(), **tables).num_rows
    0
    """
    import duckdb

    settings = checked_section(settings, ContributionSettings)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("identities", TABLES["identities"].arrow(identities))
        connection.register("assignments", TABLES["assignments"].arrow(assignments))
        connection.register(
            "articles", TABLES["articles"].arrow(articles).select(["pmid", "year", "retracted", "kind"])
        )
        connection.register("mentions", TABLES["mentions"].arrow(mentions).select(["pmid", "position", "collective"]))
        as_of = LAST_YEAR if settings.as_of is None else settings.as_of
        found = connection.sql(_JOIN, params={"least": settings.min_strength, "as_of": as_of}).to_arrow_table()
    return TABLES["contributions"].arrow(found)
