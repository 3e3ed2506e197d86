"""Name forms: what a printed name says, folded so that two spellings of it can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from expertmine.identity.nicknames import formal_name

PARTICLES = frozenset(
    {"al", "el", "bin", "ibn", "e", "y", "af", "av", "da", "das", "de", "dei", "del", "della", "den", "der", "di", "do"}
    | {"dos", "du", "la", "las", "le", "los", "ten", "ter", "van", "vande", "vanden", "vander", "von", "vom", "zu"}
    | {"zum", "zur"}
)
SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "2nd": "ii", "3rd": "iii", "4th": "iv"}
SUFFIXES |= {"ii": "ii", "iii": "iii", "iv": "iv"}
_APART = re.compile(r"[^a-z0-9]+")
_JOINED = re.compile(r"['`´‘’ʼʹ]")  # noqa: RUF001  the look-alikes are what journals print
_UMLAUT = re.compile(r"(?<=[b-dfhj-npr-tv-z])([aou])e(?=[b-df-hj-np-tv-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name, folded to plain lower-case letters."""

    last: str
    """The whole surname, particles kept, joined."""
    key: str
    """The surname as blocked on: no particles, German ae/oe/ue as a/o/u."""
    parts: tuple[str, ...]
    """The words of a surname of two or more, so that one of them can meet a bearer of the other."""
    given: tuple[str, ...]
    """Given names in order, an initial as one letter."""
    suffix: str

    @property
    def first(self) -> str:
        """The first given name, which may be an initial; '' where none is printed."""
        return self.given[0] if self.given else ""

    @property
    def full(self) -> str:
        """The first given name where it is printed in full, else ''."""
        return self.first if len(self.first) > 1 else ""

    @property
    def initial(self) -> str:
        """The first letter of the first given name, of its formal form where it is a nickname."""
        return formal_name(self.first)[:1]

    @property
    def words(self) -> str:
        """All words of the name in alphabetical order: equal for names printed in swapped order."""
        core = self.parts or (self.key,)
        tokens = core + self.given
        if len(tokens) < 2 or min(map(len, tokens)) < 2:
            return ""
        return " ".join(sorted([*core, *map(_plain, self.given)]))


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Return the text in plain lower-case letters, apostrophes closed up, anything else apart by one space.

    >>> fold("O'Connor-Żółty")
    'oconnor zolty'
    """
    return _APART.sub(" ", anyascii(_JOINED.sub("", text)).replace("'", "").lower()).strip()


def read_name(last: str, fore: str | None, initials: str | None, suffix: str | None = None) -> Name:
    """Read a name as a paper prints it.

    >>> read_name("van der Müller", "Jan-Willem K", "JK")
    Name(last='vandermuller', key='muller', parts=(), given=('jan', 'willem', 'k'), suffix='')
    """
    words = fold(last).split()
    rank = fold(suffix or "").replace(" ", "")
    if len(words) > 1 and words[-1] in SUFFIXES:
        printed = words.pop()
        rank = rank or printed
    core = [_plain(word) for word in words if word not in PARTICLES] or words
    key = "".join(core) or last.strip().lower()
    given, trailing = _given(fore, initials)
    return Name(
        last="".join(words) or key,
        key=key,
        parts=tuple(core) if len(core) > 1 else (),
        given=given,
        suffix=SUFFIXES.get(rank or trailing, ""),
    )


@lru_cache(maxsize=1 << 16)
def _plain(word: str) -> str:
    """Write a German ae, oe, ue as the a, o, u that others print."""
    return _UMLAUT.sub(r"\1", word)


def _given(fore: str | None, initials: str | None) -> tuple[tuple[str, ...], str]:
    """Return the given names, and a suffix that was printed among them."""
    stripped = re.sub(r"[^\w]", "", initials or "")
    if not (fore or "").strip():
        return tuple(fold(stripped).replace(" ", "")), ""
    tokens: list[str] = []
    for word in re.split(r"[\s.\-‐‑–]+", fore or ""):  # noqa: RUF001
        folded = fold(word).replace(" ", "")
        tokens += folded if _are_initials(word, stripped) else [folded] if folded else []
    trailing = tokens.pop() if len(tokens) > 1 and tokens[-1] in SUFFIXES else ""
    return (*tokens[:1], *(token for token in tokens[1:] if token not in PARTICLES or len(token) == 1)), trailing


def _are_initials(word: str, initials: str) -> bool:
    """Tell 'JL' (two initials) from 'JO' or 'LI' printed in capitals."""
    bare = re.sub(r"[^\w]", "", word)
    if not bare.isupper() or not 1 < len(bare) <= 4:
        return False
    return initials.upper().startswith(bare) or not re.search(r"[AEIOUY]", fold(bare).upper())
