"""From clusters to persons: what each is called, when and where each has worked."""

from __future__ import annotations

from itertools import chain, count
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from expertmine.identity.names import Name
from expertmine.identity.places import first_address, read_city, read_country, read_institution, read_kind
from expertmine.identity.reading import Ints, Mentions, number_values
from expertmine.tables import TABLES

UNKNOWN_YEAR = 1 << 30
Columns: TypeAlias = dict[str, pa.Array]


def name_persons(mentions: Mentions, label: Ints, former: pa.Table) -> pa.Array:
    """Return for every mention its person's id, which lasts.

    A person keeps the id that most of its mentions had in the `former` identities, if no other person has more mentions
    of that id; a new one is called by the earliest mention's pmid and position.
    """
    ids = _kept_ids(mentions, label, former)
    used = set(former["person_id"].unique().to_pylist())
    year = np.where(mentions.year > 0, mentions.year, UNKNOWN_YEAR)
    earliest = np.lexsort((mentions.position, mentions.pmid, year, label))
    groups, first = np.unique(label[earliest], return_index=True)
    for cluster, place in zip(groups.tolist(), earliest[first].tolist(), strict=True):
        if cluster not in ids:
            ids[cluster] = _new_id(f"p{mentions.pmid[place]}.{mentions.position[place]}", used)
            used.add(ids[cluster])
    return pa.array([ids[cluster] for cluster in label.tolist()], pa.string())


def _new_id(wanted: str, used: set[str]) -> str:
    """Return the id, with the first number behind it that makes it new: who had it may have lost that mention."""
    names = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
    return next(name for name in names if name not in used)


def _kept_ids(mentions: Mentions, label: Ints, former: pa.Table) -> dict[int, str]:
    """Return the former id of each cluster that keeps one: the two have most mentions in common, each for the other."""
    person, ids = number_values(former["person_id"])
    before = np.column_stack([former["pmid"].to_numpy(), former["position"].to_numpy()])
    now = np.column_stack([mentions.pmid, mentions.position])
    _, number = np.unique(np.concatenate([before, now]), axis=0, return_inverse=True)
    owner = np.full(len(number), -1)
    owner[number[: len(before)]] = person
    known = owner[number[len(before) :]]
    pairs = np.column_stack([known, label])[known >= 0]
    shared, times = np.unique(pairs, axis=0, return_counts=True)
    kept: dict[int, str] = {}
    given: set[int] = set()
    for one, cluster in shared[np.argsort(-times, kind="stable")].tolist():
        if cluster not in kept and one not in given:
            kept[cluster] = ids[one].as_py()
            given.add(one)
    return kept


def describe_persons(mentions: Mentions, person_id: pa.Array) -> pa.Table:
    """Return the persons table."""
    code, ids = number_values(person_id)
    order = np.lexsort((mentions.position, mentions.pmid, mentions.year, code))
    groups = np.split(order, np.flatnonzero(np.diff(code[order])) + 1) if len(order) else []
    columns = {"person_id": ids} | _names(mentions, groups) | _careers(mentions, groups) | _places(mentions, groups)
    return TABLES["persons"].arrow(pa.table(columns))


def _names(mentions: Mentions, groups: list[Ints]) -> Columns:
    """Call each by the fullest name printed."""
    printed = mentions.printed.to_pylist()
    forms = [_form(row) for row in printed]
    rank = [(*_fullness(row), form) for row, form in zip(printed, forms, strict=True)]
    kinds = [sorted(set(mentions.name[members].tolist()), key=rank.__getitem__) for members in groups]
    best = [names[0] for names in kinds]
    return {
        "name": pa.array([forms[name] for name in best], pa.string()),
        "last": pa.array([printed[name]["last"].strip() for name in best], pa.string()),
        "initials": pa.array(
            [_initials(printed[name]["initials"], mentions.names[name]) for name in best], pa.string()
        ),
        "variants": pa.array([sorted({forms[name] for name in names}) for names in kinds], pa.list_(pa.string())),
    }


def _careers(mentions: Mentions, groups: list[Ints]) -> Columns:
    """Say from when to when, on how many papers and with which ORCID each is seen; members are sorted by year."""
    years = [[year for year in mentions.year[members].tolist() if year > 0] for members in groups]
    orcids = [int(mentions.orcid[members].max()) for members in groups]
    return {
        "orcid": pa.array([mentions.orcids[orcid] if orcid >= 0 else None for orcid in orcids], pa.string()),
        "first_year": pa.array([known[0] if known else None for known in years], pa.int32()),
        "last_year": pa.array([known[-1] if known else None for known in years], pa.int32()),
        "papers": pa.array([len(set(mentions.paper[members].tolist())) for members in groups], pa.int64()),
    }


def _places(mentions: Mentions, groups: list[Ints]) -> Columns:
    """Read where each worked last; every affiliation is read once, whoever has it."""
    told = np.array([bool(text) for text in mentions.affiliations], dtype=bool)
    latest = [next((place for place in mentions.affiliation[members[::-1]] if told[place]), -1) for members in groups]
    read = {int(place): _read_place(mentions.affiliations[place]) for place in set(latest) if place >= 0}
    rows = [read.get(int(place), {}) for place in latest]
    return {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in ("affiliation", "kind", "city", "country")
    }


def _read_place(text: str) -> dict[str, str | None]:
    """Read institution, city and country of one address: that of a second one says nothing of the first."""
    first = first_address(text)
    placed = next(filter(read_country, [first, *text.split("\n")[1:]]), "")
    institution = read_institution(first)
    return {
        "affiliation": institution,
        "kind": read_kind(institution or ""),
        "city": read_city(placed),
        "country": read_country(placed),
    }


def _form(row: dict[str, str | None]) -> str:
    """Write a name as 'Fore Last'."""
    given = (row["fore"] or "").strip() or " ".join((row["initials"] or "").replace(" ", ""))
    return " ".join(part for part in (given, (row["last"] or "").strip(), (row["suffix"] or "").strip()) if part)


def _fullness(row: dict[str, str | None]) -> tuple[int, int]:
    """Rank names, the fullest first: most names in full, then the longest."""
    words = (row["fore"] or "").replace("-", " ").replace(".", " ").split()
    return -sum(len(word) > 1 and not word.isupper() for word in words), -len((row["fore"] or "").strip())


def _initials(printed: str | None, name: Name) -> str:
    return (printed or "").strip() or "".join(token[0] for token in name.given).upper()
