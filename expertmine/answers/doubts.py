"""What is in doubt about who is who, and what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expertmine.corpus import Corpus
from expertmine.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["doubtful_mentions"]

SURE = 0.95
"""Confidence from which nobody need look at a mention."""

_LOST = """
    WITH doubtful AS (SELECT * FROM identities WHERE confidence < $sure),
    niches AS (SELECT topic_id, name AS topic FROM topics WHERE layer = 0),
    lost AS (
        SELECT pmid, position, person_id, topic_id, topic, confidence, sum(points) AS points
        FROM doubtful JOIN evidence USING (person_id, pmid) JOIN niches USING (topic_id) GROUP BY ALL
    ), ranked AS (
        SELECT lost.*, score, rank, 1 + (
            SELECT count(*) FROM scores other
            WHERE other.topic_id = lost.topic_id AND other.person_id <> lost.person_id
                AND other.score > scores.score - lost.points + 1e-9
        ) AS rank_without
        FROM lost JOIN scores USING (person_id, topic_id)
    ), weighed AS (
        SELECT *, (1 - confidence) * greatest(1 / rank - 1 / rank_without, 0) AS stake,
            row_number() OVER (PARTITION BY pmid, position ORDER BY 1 / rank - 1 / rank_without DESC, topic_id) AS place
        FROM ranked
    )
    SELECT pmid || '.' || position AS mention, concat_ws(' ', fore, mentions.last) AS printed, person_id,
        persons.name AS name, confidence, topic_id, topic, rank, rank_without, stake, pmid, position, year, title,
        array_to_string(affiliations, '; ') AS affiliations
    FROM weighed JOIN persons USING (person_id) JOIN mentions USING (pmid, position) JOIN articles USING (pmid)
    WHERE place = 1 ORDER BY stake DESC, confidence, pmid, position
"""


def doubtful_mentions(corpus: Corpus, *, top: int = 20) -> pd.DataFrame:
    """List mentions whose person is in doubt, those first whose loss would change a ranking most.

    Each is shown with the niche in which most hangs on it: the person's rank there, and the rank without the points
    of this paper. `stake` is the expected loss, (1 - confidence) · (1 / rank - 1 / rank_without).

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    top
        How many rows; 0 for all.

    Returns
    -------
    pandas.DataFrame
        mention (as `rule_mentions` and `split_person` take it), printed, person_id, name, confidence, topic_id,
        topic, rank, rank_without, stake, pmid, position, year, title, affiliations.
    """
    import duckdb

    if top < 0:
        raise ConfigError(f"top is {top}, expected 0 (all) or more")
    held = corpus.tables("identities", "evidence", "scores", "topics", "persons", "mentions", "articles")
    with duckdb.connect(config={"threads": 1}) as db:
        for name, table in held.items():
            db.register(name, table)
        found: pd.DataFrame = db.execute(_LOST, {"sure": SURE}).df()
    return found.head(top) if top else found
