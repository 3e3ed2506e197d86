"""What changed between two generations of a corpus: records, topics, experts, micro-influencers, scores lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from expertmine.config import InfluenceSettings
    from expertmine.corpus import Corpus

__all__ = ["Changes", "changes", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Two generations compared; every field is a DataFrame, sorted, and empty if nothing changed.

    Ids are those of the later generation where the person or topic is in both, else those of the generation that has
    them. What only one generation has tables for is not compared; `tables` says so.
    """

    tables: pd.DataFrame
    """table, rows_before, rows_after: tables whose number of rows changed, or that one generation lacks."""
    records: pd.DataFrame
    """pmid, change (new, gone, retracted, revised), title."""
    topics: pd.DataFrame
    """layer, change (born, split, merged, kept, retired), before and after (lists of ids), names_before and
    names_after (their names), size_before, size_after, shared (of the papers known to both generations and in one or
    the other, the share that is in both). A kept topic is listed if it has other papers or another name."""
    experts: pd.DataFrame
    """person_id, name, topic_id, topic, change (entered, left, rose, fell), rank_before, rank_after, score_before,
    score_after: who entered or left the top of a niche that is in both, or moved three places within it."""
    influencers: pd.DataFrame
    """person_id, name, topic_id, topic, change (new, gone), why: who became or is no more a micro-influencer."""
    shocks: pd.DataFrame
    """person_id, name, topic_id, topic, pmid, title, change (retracted, gone), lost (the points that the paper
    carried), score_before, score_after: in the paper's niche or, if it was in none, in its finest topic."""

    def summary(self) -> dict[str, int]:
        """Count the changes by kind, topics in the layer of niches only: numbers without names, fit for a log."""
        from expertmine.tables.niches import NICHE

        kinds = {
            "records": (self.records, ("new", "gone", "retracted", "revised")),
            "niches": (self.topics[self.topics["layer"] == NICHE], ("born", "split", "merged", "kept", "retired")),
            "experts": (self.experts, ("entered", "left", "rose", "fell")),
            "influencers": (self.influencers, ("new", "gone")),
        }
        counts = {
            f"{name}_{kind}": int((frame["change"] == kind).sum())
            for name, (frame, known) in kinds.items()
            for kind in known
        }
        return counts | {"shocks": len(self.shocks)}

    def lacking(self) -> dict[str, str]:
        """Name each table that one generation lacks, and which: what is made from it could not be compared."""
        without = {"earlier": self.tables["rows_before"].isna(), "later": self.tables["rows_after"].isna()}
        return {table: which for which, absent in without.items() for table in self.tables.loc[absent, "table"]}


def compare(
    before: Mapping[str, pa.Table],
    after: Mapping[str, pa.Table],
    *,
    top: int = 10,
    settings: InfluenceSettings | None = None,
) -> Changes:
    """Compare the tables of two generations.

    Ids may change though the topic or person does not: topics are matched by the papers, people by the mentions that
    both generations have. Two are the same if each is the other's largest overlap and it is at least half of one of
    them.

    Parameters
    ----------
    before, after
        Tables by name; those that either lacks are not compared.
    top
        How many experts of a niche are its top.
    settings
        The present limits of the micro-influencers' definition, to say which of its margins was crossed; by default
        the default ones.

    Returns
    -------
    Changes
        The same tables in another order of rows give the same changes.

    Raises
    ------
    ConfigError
        If `top` is less than 1.
    """
    from expertmine.changes.experts import find_shocks, list_moves
    from expertmine.changes.influencers import list_influencer_changes
    from expertmine.changes.lineage import trace_topics
    from expertmine.changes.links import comparing
    from expertmine.changes.records import count_rows, list_records
    from expertmine.config import InfluenceSettings, check_count

    check_count(top, name="top", least=1)
    with comparing(before, after) as db:
        records = list_records(db)
        return Changes(
            tables=count_rows(before, after),
            records=records,
            topics=trace_topics(db),
            experts=list_moves(db, top=top),
            influencers=list_influencer_changes(db, settings or InfluenceSettings()),
            shocks=find_shocks(db, records),
        )


def changes(corpus: Corpus, *, since: str | None = None) -> Changes:
    """Compare the published generation of a corpus with an earlier one that is still on disk.

    Parameters
    ----------
    corpus
        A corpus with two generations at least.
    since
        The earlier generation's name, e.g. '000012' or '12'; by default the last one before the published one that was
        run (files added and not yet run make a generation too).

    Raises
    ------
    ConfigError
        If there is no such generation any more, or no earlier one.
    """
    from expertmine.changes.generations import read_generations
    from expertmine.corpus.opened import checked_corpus

    before, after = read_generations(checked_corpus(corpus), since)
    return compare(before, after, settings=corpus.config.influence)
