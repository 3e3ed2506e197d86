"""Papers of others that may be a person's own: with them, a volume ranking might see who is hidden from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from expertmine.corpus import Corpus
from expertmine.influence import rank_volume
from expertmine.wording import count

if TYPE_CHECKING:
    import pandas as pd

PRINTED = ["last", "fore", "initials", "suffix"]


def count_namesakes(corpus: Corpus, persons: Iterable[str]) -> pd.DataFrame:
    """Count the papers of others that bear a person's name beside the name of somebody who wrote with the person.

    Returns
    -------
    pandas.DataFrame
        person_id, namesake_papers, volume_rank_with: the rank by volume if all of these were the person's.
    """
    import pandas as pd

    if "identities" not in corpus.manifest.tables:  # persons were handed in: nobody knows who was printed how
        return pd.DataFrame({"person_id": [], "namesake_papers": [], "volume_rank_with": []}).astype(
            {"person_id": object}
        )
    held = corpus.tables("contributions", "identities", "mentions")
    area = held["contributions"].select(["person_id", "pmid"]).to_pandas().drop_duplicates()
    papers = rank_volume(area).set_index("person_id")["papers"]
    mentions = _of_their_surnames(held, persons := set(persons))
    teams = area[area["pmid"].isin(mentions["pmid"])].groupby("pmid")["person_id"].agg(set).to_dict()
    surnames = dict(list(mentions.groupby("last")))
    rows = []
    for person, own in mentions[mentions["person_id"].isin(persons)].groupby("person_id"):
        others = pd.concat(surnames[last] for last in own["last"].unique())
        others = others[others["person_id"] != person]
        more = _near(others[_may_be(others, own)], own, teams)
        rank = 1 + int((papers > papers.get(person, 0) + more).sum())
        rows.append((person, more, rank))
    return pd.DataFrame(rows, columns=["person_id", "namesake_papers", "volume_rank_with"])


def _of_their_surnames(held: Mapping[str, pa.Table], persons: set[str]) -> pd.DataFrame:
    """Return the mentions, and whose each is, that print a surname of one of the persons."""
    identities = held["identities"].select(["pmid", "position", "person_id"])
    mentions = (
        held["mentions"].select(["pmid", "position", *PRINTED]).join(identities, ["pmid", "position"], None, "inner")
    )
    theirs = mentions.filter(pc.is_in(mentions["person_id"], value_set=pa.array(persons, pa.string())))
    found: pd.DataFrame = mentions.filter(pc.is_in(mentions["last"], value_set=theirs["last"].unique())).to_pandas()
    return found


def _may_be(others: pd.DataFrame, own: pd.DataFrame) -> NDArray[np.bool_]:
    """Say of each mention whether its name may be that of somebody who is printed as `own`."""
    from expertmine.identity.compatibility import can_be_one
    from expertmine.identity.names import read_name

    names, asked = (
        [
            read_name(row["last"], row["fore"], row["initials"], row["suffix"])
            for row in rows[PRINTED].replace({np.nan: None}).to_dict("records")
        ]
        for rows in (own.drop_duplicates(PRINTED), others)
    )
    return np.array([all(can_be_one(name, one) for name in names) for one in asked], dtype=bool)


def _near(others: pd.DataFrame, own: pd.DataFrame, teams: Mapping[int, set[str]]) -> int:
    """Count the papers of others, none of them the person's, that somebody wrote who also wrote with the person."""
    namesakes = {*own["person_id"], *others["person_id"]}
    companions = set[str]().union(*(teams.get(pmid, ()) for pmid in own["pmid"])) - namesakes
    papers = set(others["pmid"]) - set(own["pmid"])
    return sum(not companions.isdisjoint(teams.get(pmid, ())) for pmid in papers)


def doubt_of_volume(row: Mapping[Any, Any], volume_top: int) -> str:
    """Say of a micro-influencer that volume might not miss them; nothing where no namesake could change that."""
    if not row["namesake_papers"] or row["volume_rank_with"] > volume_top:
        return ""
    more = count(row["namesake_papers"], "more paper")
    return f"in doubt: with {more} under this name, beside the same companions, volume rank {row['volume_rank_with']}"
