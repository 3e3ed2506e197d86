"""What became of the topics: born, split, merged, retired, kept."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Row = dict[str, Any]
COLUMNS = {
    "layer": "int64", "change": "str", "before": "object", "after": "object", "names_before": "object",
    "names_after": "object", "size_before": "int64", "size_after": "int64", "shared": "float64",
}  # fmt: skip
ORDER = ("born", "split", "merged", "retired", "kept")

_EVENTS = """
    CREATE TABLE parts AS SELECT before, after FROM topic_links
        WHERE 2 * common >= new_size AND 10 * common >= old_size QUALIFY count(*) OVER (PARTITION BY before) > 1;
    CREATE TABLE joined AS SELECT before, after FROM topic_links
        WHERE 2 * common >= old_size AND 10 * common >= new_size QUALIFY count(*) OVER (PARTITION BY after) > 1;
    CREATE TABLE events AS
        SELECT 'split' AS change, before AS whole, before, after FROM parts
        UNION ALL SELECT 'merged', after, before, after FROM joined
        UNION ALL SELECT 'kept', after, before, after FROM
            (SELECT before, after FROM topic_links WHERE same EXCEPT (FROM parts UNION FROM joined));
    INSERT INTO events
        SELECT 'born', topic_id, NULL, topic_id FROM after_topics ANTI JOIN events ON after = topic_id
        UNION ALL SELECT 'retired', topic_id, topic_id, NULL FROM before_topics ANTI JOIN events ON before = topic_id;
    WITH old AS (SELECT owner AS before, count(*) AS size_before FROM before_papers GROUP BY owner),
    new AS (SELECT owner AS after, count(*) AS size_after FROM after_papers GROUP BY owner)
    SELECT events.*, coalesce(a.layer, b.layer) AS layer, b.name AS name_before, a.name AS name_after,
        coalesce(size_before, 0) AS size_before, coalesce(size_after, 0) AS size_after, common, old_size, new_size
    FROM events LEFT JOIN before_topics b ON b.topic_id = before LEFT JOIN after_topics a ON a.topic_id = after
    LEFT JOIN topic_links USING (before, after) LEFT JOIN old USING (before) LEFT JOIN new USING (after)
    ORDER BY change, whole, common DESC, before, after
"""
"""A part has most of its papers from the whole, and at least a tenth of the whole's; joining is the same backwards."""


def trace_topics(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Match the topics of each layer by the papers that both generations know, and say what became of each."""
    import pandas as pd

    links = db.sql(_EVENTS).to_arrow_table().to_pylist()
    groups = groupby(links, key=lambda link: (link["change"], link["whole"]))
    events = [event for (change, _), group in groups if (event := _event(change, list(group)))]
    events.sort(key=lambda e: (e["layer"], ORDER.index(e["change"]), -e["size_after"], e["before"], e["after"]))
    return pd.DataFrame(events, columns=list(COLUMNS)).astype(COLUMNS)


def _event(change: str, links: list[Row]) -> Row | None:
    """Sum up the links of one whole and its parts; None if it is what it was."""
    old = {link["before"]: link for link in links if link["before"] is not None}
    new = {link["after"]: link for link in links if link["after"] is not None}
    common = sum(link["common"] or 0 for link in links)
    event = {
        "layer": links[0]["layer"],
        "change": change,
        "before": list(old),
        "after": list(new),
        "names_before": [link["name_before"] for link in old.values()],
        "names_after": [link["name_after"] for link in new.values()],
        "size_before": sum(link["size_before"] for link in old.values()),
        "size_after": sum(link["size_after"] for link in new.values()),
        "shared": 0.0,
    }
    if common:
        known = sum(link["old_size"] for link in old.values()) + sum(link["new_size"] for link in new.values())
        event["shared"] = common / (known - common)
    unchanged = event["names_before"] == event["names_after"] and event["size_before"] == event["size_after"] == common
    return None if unchanged else event
