"""Short names for topics: the phrases that set one apart, no two topics of a layer alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count

from expertmine.text.wordlists import TOO_GENERAL, UNNAMED
from expertmine.text.words import fold, fold_phrase

_LONGEST = 6
"""Words in a name."""
_STEM = 8
"""Letters that words begin with in common if one is made from the other."""
_UNNAMED = frozenset(map(fold, UNNAMED.split()))
_TOO_GENERAL = frozenset(map(fold, TOO_GENERAL.split()))


def name_topics(phrases: Sequence[Sequence[str]], spare: Sequence[str]) -> list[str]:
    """Return a name for each topic from its phrases, best first; `spare` names the one without phrases.

    The topics are named in the order given: a later one whose name is taken adds its next phrase.
    """
    taken: set[str] = set()
    names = []
    for own, otherwise in zip(phrases, spare, strict=True):
        choices = chain(_candidates(own), [otherwise], (f"{otherwise} ({number})" for number in count(2)))
        name = next(name for name in choices if fold_phrase(name) not in taken)
        taken.add(fold_phrase(name))
        names.append(capitalised(name))
    return names


def _candidates(phrases: Sequence[str]) -> Iterator[str]:
    """Yield the best phrase with a second one to make it precise, then the other pairs, then single phrases.

    Phrases that name no topic come last: "Hyaluronic acid, rabbits" is no issue of a clinician's.
    """
    phrases = sorted(phrases, key=_is_weak)
    for first, head in enumerate(phrases):
        said = set(fold_phrase(head).split())
        for tail in phrases[first + 1 :]:
            words = fold_phrase(tail).split()
            short = len(said) + len(words) <= _LONGEST
            kin = any(_is_kin(one, other) for one in said for other in words)
            if short and not kin and not _abbreviates(tail, head) and not _abbreviates(head, tail):
                yield f"{head}, {tail}"
    yield from phrases


def _is_kin(one: str, other: str) -> bool:
    """Whether two words say the same: a name does not gain by "Microfracture, microfractured defect"."""
    return one == other or (len(one) >= _STEM and one[:_STEM] == other[:_STEM])


def _abbreviates(short: str, long: str) -> bool:
    """Whether a word in capitals has its letters, in order, from a phrase: "Posttraumatic stress disorder, PTSD".

    scispaCy's finder of abbreviations reads spaCy's documents only, and to load spaCy here would take a second.
    """
    if not short.isupper() or " " in short:
        return False
    left = iter(long.upper())
    return long[:1].upper() == short[0] and all(letter in left for letter in short if letter.isalpha())


def _is_weak(phrase: str) -> bool:
    words = set(fold_phrase(phrase).split())
    return words <= _TOO_GENERAL or not _UNNAMED.isdisjoint(words)


def capitalised(name: str) -> str:
    """Return the name with a capital first letter, unless its first word is spelt in a way of its own (mRNA).

    >>> capitalised("renal artery stenosis"), capitalised("mRNA vaccines")
    ('Renal artery stenosis', 'mRNA vaccines')
    """
    first = name.split(" ")[0]
    return name if any(map(str.isupper, first[1:])) else name[:1].upper() + name[1:]
