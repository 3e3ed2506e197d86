"""Who became or is no more a micro-influencer, and which margin of the definition was crossed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expertmine.changes.links import NAMED, NAMES, pair

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from expertmine.config import InfluenceSettings

Row = dict[str, Any]
COLUMNS = ["person_id", "name", "topic_id", "topic", "change", "why"]


@dataclass(frozen=True, slots=True)
class Margin:
    """One number of the definition, and what it has to be."""

    column: str
    words: str
    limit: str
    holds: Callable[[float], bool]


def list_influencer_changes(db: duckdb.DuckDBPyConnection, settings: InfluenceSettings) -> pd.DataFrame:
    """List the micro-influencers of one generation that are none in the other, new ones first, and why."""
    import pandas as pd

    margins = list_margins(settings)
    for side in ("before", "after"):
        db.execute(f"CREATE VIEW {side}_micro AS SELECT * FROM {side}_influencers WHERE micro")
    pair(db, "micro")
    rows = db.sql(_query([margin.column for margin in margins])).to_arrow_table().to_pylist()
    told = [{**row, "why": _why(row, margins)} for row in rows]
    return pd.DataFrame(told, columns=COLUMNS).astype("str")


def list_margins(settings: InfluenceSettings) -> list[Margin]:
    """List the clauses of the definition with their present limits; who has no paper is hidden from volume."""
    s = settings
    return [
        Margin("niche_rank", "authority rank in the niche", f"top {s.niche_top} count", lambda v: v <= s.niche_top),
        Margin("volume_rank", "volume rank", f"hidden outside the top {s.volume_top}", lambda v: v > s.volume_top),
        Margin("lq_low", "least specialisation", "needs above 1", lambda v: v > 1),
        Margin("q", "q", f"at most {s.q:g}", lambda v: v <= s.q),
        Margin("niche_papers", "papers in the niche", f"needs {s.min_papers}", lambda v: v >= s.min_papers),
        Margin("led", "papers led", f"needs {s.min_led}", lambda v: v >= s.min_led),
        Margin("nominators", "peers who named them", f"needs {s.min_nominators}", lambda v: v >= s.min_nominators),
    ]


def _query(columns: list[str]) -> str:
    numbers = [f"b.{column} AS {column}_before, a.{column} AS {column}_after" for column in columns]
    return f"""
        SELECT {NAMED}, CASE side WHEN 'after' THEN 'new' ELSE 'gone' END AS change,
            person_before, person_after, topic_before, topic_after, br.rank AS rank_before, ar.rank AS rank_after,
            b.why IS NOT NULL AS listed_before, a.why IS NOT NULL AS listed_after, {", ".join(numbers)}
        FROM micro {NAMES}
        LEFT JOIN before_influencers b ON b.person_id = person_before AND b.topic_id = topic_before
        LEFT JOIN after_influencers a ON a.person_id = person_after AND a.topic_id = topic_after
        LEFT JOIN before_ranked br ON br.person_id = person_before AND br.topic_id = topic_before
        LEFT JOIN after_ranked ar ON ar.person_id = person_after AND ar.topic_id = topic_after
        WHERE side <> 'both'
        ORDER BY change DESC, topic_id, coalesce(a.combined, b.combined) DESC, person_id
    """


def _why(row: Row, margins: list[Margin]) -> str:
    """Say what is there in one generation only or, where all is there in both, which limits were crossed."""
    new = row["change"] == "new"
    other = "before" if new else "after"
    if row[f"topic_{other}"] is None:
        return "the niche is new" if new else "the niche is no longer there"
    if row[f"person_{other}"] is None:
        return _unknown(row, new=new)
    if not row[f"listed_{other}"]:
        return _unlisted(row, other, margins[0])
    crossed = [text for margin in margins if (text := _crossed(row, margin))]
    return "; ".join(crossed) or "no margin crossed its present limit: the settings were others"


def _unknown(row: Row, *, new: bool) -> str:
    """Say that an id is in one generation only: whoever had no paper may have one by now, and with it another id."""
    if row["volume_rank_after" if new else "volume_rank_before"] is None:
        return "was not among those known to peers only" if new else "is no longer among those known to peers only"
    return "was not known in the corpus" if new else "is no longer known in the corpus"


def _unlisted(row: Row, other: str, margin: Margin) -> str:
    """Tell the rank of somebody who was neither in the niche's top nor named, so that no other margin was measured."""
    rank = row[f"rank_{other}"]
    if rank is None:
        return "had no score in the niche" if other == "before" else "has no score in the niche any more"
    return _told({**row, f"niche_rank_{other}": rank}, margin)


def _crossed(row: Row, margin: Margin) -> str:
    old, new = (row[f"{margin.column}_{side}"] for side in ("before", "after"))
    ends = [math.inf if value is None else value for value in (old, new)]
    return _told(row, margin) if margin.holds(ends[0]) != margin.holds(ends[1]) else ""


def _told(row: Row, margin: Margin) -> str:
    old, new = (_written(row[f"{margin.column}_{side}"]) for side in ("before", "after"))
    return f"{margin.words} {old} → {new} ({margin.limit})"


def _written(value: float | None) -> str:
    return "none" if value is None else str(value) if isinstance(value, int) else f"{value:.2g}"
