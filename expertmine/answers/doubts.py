"""What is in doubt about who is who, and what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expertmine.answers.topics import check_top, first_rows
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.tables.people import ALWAYS, CLUSTERINGS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["doubtful_mentions"]

SURE = 0.95
"""Confidence from which nobody need look at a mention."""

_LOST = """
    WITH held AS (
        SELECT pmid, position, person_id, coalesce(stays, $always::UBIGINT) AS stays,
            least(confidence, bit_count(coalesce(stays, $always::UBIGINT)) / $clusterings) AS confidence
        FROM identities
    ), decisions AS (
        SELECT person_id, stays, min((pmid, position)) AS mention, min(confidence) AS confidence
        FROM held WHERE confidence < $sure
        GROUP BY person_id, stays, CASE WHEN stays = $always::UBIGINT THEN (pmid, position) END
    ), parts AS (
        SELECT mention, decisions.confidence, held.person_id, held.pmid, held.position
        FROM decisions JOIN held ON held.person_id = decisions.person_id AND (
            (held.pmid, held.position) = mention
            OR decisions.stays <> $always::UBIGINT AND held.stays & decisions.stays = held.stays)
    ), leaving AS (
        SELECT mention, string_agg('m' || pmid || '.' || position, ' ' ORDER BY pmid, position) AS mentions
        FROM parts GROUP BY mention
    ), niches AS (SELECT topic_id, name AS topic FROM topics WHERE layer = 0),
    lost AS (
        SELECT mention, person_id, topic_id, topic, confidence, sum(points) AS points
        FROM (SELECT DISTINCT mention, confidence, person_id, pmid FROM parts)
        JOIN evidence USING (person_id, pmid) JOIN niches USING (topic_id) GROUP BY ALL
    ), ranked AS (
        SELECT lost.*, score, rank, 1 + (
            SELECT count(*) FROM scores other
            WHERE other.topic_id = lost.topic_id AND other.person_id <> lost.person_id
                AND other.score > scores.score - lost.points + 1e-9
        ) AS rank_without
        FROM lost JOIN scores USING (person_id, topic_id)
    ), weighed AS (
        SELECT *, (1 - confidence) * greatest(1 / rank - 1 / rank_without, 0) AS stake,
            row_number() OVER (PARTITION BY mention ORDER BY 1 / rank - 1 / rank_without DESC, topic_id) AS place
        FROM ranked
    )
    SELECT 'm' || pmid || '.' || position AS mention, concat_ws(' ', fore, mentions.last) AS printed, person_id,
        persons.name AS name, confidence, topic_id, topic, rank, rank_without, stake, leaving.mentions AS mentions,
        pmid, position, year, title, array_to_string(affiliations, '; ') AS affiliations
    FROM weighed JOIN leaving USING (mention) JOIN persons USING (person_id)
    JOIN mentions ON (mentions.pmid, mentions.position) = weighed.mention JOIN articles USING (pmid)
    WHERE place = 1 ORDER BY stake DESC, confidence, pmid, position
"""


def doubtful_mentions(corpus: Corpus, *, top: int = 20) -> pd.DataFrame:
    """List mentions whose person is in doubt, those first whose loss would change a ranking most.

    Mentions that were joined as a whole are one decision: a mention takes along all that leave the person in every
    drawn clustering in which it leaves. Each is shown with the niche in which most depends on it: the person's rank
    there, and the rank without the points of these papers. `stake` is the expected loss,
    (1 - confidence) · (1 / rank - 1 / rank_without).

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    top
        How many rows; 0 for all.

    Returns
    -------
    pandas.DataFrame
        mention, printed, person_id, name, confidence (the mention's, or the share of drawn clusterings in which it
        stays, if that is less), topic_id, topic, rank, rank_without, stake, mentions (all that would leave, as
        `split_person` takes them), pmid, position, year, title, affiliations.

    Raises
    ------
    ConfigError
        If `top` is below 0, or the corpus lacks a table.
    """
    import duckdb

    check_top(top)
    corpus = checked_corpus(corpus).pinned()
    held = corpus.tables("identities", "evidence", "scores", "topics", "persons", "mentions")
    held["articles"] = corpus.table("articles", ["pmid", "year", "title"])
    with duckdb.connect(config={"threads": 1}) as db:
        for name, table in held.items():
            db.register(name, table)
        found: pd.DataFrame = db.execute(_LOST, {"sure": SURE, "always": ALWAYS, "clusterings": CLUSTERINGS}).df()
    return first_rows(found, top)
