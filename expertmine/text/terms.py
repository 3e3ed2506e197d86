"""The stage 'terms': articles become the words and phrases by which everything above counts them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expertmine.config import TermSettings, checked_section
from expertmine.errors import DataError
from expertmine.parallel import spread
from expertmine.progress import announce
from expertmine.tables import TABLES
from expertmine.text.clean import clean_abstract
from expertmine.text.language import pipeline, read_words
from expertmine.text.parts import READ, read_parts
from expertmine.text.phrases import find_phrases, unique_phrases
from expertmine.text.words import Word, read_word

if TYPE_CHECKING:
    from expertmine.tables import Frame

_AT_ONCE = 500
"""Articles read at once, by one process: few enough that none waits long for the last part of another."""


def read_terms(articles: Frame, *, settings: TermSettings = TermSettings()) -> pa.Table:
    """Return the table `terms`: one row an article, sorted by PMID.

    Parameters
    ----------
    articles
        The table `articles`.
    settings
        Whether abbreviations are expanded, and how long a phrase may be.

    Returns
    -------
    pyarrow.Table
        tokens: lower-case words without stop words, plurals folded, abbreviations expanded by the long form the
        article gives (Schwartz & Hearst 2003); the title's words stand twice, then keywords and MeSH headings (with
        these, articles and their ten nearest share the drug class in .833 of cases, else in .812).
        phrases: candidate keyphrases, each once.

    Raises
    ------
    ConfigError
        If a setting is out of its range.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> read_terms(TABLES["articles"].empty()).num_rows
    0
    """
    settings = checked_section(settings, TermSettings)
    table = TABLES["articles"].arrow(articles).select(READ).sort_by("pmid")
    rows = np.arange(len(table))
    parts = [table.take(rows[start : start + _AT_ONCE]) for start in rows[::_AT_ONCE]]  # a slice would be sent whole
    found = [TABLES["terms"].empty()]
    for part in spread(partial(_read_part, settings=settings), parts):
        found.append(part)
        announce("reading articles", sum(map(len, found)), len(table))
    return TABLES["terms"].arrow(pa.concat_tables(found).combine_chunks())


def read_text(text: str, *, settings: TermSettings = TermSettings()) -> tuple[list[str], list[str]]:
    """Return any text's tokens and phrases, read in the same way as an article.

    Raises
    ------
    DataError
        If the text was not read as what it is encoded in.

    Examples
    --------
    >>> read_text("Stents for renal artery stenosis")
    (['stent', 'renal', 'artery', 'stenosis'], ['Stents', 'renal artery stenosis'])
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"letter {error.start + 1} of the text is no letter; save or paste it as UTF-8") from error
    [(words, shorts)] = read_words([clean_abstract(text)], abbreviations=settings.abbreviations)
    known = list(map(read_word, words))
    return _tokens(known), unique_phrases(find_phrases(known, longest=settings.phrase_words, without=shorts))


def _read_part(articles: pa.Table, *, settings: TermSettings) -> pa.Table:
    parts = list(map(read_parts, articles.to_pylist()))
    texts = (f"{title}\n{abstract}" for title, abstract, _ in parts)
    read = read_words(texts, abbreviations=settings.abbreviations)
    with pipeline().memory_zone():  # else spaCy remembers every word it ever saw
        found = [_terms(*words, given, settings.phrase_words) for words, (*_, given) in zip(read, parts, strict=True)]
    tokens, phrases = zip(*found, strict=True)
    columns = {"pmid": articles["pmid"], "tokens": tokens, "phrases": phrases}
    return pa.table(columns, schema=TABLES["terms"].schema)


def _terms(words: list[str], shorts: frozenset[str], given: list[str], longest: int) -> tuple[list[str], list[str]]:
    """Return the tokens and phrases of an article whose title and abstract have these words."""
    border = words.index("\n") if "\n" in words else len(words)
    known = list(map(read_word, words))
    named = map(read_word, re.findall(r"[\w/-]+", " . ".join(given)))
    tokens = _tokens([*known[:border], *known, *named])
    return tokens, unique_phrases([*find_phrases(known, longest=longest, without=shorts), *given])


def _tokens(words: Iterable[Word]) -> list[str]:
    return [form for word in words for form in word.forms]
