"""What people rule on persons: kept as files like everything that comes in, so that every refresh obeys it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import pairwise
from pathlib import Path

import pyarrow.compute as pc

from expertmine.acquire.files import read_files
from expertmine.acquire.tables import acquiring, bring_up_to_date, rulings
from expertmine.corpus import Corpus
from expertmine.corpus.disk import bytes_hash
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError

Pair = tuple[str, str, str]
"""Verdict, mention, mention."""
SHOWN = 12
"""Mentions of a person that a message lists."""


def add_corrections(corpus: Corpus, *files: str | Path) -> int:
    """Add what people ruled on persons, from CSV files with columns verdict, first, second, by and perhaps date.

    `verdict` is 'same' or 'different', `first` and `second` are mentions (mPMID.POSITION), `by` is who says so. The
    next run obeys, and so does every refresh after it; the last ruling on a pair holds.

    Returns
    -------
    int
        How many rulings the corpus has now.

    Raises
    ------
    DataError
        If a row is not as described or the rulings contradict each other; then nothing is stored.
    """
    return _keep(checked_corpus(corpus), read_files(files))


def rule_mentions(corpus: Corpus, verdict: str, *mentions: str, by: str, date: datetime.date | None = None) -> int:
    """Rule that mentions (mPMID.POSITION) are all one human ('same'), or the first none of the others ('different').

    `by` is who says so, `date` when, if that is to be kept; so in `merge_persons` and `split_person`.

    Returns and raises as `add_corrections`; ConfigError for another verdict, fewer than two mentions, or one that the
    corpus does not have: a slip would wait for its record for ever. Files may rule on records that are still to come.
    """
    from expertmine.identity.rulings import VERDICTS

    if verdict not in VERDICTS:
        raise ConfigError(f"verdict is {verdict!r}, expected 'same' or 'different'")
    mentions = _plain(mentions)
    if len(mentions) < 2:
        raise ConfigError("expected two mentions or more, each PMID.POSITION")
    if strange := set(mentions).difference(_all_mentions(corpus)):
        raise ConfigError(
            f"the corpus has no mention '{min(strange)}' (expected PMID.POSITION, as in the table `mentions`)"
        )
    rivals = [(mentions[0], other) for other in mentions[1:]] if verdict == "different" else pairwise(mentions)
    return _rule(corpus, [(verdict, one, two) for one, two in rivals], by=by, date=date)


def merge_persons(corpus: Corpus, *persons: str, by: str, date: datetime.date | None = None) -> int:
    """Rule that persons, given by id, are one human: all mentions that they have today.

    What was ruled before to part them is overruled. Returns and raises as `add_corrections`; ConfigError for fewer than
    two persons, an unknown one, or two who stand on one paper.
    """
    if len(set(persons)) < 2:
        raise ConfigError("expected two different persons or more")
    mentions = [mention for person in dict.fromkeys(persons) for mention in _mentions_of(corpus, person)]
    papers = Counter(mention.partition(".")[0] for mention in mentions)
    if shared := [pmid for pmid, times in papers.items() if times > 1]:
        raise ConfigError(f"two of them stand on one paper (PMID {shared[0]}): they are not one human")
    parted = _ruled(corpus, "different", set(mentions), set(mentions))
    pairs = [*pairwise(mentions), *parted]
    return _rule(corpus, [("same", one, two) for one, two in pairs], by=by, date=date)


def split_person(corpus: Corpus, person: str, *mentions: str, by: str, date: datetime.date | None = None) -> int:
    """Rule that these mentions of a person are one other human; what was ruled before to join them is overruled.

    Returns and raises as `add_corrections`; ConfigError for an unknown person or a mention that is none of theirs.
    """
    own, mentions = _mentions_of(corpus, person), _plain(mentions)
    more = f" and {len(own) - SHOWN} more" if len(own) > SHOWN else ""
    theirs = f"{person} has {', '.join(own[:SHOWN])}{more}"
    if strange := [mention for mention in mentions if mention not in own]:
        raise ConfigError(f"'{strange[0]}' is no mention of {person} (expected PMID.POSITION; {theirs})")
    if not mentions:
        raise ConfigError(f"no mention is named; name those that are somebody else's ({theirs})")
    if len(set(mentions)) == len(own):
        raise ConfigError(f"these are all mentions of {person}; leave out those that stay theirs ({theirs})")
    pairs: list[Pair] = [("same", one, two) for one, two in pairwise(mentions)]
    rest = [other for other in own if other not in mentions]
    pairs += [("different", mentions[0], other) for other in rest]
    pairs += [("different", one, two) for one, two in _ruled(corpus, "same", set(mentions), set(rest))]
    return _rule(corpus, pairs, by=by, date=date)


def _ruled(corpus: Corpus, verdict: str, some: AbstractSet[str], others: AbstractSet[str]) -> list[tuple[str, str]]:
    """Return the pairs between two sets of mentions on which this verdict is in force."""
    from expertmine.identity import rulings_in_force

    force = rulings_in_force(rulings(corpus))
    return [
        (one, two)
        for (one, two), ruled in force.items()
        if ruled == verdict and ((one in some and two in others) or (two in some and one in others))
    ]


def _plain(mentions: Iterable[str]) -> tuple[str, ...]:
    """Return mentions without the letter that keeps spreadsheets from reading a number."""
    if odd := [mention for mention in mentions if not isinstance(mention, str)]:
        raise ConfigError(f"found {odd[0]!r}, expected a mention, PMID.POSITION; give several one by one (*all)")
    return tuple(mention.removeprefix("m") for mention in mentions)


def _all_mentions(corpus: Corpus) -> Iterator[str]:
    held = checked_corpus(corpus).table("mentions", ["pmid", "position"])
    return map("{}.{}".format, held["pmid"].to_pylist(), held["position"].to_pylist())


def _mentions_of(corpus: Corpus, person: str) -> list[str]:
    held = checked_corpus(corpus).table("identities").filter(pc.field("person_id") == person).to_pylist()
    if not held:
        raise ConfigError(f"no person has the id '{person}'; `expertmine table {corpus.path} persons` lists all")
    return [f"{row['pmid']}.{row['position']}" for row in held]


def _rule(corpus: Corpus, pairs: list[Pair], *, by: str, date: datetime.date | None) -> int:
    from expertmine.identity import write_rulings

    if not by.strip():
        raise ConfigError("`by` is empty, expected who says so")
    held = rulings(corpus).num_rows
    data = write_rulings(pairs, by=by, date=date, after=held)
    return _keep(corpus, [(f"ruling-{held + 1}.csv", data)])


def _keep(corpus: Corpus, files: list[tuple[str, bytes]]) -> int:
    from expertmine.identity import read_rulings

    with acquiring(corpus, "corrections", "identities", "persons") as draft:
        known = {file.sha256 for file in corpus.raw_files()}
        new = [(name, data) for name, data in files if bytes_hash(data) not in known]
        rulings(corpus, *(read_rulings(data, source=name) for name, data in new))  # refuses before anything is stored
        for name, data in new:
            draft.keep_file(name, data, kind="rulings")
        bring_up_to_date(corpus, draft)
        draft.publish(verb="corrections")
    return corpus.manifest.tables["corrections"].rows
