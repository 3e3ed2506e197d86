"""What a contribution stands for beside its weight: a new year, an invited role, a trial, company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from expertmine.tables.literature import INVITED, LARGEST_TEAM, TRIALS

Floats: TypeAlias = NDArray[np.float64]


def new_years(rows: pa.Table, articles: pa.Table) -> Floats:
    """Share of a year, (n,): one over the person's papers of the topic that count in it; they sum to the years."""
    keys = rows.select(["topic_id", "person_id", "year"])
    counted = keys.filter(pc.greater(rows["weight"], 0.0))
    counts = counted.group_by(keys.column_names).aggregate([([], "count_all")])
    joined = keys.append_column("place", pa.array(np.arange(len(keys)))).join(counts, keys=keys.column_names)
    known = joined.filter(pc.and_(pc.is_valid(joined["year"]), pc.is_valid(joined["count_all"])))
    shares = np.zeros(len(keys))  # a paper without a year adds none
    shares[known["place"].to_numpy()] = 1.0 / known["count_all"].to_numpy()
    return shares


def invited_roles(rows: pa.Table, articles: pa.Table) -> Floats:
    """1 for a guideline, consensus, review, editorial or comment, (n,), else 0."""
    return _of_types(rows, articles, INVITED)


def trials(rows: pa.Table, articles: pa.Table) -> Floats:
    """1 for a trial, (n,), else 0."""
    return _of_types(rows, articles, TRIALS)


def company(rows: pa.Table, articles: pa.Table) -> Floats:
    """How many others wrote the paper, (n,), whether or not they wrote others with the person; 0 for a consortium's."""
    team = rows["n_mentions"].to_numpy().astype(np.float64)
    return np.where(team <= LARGEST_TEAM, team - 1, 0.0)


def _of_types(rows: pa.Table, articles: pa.Table, wanted: tuple[str, ...]) -> Floats:
    """Find the rows whose paper has one of these types."""
    types = articles["types"].combine_chunks()
    begins = pc.match_substring_regex(pc.list_flatten(types), f"^(?:{'|'.join(wanted)})")
    owners = pc.list_parent_indices(types).filter(begins)
    pmids = articles["pmid"].combine_chunks().take(owners.unique())
    return np.asarray(pc.is_in(rows["pmid"], value_set=pmids).to_numpy(), dtype=np.float64)


MARKS: Mapping[str, Callable[[pa.Table, pa.Table], Floats]] = {
    "years": new_years, "roles": invited_roles, "trials": trials, "company": company,
}  # fmt: skip
"""By the component that reads it: (contributions, articles) -> (n,)."""
