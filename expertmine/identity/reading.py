"""From tables to arrays: one entry per mention of a human, in the order of the papers, whatever the order of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.identity.names import Name, read_name

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
PRINTED = ("last", "fore", "initials", "suffix")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Mentions of humans, sorted by (pmid, position); all arrays have one entry per mention unless said."""

    pmid: Ints
    position: Ints
    paper: Ints
    """Index into `papers`."""
    year: Ints
    """0 where unknown."""
    name: Ints
    """Index into `names` and `printed`."""
    orcid: Ints
    """One number per ORCID, -1 where none is printed."""
    affiliation: Ints
    """Index into `affiliations`."""
    papers: Ints
    """PMIDs, ascending."""
    names: list[Name]
    printed: pa.Table
    """Distinct last, fore, initials, suffix as printed."""
    orcids: list[str]
    affiliations: list[str]
    """Distinct affiliation texts, the several of one mention on one line each."""

    def __len__(self) -> int:
        """Return how many mentions there are."""
        return len(self.pmid)


def read_mentions(mentions: pa.Table, articles: pa.Table) -> Mentions:
    """Return the mentions that name a human."""
    table = keep_humans(mentions).sort_by([("pmid", "ascending"), ("position", "ascending")])
    pmid = table["pmid"].to_numpy()
    papers, paper = np.unique(pmid, return_inverse=True)
    name, printed = _distinct(table.select(list(PRINTED)))
    orcid, orcids = number_values(pc.utf8_upper(table["orcid"]))
    affiliation, affiliations = number_values(_joined(table["affiliations"]))
    return Mentions(
        pmid=pmid,
        position=table["position"].to_numpy().astype(np.int64),
        paper=paper.astype(np.int64),
        year=_years(articles, papers)[paper],
        name=name,
        orcid=orcid,
        affiliation=affiliation,
        papers=papers,
        names=[read_name(*row) for row in zip(*(printed[part].to_pylist() for part in PRINTED), strict=True)],
        printed=printed,
        orcids=orcids.to_pylist(),
        affiliations=affiliations.to_pylist(),
    )


def keep_humans(mentions: pa.Table) -> pa.Table:
    """Return the rows that name a human: with a surname, whatever else is missing."""
    named = pc.fill_null(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(mentions["last"])), 0), fill_value=False)
    return mentions.filter(pc.and_(named, pc.is_null(mentions["collective"])))


def _years(articles: pa.Table, papers: Ints) -> Ints:
    known = articles.select(["pmid", "year"]).drop_null().sort_by("pmid")
    pmid, year = known["pmid"].to_numpy(), known["year"].to_numpy()
    place = locate(papers, pmid)
    return np.append(year, 0)[place].astype(np.int64)


def locate(wanted: Ints, ascending: Ints) -> Ints:
    """Return where each wanted key stands among ascending ones, -1 where it does not."""
    place = np.searchsorted(ascending, wanted)
    found = np.append(ascending, -1)[place] == wanted
    return np.where(found, place, -1)


def _joined(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join(pc.fill_null(lists, []), "\n")


def number_values(values: pa.Array | pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Return a number per text in the order of the texts themselves, -1 for null, and the distinct texts."""
    distinct = pc.unique(values.drop_null()).sort()
    codes = pc.fill_null(pc.index_in(values, value_set=distinct), -1)
    return codes.to_numpy(zero_copy_only=False).astype(np.int64), distinct


def _distinct(table: pa.Table) -> tuple[Ints, pa.Table]:
    """Return for every row the index of its kind, and the kinds, sorted."""
    code = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.column_names:
        ids, values = number_values(table[column])
        code = np.unique(code * (len(values) + 1) + ids + 1, return_inverse=True)[1].astype(np.int64)
    first = np.unique(code, return_index=True)[1]
    return code, table.take(first)
