"""The change report: one self-contained HTML page that says what matters first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from expertmine.changes import Changes
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
HEADLINES = 5
ROWS = 40
"""Rows of a list that are shown; of the rest, the number."""
PEOPLE = 12
"""People of one lost paper that are shown."""
NEEDED = {
    "shocks": "scores",
    "influencers": "influencers",
    "niches": "topics",
    "experts": "scores",
    "records": "articles",
}
"""The table without which a section has nothing to compare."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The first rows of a list and how many more there are."""

    rows: list[Row]
    more: int = 0

    @classmethod
    def first(cls, rows: Iterable[Row], most: int = ROWS) -> Shown:
        """Show so many rows at most."""
        every = list(rows)
        return cls(every[:most], max(len(every) - most, 0))


def render_changes(changes: Changes, *, title: str, generation: str = "", unstable: Collection[str] = ()) -> str:
    """Render what changed as one HTML page that needs nothing else, offline or on paper.

    Parameters
    ----------
    changes
        Two generations compared.
    title
        What the corpus is about; the page's heading.
    generation
        The later one's name, if it has one.
    unstable
        Ids of niches to be marked as hardly found again when a fifth of the articles is missing.

    Returns
    -------
    str
        The page; the same changes give the same text.
    """
    from expertmine.report.page import environment

    topics, moves = _rows(changes.topics), _rows(changes.experts)
    niches = [topic for topic in topics if topic["layer"] == NICHE]
    kept = [topic for topic in niches if topic["change"] == "kept"]
    risen = [move for move in moves if move["change"] in ("entered", "rose")]
    influencers, records = _rows(changes.influencers), _rows(changes.records)
    return (
        environment()
        .get_template("changes.html.j2")
        .render(
            title=title,
            generation=generation,
            unstable=frozenset(unstable),
            count=changes.summary(),
            articles=next((row for row in _rows(changes.tables) if row["table"] == "articles"), None),
            missing=_missing(changes),
            papers=Shown.first(_lost_papers(_rows(changes.shocks))),
            losers=changes.shocks["person_id"].nunique(),
            influencers=_by_change(influencers),
            niches=_by_change(niches) | {"kept": Shown.first(sorted(kept, key=_growth))},
            themes=Shown.first(topic for topic in topics if topic["layer"] == NICHE + 1 and topic["change"] != "kept"),
            risers=Shown.first(sorted(risen, key=_height), HEADLINES),
            moves=Shown.first(_by_niche(moves)),
            records=_by_change(records),
            headlines=HEADLINES,
        )
    )


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows with None for what is not there."""
    return [{str(key): value for key, value in row.items()} for row in
            frame.astype(object).where(frame.notna(), None).to_dict("records")]  # fmt: skip


def _missing(changes: Changes) -> dict[str, str]:
    """Say for each section which generation lacks what it compares; nothing if both have it."""
    lacking = changes.lacking()
    return {
        section: f"Not compared: the {lacking[table]} generation has no table {table}." if table in lacking else ""
        for section, table in NEEDED.items()
    }


def _by_change(rows: list[Row]) -> dict[str, Shown]:
    kinds = ("new", "gone", "retracted", "revised", "born", "split", "merged", "retired")
    return {kind: Shown.first(row for row in rows if row["change"] == kind) for kind in kinds}


def _lost_papers(shocks: list[Row]) -> list[Row]:
    """Gather the people of each lost paper; papers and people with the most points first."""
    papers: dict[int, list[Row]] = {}
    for row in shocks:
        papers.setdefault(row["pmid"], []).append(row)
    return [rows[0] | {"people": Shown.first(rows, PEOPLE)} for rows in papers.values()]


def _by_niche(moves: list[Row]) -> list[Row]:
    """Gather the moves of each niche; niches with the most moves first, who is in the top before who left it."""
    niches: list[Row] = [
        {"topic_id": topic_id, "topic": topic, "moves": sorted(rows, key=lambda move: move["change"] == "left")}
        for (topic_id, topic), rows in groupby(moves, key=lambda move: (move["topic_id"], move["topic"]))
    ]
    return sorted(niches, key=lambda niche: (-len(niche["moves"]), niche["topic"], niche["topic_id"]))


def _height(move: Row) -> tuple[int, int]:
    """Order risers: the highest rank first, then who came from farthest below."""
    before = move["rank_before"]
    return move["rank_after"], -1_000_000 if before is None else -before


def _growth(topic: Row) -> int:
    return -abs(int(topic["size_after"] - topic["size_before"]))
