"""Words and short forms: spaCy's English with scispaCy's tokenizer and its detector of abbreviations."""

from __future__ import annotations

import re
import warnings
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from expertmine.text.lean import without_torch

if TYPE_CHECKING:
    from spacy.language import Language

_LONGEST = 8
"""Words of a long form."""
_BEFORE = 16
"""Words before a bracket in which a long form may begin: five more than a short form has letters (nine), and some."""
_INSIDE = 8
"""Words of a long form that stands in the bracket."""
_LONGEST_CHUNK = 1_000
"""Letters between white space."""
_PLAIN = re.compile(r"(\(?)([A-Za-z]*[a-z])([.,;:)]?)")


@cache
def pipeline() -> Language:
    """Return the pipeline; the blank one is used because a trained one is forty times slower (25 texts/s a core)."""
    with without_torch():
        import spacy
        from scispacy.custom_tokenizer import combined_rule_tokenizer

    nlp = spacy.blank("en")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Possible (nested )?set", category=FutureWarning)
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters = {}  # nobody asks whether a word is like a number: a tenth of the time
    nlp.max_length = 10_000_000
    return nlp


def read_words(texts: Iterable[str], *, abbreviations: bool) -> Iterator[tuple[list[str], frozenset[str]]]:
    """Yield each text's words in order, short forms replaced by their long ones, and the short forms themselves.

    A short form stays where it is defined ("… implantation (ACI)"), so that whoever asks by it still finds the text.
    The end of a line is a word of its own.
    """
    for text in texts:
        words = _split(text)
        longs = _long_forms(words) if abbreviations and "(" in text else {}
        yield (_expand(words, longs) if longs else words), frozenset(longs)


def _split(text: str) -> list[str]:
    """Return a text's words."""
    lines = [line.split() for line in text.split("\n")]
    known = {chunk: _read_chunk(chunk) for chunk in set(chain.from_iterable(lines))}
    words = [word for line in lines for word in chain(chain.from_iterable([known[chunk] for chunk in line]), "\n")]
    return words[:-1]


@lru_cache(maxsize=1 << 18)
def _read_chunk(chunk: str) -> tuple[str, ...]:
    """Return the words of what stands between white space; few chunks are ever new.

    Each is read by itself, for the tokenizer's rules for signs (":(") look over the white space between two. Nearly
    half of all are words of letters, a bracket before or a sign behind them at most: the tokenizer, which has rules for
    many signs, would take three times as long. What is far longer than any word is left as it is: there it takes hours.
    """
    found = _PLAIN.fullmatch(chunk)
    if found is not None and found[2] not in _exceptions():
        return tuple(filter(None, found.groups()))
    if len(chunk) > _LONGEST_CHUNK:
        return (chunk,)
    return tuple([token.text for token in pipeline().tokenizer(chunk)])


@cache
def _exceptions() -> frozenset[str]:
    """Return the letters of what the tokenizer has a rule of its own for ("cannot", "Fig.")."""
    tokenizer: Any = pipeline().tokenizer
    return frozenset(found[2] for found in map(_PLAIN.fullmatch, tokenizer.rules) if found)


def _long_forms(words: Sequence[str]) -> dict[str, tuple[list[str], int]]:
    """Return, per short form of one word, its long form's words and the place of the bracket that defines it.

    Of two definitions the first counts, whether the short form or the long one is the same.
    """
    found: dict[str, tuple[list[str], int]] = {}
    longs: set[str] = set()
    for start, end in _brackets(words):
        short, long = _definition(words[max(start - _BEFORE, 0) : end + 1], min(start, _BEFORE), end - start)
        spelled = " ".join(long)
        if 1 < len(long) <= _LONGEST and "\n" not in long and short not in found and spelled not in longs:
            longs.add(spelled)
            found[short] = (long, start if end - start == 1 else start - 2)
    return found


def _brackets(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield from where to where it is in brackets what may be a short form, or a long form after a short one."""
    for place in _places(words, {"("}):
        for end in range(place + 2, min(place + 2 + _INSIDE, len(words))):
            inside = end - place - 1
            short = place + 1 if inside == 1 else place - 1
            if words[end] == ")" and inside not in (2, 3) and short >= 0 and _may_be_short(words[short]):
                yield place + 1, end


def _places(words: Sequence[str], sought: Container[str]) -> list[int]:
    """Return where any of the sought words stands."""
    return [place for place, word in enumerate(words) if word in sought]


def _may_be_short(word: str) -> bool:
    return 1 < len(word) < 10 and word[0].isalpha() and not word.islower()


def _definition(window: Sequence[str], start: int, length: int) -> tuple[str, list[str]]:
    """Return a short form and its long form, found in the words before a bracket or in it; no words if there is none.

    The algorithm is that of Schwartz & Hearst (2003) as scispaCy has it.
    """
    from scispacy.abbreviation import filter_matches, find_abbreviation
    from spacy.tokens import Doc

    doc = Doc(pipeline().vocab, words=list(window))
    for candidate, form in filter_matches([(0, start, start + length)], doc):
        short, long = find_abbreviation(candidate, form)
        if long is not None and len(short) == 1:
            return short.text, [token.text for token in long]
    return "", []


def _expand(words: Sequence[str], longs: dict[str, tuple[list[str], int]]) -> list[str]:
    forms = {f"{short}s": long for short, long in longs.items()}
    forms |= {short.removesuffix("s"): long for short, long in longs.items() if len(short) > 2} | longs
    expanded: list[str] = []
    end = 0
    for place in _places(words, forms):
        long, defined = forms[words[place]]
        if place != defined:
            expanded += [*words[end:place], *long]
            end = place + 1
    return [*expanded, *words[end:]]
