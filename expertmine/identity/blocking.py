"""Which mentions are compared: all of a small block of like names, neighbours by evidence in a big one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from expertmine.identity.names import Name
from expertmine.identity.nicknames import formal_name
from expertmine.identity.reading import Flags, Ints, Mentions, number_values

SMALL = 48
"""Mentions in a block in which all are compared with all."""
WINDOW = 12
"""Neighbours, in order of name and year, with which a mention of a big block is compared."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which mentions share which key; a mention may have several keys."""

    mention: Ints
    key: Ints


def find_pairs(mentions: Mentions, words: Grouping) -> tuple[Ints, Ints]:
    """Return candidate pairs (i < j), each once, ascending; `words` are the telling words of affiliations."""
    size = len(mentions)
    order = np.lexsort((mentions.name, mentions.year))
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    found = [pairs_within(group, rank) for group in _groupings(mentions, words)]
    code = np.unique(np.concatenate([np.minimum(i, j) * size + np.maximum(i, j) for i, j in found]))
    first, second = code // size, code % size
    return first[first != second], second[first != second]


def _groupings(mentions: Mentions, words: Grouping) -> Iterator[Grouping]:
    block = block_of(mentions)
    everyone = np.arange(len(mentions))
    yield _by_keys(mentions)
    known = mentions.orcid >= 0
    yield Grouping(everyone[known], mentions.orcid[known])
    big = np.bincount(block)[block] > SMALL
    given = numbered([name.first for name in mentions.names])[mentions.name]
    yield Grouping(everyone[big], crossed(block[big], given[big]))
    for evidence in (find_companions(mentions, block, big), words):
        inside = big[evidence.mention]
        mention, key = evidence.mention[inside], evidence.key[inside]
        yield Grouping(mention, crossed(block[mention], key))


def pairs_within(group: Grouping, rank: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of one grouping: all in a small group, a window of neighbours by `rank` in a big one."""
    order = np.lexsort((rank[group.mention], group.key))
    mention, key = group.mention[order], group.key[order]
    _, start, count = np.unique(key, return_index=True, return_counts=True)
    left = np.repeat(start + count, count) - np.arange(len(key)) - 1
    reach = np.minimum(left, np.where(np.repeat(count, count) <= SMALL, SMALL, WINDOW))
    here = np.repeat(np.arange(len(key)), reach)
    return mention[here], mention[here + 1 + _counted(reach)]


def _counted(lengths: Ints) -> Ints:
    """Return 0, 1, 2… for each of some groups of these lengths, one behind the other."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def block_of(mentions: Mentions) -> Ints:
    """Return for every mention the number of its block: surname and first initial."""
    return numbered([f"{name.key} {name.initial}" for name in mentions.names])[mentions.name]


def _by_keys(mentions: Mentions) -> Grouping:
    """Group by all that a name may be filed under: also swapped, by half a double surname, by its second name."""
    keys = [sorted(set(_keys(name))) for name in mentions.names]
    taken, name = flattened(keys)
    number = numbered(taken)
    mention, place = expand(mentions.name, name)
    return Grouping(mention, number[place])


def _keys(name: Name) -> Iterator[str]:
    if name.words:
        yield f"= {name.words}"
    for surname in {name.key, *name.parts}:
        yield f"{surname} {name.initial}"
        yield f"{surname} {name.first[:1]}"
        for token in name.given[:2]:
            if len(token) > 1:
                yield f"{surname} {formal_name(token)[0]} {token}"


def flattened(lists: list[list[str]]) -> tuple[list[str], Ints]:
    """Return the items of all lists in order, and for each the number of the list it came from."""
    owner = np.repeat(np.arange(len(lists)), [len(items) for items in lists]).astype(np.int64)
    return [item for items in lists for item in items], owner


def expand(owner_of: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Join mentions to items through their owner; `owner` ascends. Returns mention and item, one per match."""
    start = np.searchsorted(owner, owner_of, side="left")
    count = np.searchsorted(owner, owner_of, side="right") - start
    mention = np.repeat(np.arange(len(owner_of)), count)
    return mention, start[mention] + _counted(count)


def find_companions(mentions: Mentions, block: Ints, chosen: Flags) -> Grouping:
    """Pair each chosen mention with the blocks of the others on its paper."""
    picked = np.flatnonzero(chosen)
    where, other = expand(mentions.paper[picked], mentions.paper)
    mention = picked[where]
    apart = block[mention] != block[other]
    pairs = np.unique(np.stack([mention[apart], block[other[apart]]]), axis=1)  # two companions of a block are one key
    return Grouping(pairs[0], pairs[1])


def numbered(texts: list[str]) -> Ints:
    """Return a number per text, in the order of the texts themselves."""
    return number_values(pa.array(texts, pa.string()))[0]


def crossed(first: Ints, second: Ints) -> Ints:
    """Return a number per combination of two keys."""
    return first * (int(second.max(initial=0)) + 1) + second
