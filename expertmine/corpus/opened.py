"""What every public verb begins with: that it was handed a corpus."""

from __future__ import annotations

from expertmine.corpus import Corpus
from expertmine.errors import ConfigError


def checked_corpus(corpus: Corpus) -> Corpus:
    """Return the corpus; a path or a table in its place is refused in words, not by what it lacks.

    >>> checked_corpus("corpora/fmd")
    Traceback (most recent call last):
        ...
    expertmine.errors.ConfigError: corpus is 'corpora/fmd', expected a Corpus: `em.Corpus(PATH)` opens one
    """
    if not isinstance(corpus, Corpus):
        told = repr(corpus) if isinstance(corpus, str) else f"a {type(corpus).__name__}"
        raise ConfigError(f"corpus is {told}, expected a Corpus: `em.Corpus(PATH)` opens one")
    return corpus
