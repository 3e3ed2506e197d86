"""The language pipeline: spaCy's blank English with scispaCy's tokenizer and abbreviation detector."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from types import ModuleType

    from spacy.language import Language
    from spacy.tokens import Doc, Span

_LONGEST = 8


@cache
def pipeline(*, abbreviations: bool) -> Language:
    """Return the pipeline; the blank one is used because a trained one is forty times slower (25 texts/s a core)."""
    with _without_torch():
        import spacy
        from scispacy.abbreviation import AbbreviationDetector
        from scispacy.custom_tokenizer import combined_rule_tokenizer

    nlp = spacy.blank("en")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Possible (nested )?set", category=FutureWarning)
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.max_length = 10_000_000
    if abbreviations:
        detector = cast("AbbreviationDetector", nlp.add_pipe("abbreviation_detector"))
        detector.global_matcher.add("nothing", [[{"ORTH": "no one word"}]])  # an empty matcher would warn at every text
    return nlp


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep spaCy from importing torch, which a blank pipeline never uses: seconds, and two hundred megabytes."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = cast("ModuleType", None)  # its import then fails, and spaCy does without
    try:
        yield
    finally:
        del sys.modules["torch"]


def read_words(texts: Iterable[str], *, abbreviations: bool) -> Iterator[tuple[list[str], frozenset[str]]]:
    """Yield each text's words in order, short forms replaced by their long ones, and the short forms themselves.

    A short form stays where it is defined ("… implantation (ACI)"), so that whoever asks by it still finds the text.
    """
    for doc in pipeline(abbreviations=abbreviations).pipe(texts):
        longs = _long_forms(doc) if abbreviations else {}
        yield (_expand(doc, longs) if longs else [token.text for token in doc]), frozenset(longs)


def _long_forms(doc: Doc) -> dict[str, tuple[list[str], frozenset[int]]]:
    """Return, per short form of one word, the words of its long form and the places where it is defined."""
    found: dict[str, tuple[list[str], frozenset[int]]] = {}
    for short in sorted(doc._.abbreviations, key=lambda span: (span.start, span.end)):
        long = short._.long_form
        if len(short) > 1 or short.text.islower() or not 1 < len(long) <= _LONGEST:
            continue
        words, places = found.get(short.text, ([token.text for token in long], frozenset()))
        if _defines(short, long):
            places |= {short.start}
        found[short.text] = (words, places)
    return found


def _defines(short: Span, long: Span) -> bool:
    """Whether only a bracket stands between them."""
    return bool(short.start - 1 == long.end or short.end + 1 == long.start)


def _expand(doc: Doc, longs: dict[str, tuple[list[str], frozenset[int]]]) -> list[str]:
    words: list[str] = []
    for token in doc:
        text = token.text
        long = longs.get(text) or longs.get(text + "s") or longs.get(text.removesuffix("s"))
        if long is None or token.i in long[1]:
            words.append(text)
        else:
            words.extend(long[0])
    return words
