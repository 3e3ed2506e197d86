"""Candidate keyphrases: what stands between stop words and punctuation (after RAKE, Rose et al. 2010)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from expertmine.text.words import fold_phrase, read_word

_CHECK_TAGS = frozenset(
    "Adolescent|Adult|Aged|Aged, 80 and over|Animals|Child|Child, Preschool|Cohort Studies|Cross-Over Studies|"
    "Cross-Sectional Studies|Double-Blind Method|Female|Follow-Up Studies|Humans|Infant|Infant, Newborn|Male|"
    "Middle Aged|Pilot Projects|Pregnancy|Prospective Studies|Retrospective Studies|Single-Blind Method|"
    "Surveys and Questionnaires|Time Factors|Treatment Outcome|United States|Young Adult|Case-Control Studies|"
    "Reproducibility of Results|Dose-Response Relationship, Drug|Drug Administration Schedule|Random Allocation|"
    "Sensitivity and Specificity|Risk Factors|Models, Biological|Analysis of Variance".split("|")
)


def find_phrases(words: Sequence[str], *, longest: int, without: Collection[str] = ()) -> list[str]:
    """Return the runs of words that no stop word or punctuation breaks; of a longer run its last `longest` words."""
    phrases: list[str] = []
    run: list[str] = []
    for surface in (*words, "."):
        if not read_word(surface).ends_phrase:
            run.append(surface)
        elif run:
            phrases.append(" ".join(run[-longest:]))
            run = []
    return [phrase for phrase in phrases if len(phrase) > 2 and phrase not in without]


def headings(article: Mapping[str, Any]) -> list[str]:
    """Return the article's keywords and MeSH headings as phrases: the major ones, or all where none is marked."""
    marked = [heading for heading in article["mesh"] if heading["major"]] or article["mesh"]
    names = [heading["descriptor"] for heading in marked]
    return [*article["keywords"], *(upright(name) for name in names if name not in _CHECK_TAGS)]


def upright(descriptor: str) -> str:
    """Turn a descriptor that is filed under its noun the right way round.

    >>> upright("Diabetes Mellitus, Type 2")
    'Type 2 Diabetes Mellitus'
    """
    head, comma, rest = descriptor.partition(", ")
    return f"{rest} {head}" if comma and ", " not in rest else descriptor


def unique_phrases(phrases: Iterable[str]) -> list[str]:
    """Keep one spelling of each phrase, the one with the fewest capitals, in order of first appearance."""
    kept: dict[str, str] = {}
    for phrase in phrases:
        key = fold_phrase(phrase)
        if key and (key not in kept or _capitals(phrase) < _capitals(kept[key])):
            kept[key] = phrase
    return list(kept.values())


def _capitals(phrase: str) -> int:
    return sum(map(str.isupper, phrase))
