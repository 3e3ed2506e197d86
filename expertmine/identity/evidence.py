"""What speaks for and against two mentions being one human: one column of numbers per kind of evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expertmine.identity.blocking import numbered
from expertmine.identity.compatibility import Level, can_be_one, compare_given
from expertmine.identity.marks import product, usual_product
from expertmine.identity.names import Name
from expertmine.identity.places import emails_of
from expertmine.identity.reading import Flags, Floats, Ints, Mentions, locate
from expertmine.portable import log, log1p

if TYPE_CHECKING:
    from expertmine.identity.marks import Marks

UNKNOWN_YEARS = 4.0
ELSEWHERE = 200
"""Names thought of beside those of the corpus, and the shares a first name, an initial, two initials have there."""
USUAL_SHARES = (0.002, 0.05, 0.005)
ENOUGH_WORDS = 40
"""Different words of an article that has an abstract; a title shares few words with anything."""
LIKE_TEXT = 0.3
"""Two articles are alike above this, and above what is usual in their corpus."""
SOME, UNLIKE_PLACE, UNLIKE_TEXT = 0.1, 0.45, 0.15
"""Below these two mentions have nothing in common but the name."""
LEVELS = [level for level in Level if level != Level.CONFLICT]
COLUMNS = (
    *(level.name.lower() for level in LEVELS),
    "surname_spelling", "surname_other", "surname_common", "given_common", "rivals", "companions", "affiliation",
    "affiliation_close", "affiliation_known", "email", "text", "text_alike", "text_known", "nothing_shared", "journal",
    "cites", "years", "same_paper",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What pairs are judged by, beside the mentions themselves."""

    block: Ints
    companions: Marks
    affiliations: Marks
    signatures: Marks
    articles: pa.Table
    citations: pa.Table
    surnames: dict[str, int]
    """Bearers by surname, known beforehand: a small corpus cannot tell how common a surname is."""


def possible(mentions: Mentions, first: Ints, second: Ints) -> tuple[Ints, Ints, Ints]:
    """Keep the pairs that names, ORCIDs and papers allow; return them with the level of their given names."""
    a, b = mentions.orcid[first], mentions.orcid[second]
    conflict = (a != b) & (a >= 0) & (b >= 0)
    printed_twice = mentions.name[first] == mentions.name[second]
    together = (mentions.paper[first] == mentions.paper[second]) & ~printed_twice
    first, second = first[~conflict & ~together], second[~conflict & ~together]
    level = _levels(mentions, first, second)
    kept = level != Level.CONFLICT
    return first[kept], second[kept], level[kept]


def gather_evidence(mentions: Mentions, pairs: tuple[Ints, Ints, Ints], sources: Sources) -> Floats:
    """Return one row per pair, one column per name in `COLUMNS`."""
    first, second, level = pairs
    if not len(first):
        return np.zeros((0, len(COLUMNS)))
    one, two = mentions.paper[first], mentions.paper[second]
    apart = one != two
    companions = log1p(_companions(sources, (first, second), (one, two))) * apart
    text = np.sqrt(product(sources.signatures, one, two)) * apart
    words = sources.signatures.getnnz(axis=1)
    affiliation, known, email = _affiliation_evidence(mentions, first, second, sources.affiliations)
    columns = [
        *(level == value for value in LEVELS),
        *_name_evidence(mentions, pairs, sources),
        companions,
        affiliation,
        affiliation**2,
        known,
        email,
        text,
        text > max(LIKE_TEXT, math.sqrt(usual_product(sources.signatures))),
        (np.minimum(words[one], words[two]) >= ENOUGH_WORDS) & apart,
        known & (companions <= SOME) & (affiliation < UNLIKE_PLACE) & (text < UNLIKE_TEXT),
        _same_journal(sources.articles, mentions.papers, one, two) * apart,
        _cites(sources.citations, mentions.papers, one, two),
        log1p(_years_apart(mentions, first, second)),
        ~apart,
    ]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def _levels(mentions: Mentions, first: Ints, second: Ints) -> Ints:
    kinds = max(len(mentions.names), 1)
    a, b = mentions.name[first], mentions.name[second]
    code, where = np.unique(np.minimum(a, b) * kinds + np.maximum(a, b), return_inverse=True)
    names = mentions.names
    found = [_level(names[x], names[y]) for x, y in zip((code // kinds).tolist(), (code % kinds).tolist(), strict=True)]
    levels: Ints = np.array(found, dtype=np.int64)[where]
    return levels


def _level(first: Name, second: Name) -> Level:
    if not can_be_one(first, second):
        return Level.CONFLICT
    if first.words and first.words == second.words and first.given != second.given:
        return Level.VARIANT
    return compare_given(first.given, second.given)


def _name_evidence(mentions: Mentions, pairs: tuple[Ints, Ints, Ints], sources: Sources) -> list[Floats | Flags]:
    first, second, level = pairs
    names = mentions.names
    key = numbered([name.key for name in names])
    last = numbered([name.last for name in names])
    a, b = mentions.name[first], mentions.name[second]
    bearers = _bearers(names, sources.surnames)
    common = log(np.maximum(bearers[a], bearers[b]))
    return [
        (last[a] != last[b]) & (key[a] == key[b]),
        key[a] != key[b],
        common,
        _given_common(mentions, a, b, level),
        _rivals(mentions, sources.block)[first] * (level < Level.FULL),
    ]


def _bearers(names: list[Name], surnames: dict[str, int]) -> Ints:
    """Estimate for every name how many humans share its surname: different initials, here and known beforehand."""
    key = numbered([name.key for name in names])
    short = numbered([f"{name.key} {''.join(token[0] for token in name.given[:2])}" for name in names])
    here = np.bincount(key[np.unique(short, return_index=True)[1]])[key]
    bearers: Ints = here + np.array([surnames.get(name.key, 0) for name in names])
    return bearers


def _given_common(mentions: Mentions, a: Ints, b: Ints, level: Ints) -> Floats:
    """Return the log share of all names that agree as far as this pair's given names do."""
    names = mentions.names
    firsts = [name.first for name in names]
    initials = ["".join(token[0] for token in name.given[:2]) for name in names]
    common = []
    for texts, usual in zip((firsts, [first[:1] for first in firsts], initials), USUAL_SHARES, strict=True):
        code = numbered(texts)
        share = log((np.bincount(code)[code] + ELSEWHERE * usual) / (len(names) + ELSEWHERE))
        common.append(np.maximum(share[a], share[b]))
    first, initial, both = common
    agree = [level == Level.MISSING, level == Level.INITIALS, level >= Level.FULL]
    return np.select(agree, [0.0, both, first], initial)


def _rivals(mentions: Mentions, block: Ints) -> Floats:
    """Return for every mention the log number of different full first names in its block."""
    first = numbered([name.full for name in mentions.names])
    full = np.array([bool(name.full) for name in mentions.names])[mentions.name]
    width = int(first.max(initial=0)) + 1
    kinds = np.unique(block[full] * width + first[mentions.name][full])
    return log1p(np.bincount(kinds // width, minlength=int(block.max(initial=0)) + 1))[block]


def _companions(sources: Sources, pair: tuple[Ints, Ints], papers: tuple[Ints, Ints]) -> Floats:
    """Count the names that both papers share, without the pair's own."""
    shared = product(sources.companions, *papers)
    own = sources.block[pair[0]]
    same = own == sources.block[pair[1]]
    mine = [np.asarray(sources.companions[paper, own]).ravel() for paper in papers]
    others: Floats = np.maximum(shared - mine[0] * mine[1] * same, 0.0)
    return others


def _affiliation_evidence(mentions: Mentions, first: Ints, second: Ints, marks: Marks) -> tuple[Floats, Flags, Flags]:
    a, b = mentions.affiliation[first], mentions.affiliation[second]
    printed = np.array([bool(text) for text in mentions.affiliations], dtype=bool)
    known = printed[a] & printed[b]
    mail = [frozenset(emails_of(text)) for text in mentions.affiliations]
    has = np.array([bool(found) for found in mail], dtype=bool)
    email = np.zeros(len(first), dtype=bool)
    for place in np.flatnonzero(has[a] & has[b]):
        email[place] = not mail[a[place]].isdisjoint(mail[b[place]])
    return np.sqrt(product(marks, a, b)), known, email


def _same_journal(articles: pa.Table, papers: Ints, one: Ints, two: Ints) -> Floats:
    """Weigh a shared journal by how few of the corpus's papers it holds."""
    table = articles.select(["pmid", "journal"]).sort_by("pmid")
    titles = [title.lower() for title in table["journal"].to_pylist()]
    place = locate(papers, table["pmid"].to_numpy())
    named = np.array([bool(title) for title in titles] + [False], dtype=bool)[place]
    journal = np.where(named, np.append(numbered(titles), -1)[place], -1)
    share = np.bincount(journal[named], minlength=1) / max(int(named.sum()), 1)
    same = (journal[one] == journal[two]) & (journal[one] >= 0)
    weight = np.zeros(len(one))
    weight[same] = -log(share[journal[one][same]])
    return weight


def _cites(citations: pa.Table, papers: Ints, one: Ints, two: Ints) -> Flags:
    size = len(papers)
    citing, cited = (locate(citations[side].to_numpy(), papers) for side in ("citing", "cited"))
    inside = (citing >= 0) & (cited >= 0)
    links = np.unique(citing[inside] * size + cited[inside])
    return np.isin(one * size + two, links) | np.isin(two * size + one, links)


def _years_apart(mentions: Mentions, first: Ints, second: Ints) -> Floats:
    a, b = mentions.year[first], mentions.year[second]
    return np.where((a > 0) & (b > 0), np.abs(a - b), UNKNOWN_YEARS)
