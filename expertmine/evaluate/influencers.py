"""Micro-influencers found, against those planted in a synthetic corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expertmine.answers import micro_influencers
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import DataError
from expertmine.evaluate.identity import match_by_mentions

if TYPE_CHECKING:
    import pandas as pd


SAME_NAME = 85.0
"""Least likeness, of 100, of two spellings of one name."""


def evaluate_influencers(
    corpus: Corpus, *, planted: pd.DataFrame, mentions: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """Count planted people who were found and found people who were not planted, beside a ranking by volume.

    Parameters
    ----------
    corpus
        A synthetic corpus run to the end.
    planted
        `person`, one row for each planted micro-influencer.
    mentions
        `pmid, position, person`: who is behind each mention.
    people
        `person, name`: by name, also a misspelt one, those are recognised who have no papers.

    Returns
    -------
    pandas.DataFrame
        One row a list: `list`, how many people it names, how many of them are planted, recall, false_discovery.
        `volume` names as many people as ours does, those with the most papers.

    Raises
    ------
    DataError
        If no mention of the truth is in the corpus.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    truth_of = match_by_mentions(corpus.frame("identities"), mentions, of="person_id", to="person")
    if not truth_of:
        raise DataError("none of the truth's mentions is in this corpus; is it the truth of another one?")
    found = micro_influencers(corpus, top=0).drop_duplicates("person_id")
    unpublished = people[~people["person"].isin(mentions["person"])]
    names: dict[str, str] = dict(zip(found["person_id"].tolist(), found["name"].tolist(), strict=True))
    ours = [truth_of.get(person_id) or _named(name, unpublished) for person_id, name in names.items()]
    volume = corpus.frame("persons", ["person_id", "papers"]).sort_values(
        ["papers", "person_id"], ascending=[False, True]
    )["person_id"]
    loudest = [truth_of.get(person, "?") for person in volume.head(len(ours))]
    wanted = set(planted["person"])
    return pd.DataFrame([_compare("expertmine", ours, wanted), _compare("volume", loudest, wanted)])


def _named(name: str, people: pd.DataFrame) -> str:
    """Recognise somebody without papers by a name that raters may have misspelt."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        name, people["name"], scorer=fuzz.token_set_ratio, processor=_folded, score_cutoff=SAME_NAME
    )
    return str(people["person"].loc[found[2]]) if found else "?"


def _folded(name: str) -> str:
    from anyascii import anyascii

    return anyascii(name).casefold()


def _compare(name: str, listed: list[str], wanted: set[str]) -> dict[str, object]:
    right = len(set(listed) & wanted)
    wrong = sum(person not in wanted for person in listed)
    return {
        "list": name,
        "people": len(listed),
        "planted": right,
        "recall": right / len(wanted) if wanted else float("nan"),
        "false_discovery": wrong / len(listed) if listed else 0.0,
    }
