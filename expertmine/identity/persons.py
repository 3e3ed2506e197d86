"""From clusters to persons: what each is called, when and where each has worked."""

from __future__ import annotations

from collections import Counter
from itertools import count

import numpy as np
import pyarrow as pa

from expertmine.identity.places import read_city, read_country, read_institution, read_kind
from expertmine.identity.reading import Ints, Mentions
from expertmine.tables import TABLES

UNKNOWN_YEAR = 1 << 30


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
    name = wanted
    for number in count(2):
        if name not in used:
            break
        name = f"{wanted}-{number}"
    return name


def _kept_ids(mentions: Mentions, label: Ints, former: pa.Table) -> dict[int, str]:
    """Return the former id of each cluster that keeps one: the two have most mentions in common, each for the other."""
    before = {(row["pmid"], row["position"]): row["person_id"] for row in former.to_pylist()}
    keys = zip(mentions.pmid.tolist(), mentions.position.tolist(), strict=True)
    shared = Counter((before[key], cluster) for key, cluster in zip(keys, label.tolist(), strict=True) if key in before)
    kept: dict[int, str] = {}
    given: set[str] = set()
    for person, cluster in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if cluster not in kept and person not in given:
            kept[cluster] = person
            given.add(person)
    return kept


def describe_persons(mentions: Mentions, person_id: pa.Array) -> pa.Table:
    """Return the persons table."""
    ids = person_id.to_numpy(zero_copy_only=False).astype(str)
    order = np.lexsort((mentions.position, mentions.pmid, mentions.year, ids))
    _, start = np.unique(ids[order], return_index=True)
    printed = mentions.printed.to_pylist()
    forms = [_form(row) for row in printed]
    fullness = [_fullness(row) for row in printed]
    rows = []
    for members in np.split(order, start[1:]) if len(order) else []:
        best = min(set(mentions.name[members].tolist()), key=lambda name: (fullness[name], forms[name]))
        rows.append(
            {
                "person_id": str(ids[members[0]]),
                "name": forms[best],
                "last": printed[best]["last"].strip(),
                "initials": _initials(mentions, best),
                "variants": sorted({forms[name] for name in mentions.name[members].tolist()}),
                **_career(mentions, members),
            }
        )
    return TABLES["persons"].rows(rows)


def _career(mentions: Mentions, members: Ints) -> dict[str, object]:
    """Read years, papers, ORCID and the latest affiliation of mentions sorted by year."""
    years = mentions.year[members]
    known = years[years > 0]
    orcid = int(mentions.orcid[members].max())
    texts = [mentions.affiliations[place] for place in mentions.affiliation[members[::-1]].tolist()]
    latest = next((text for text in texts if text), "")
    institution, places = read_institution(latest), latest.split("\n")
    return {
        "orcid": mentions.orcids[orcid] if orcid >= 0 else None,
        "first_year": int(known[0]) if len(known) else None,
        "last_year": int(known[-1]) if len(known) else None,
        "papers": len(set(mentions.paper[members].tolist())),
        "affiliation": institution,
        "kind": read_kind(institution or ""),
        "city": next(filter(None, map(read_city, places)), None),
        "country": next(filter(None, map(read_country, places)), None),
    }


def _form(row: dict[str, str | None]) -> str:
    """Write a name as 'Fore Last'."""
    given = (row["fore"] or "").strip() or " ".join((row["initials"] or "").replace(" ", ""))
    return " ".join(part for part in (given, (row["last"] or "").strip(), (row["suffix"] or "").strip()) if part)


def _fullness(row: dict[str, str | None]) -> tuple[int, int]:
    """Rank names, the fullest first: most names in full, then the longest."""
    words = (row["fore"] or "").replace("-", " ").replace(".", " ").split()
    return -sum(len(word) > 1 and not word.isupper() for word in words), -len((row["fore"] or "").strip())


def _initials(mentions: Mentions, name: int) -> str:
    printed = mentions.printed["initials"][name].as_py()
    return (printed or "").strip() or "".join(token[0] for token in mentions.names[name].given).upper()
