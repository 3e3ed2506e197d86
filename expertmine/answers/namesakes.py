"""Papers of others that may be a person's own: with them, a volume ranking might see who is hidden from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.corpus import Corpus
from expertmine.influence import rank_volume
from expertmine.wording import count

if TYPE_CHECKING:
    import pandas as pd

PRINTED = ["last", "fore", "initials", "suffix"]
Printed: TypeAlias = tuple[str, str | None, str | None, str | None]
KEYS = ("pmid", "person_id")


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
    papers_of = rank_volume(area).set_index("person_id")["papers"]
    mentions = _of_their_surnames(held, persons := set(persons))
    written = area[area["pmid"].isin(area.loc[area["person_id"].isin(persons), "pmid"])]
    beside = area[area["person_id"].isin(written["person_id"])]
    teams, lists = (beside.groupby(key)[of].agg(set).to_dict() for key, of in (KEYS, KEYS[::-1]))
    surnames = dict(list(mentions.groupby("last")))
    rows = []
    for person, own in mentions[mentions["person_id"].isin(persons)].groupby("person_id"):
        companions = _union(teams, lists.get(person, ()))
        others = pd.concat(surnames[last] for last in own["last"].unique())
        others = others[others["pmid"].isin(_union(lists, companions)) & (others["person_id"] != person)]
        others = others[others["printed"].isin(_may_be(others["printed"], own["printed"]))]
        companions -= {person, *others["person_id"]}
        papers = set(others["pmid"]) - set(own["pmid"])
        more = sum(not companions.isdisjoint(teams[pmid]) for pmid in papers)
        rank = 1 + int((papers_of > papers_of.get(person, 0) + more).sum())
        rows.append((person, more, rank))
    return pd.DataFrame(rows, columns=["person_id", "namesake_papers", "volume_rank_with"])


def _of_their_surnames(held: Mapping[str, pa.Table], persons: set[str]) -> pd.DataFrame:
    """Return the mentions, and whose each is, that print a surname of one of the persons."""
    identities = held["identities"].select(["pmid", "position", "person_id"])
    mentions = (
        held["mentions"].select(["pmid", "position", *PRINTED]).join(identities, ["pmid", "position"], None, "inner")
    )
    theirs = mentions.filter(pc.is_in(mentions["person_id"], value_set=pa.array(persons, pa.string())))
    mentions = mentions.filter(pc.is_in(mentions["last"], value_set=theirs["last"].unique()))
    found: pd.DataFrame = mentions.select(["pmid", "person_id", "last"]).to_pandas()
    found["printed"] = list(zip(*(mentions[part].to_pylist() for part in PRINTED), strict=True))
    return found


def _may_be(others: Iterable[Printed], own: Iterable[Printed]) -> list[Printed]:
    """Return those of the printed names that may be of somebody who is printed as all of `own`."""
    from expertmine.identity.compatibility import can_be_one
    from expertmine.identity.names import read_name

    known = [read_name(*name) for name in set(own)]
    read = {name: read_name(*name) for name in set(others)}
    return [name for name, one in read.items() if all(can_be_one(mine, one) for mine in known)]


def _union(sets: Mapping[Any, set[Any]], keys: Iterable[Any]) -> set[Any]:
    return set().union(*(sets.get(key, ()) for key in keys))


def doubt_of_volume(row: Mapping[Any, Any], volume_top: int) -> str:
    """Say of a micro-influencer that volume might not miss them; nothing where no namesake could change that."""
    if not row["namesake_papers"] or row["volume_rank_with"] > volume_top:
        return ""
    more = count(row["namesake_papers"], "more paper")
    return f"in doubt: with {more} under this name, beside the same companions, volume rank {row['volume_rank_with']}"
