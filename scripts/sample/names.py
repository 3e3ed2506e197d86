"""Invented people's names: built from syllables that no real name is made of, and the ways journals print them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_HEADS = (
    "Zeb", "Quor", "Vask", "Drumv", "Thelv", "Braxt", "Ulmek", "Gorv", "Nylk", "Feskr", "Wobr", "Jathr",
    "Krelv", "Plonv", "Skivr", "Tarvk", "Orvk", "Ymbr", "Huxt", "Mrivk", "Dwelk", "Ostrv", "Pheld", "Ruvk",
    "Snarv", "Ilvr", "Ekthr", "Glomv", "Vrast", "Zwelm", "Quenv", "Thramb", "Juskv", "Blorv",
)  # fmt: skip
_HEARTS = (
    "a", "e", "i", "o", "u",
)  # fmt: skip
_TAILS = (
    "mbrel", "vund", "skith", "xarro", "ldovar", "rnuth", "ndrisk", "lqueth", "stomir", "ckunde", "ngavel",
    "ptorre", "vashti", "rquist", "lmeyne", "ntzovic", "thwold", "zzarin", "mpeska", "gdalen", "rvonde",
    "skamy",
)  # fmt: skip
_FORE_HEADS = (
    "Av", "Bri", "Cov", "Dul", "Erv", "Fen", "Gwi", "Hev", "Isv", "Jov", "Kesv", "Lum", "Miv", "Nuv", "Ov",
    "Pelv", "Ras", "Syv", "Tuv", "Vev", "Wik", "Yov", "Zef",
)  # fmt: skip
_FORE_TAILS = (
    "daveth", "lumine", "riko", "vrune", "styss", "nabel", "vidor", "messa", "lovane", "theron", "zika",
    "quill", "branne", "dresk", "moya",
)  # fmt: skip
_ACCENTS = {"a": "áäå", "e": "éèë", "o": "öøó", "u": "üúů", "i": "íî"}
_PLAIN = {accent: letter for letter, accents in _ACCENTS.items() for accent in accents}
_PARTICLES = ("van der", "de", "von", "El")
_SUFFIXES = ("Jr", "3rd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A full name; `middle` is a second forename or nothing."""

    last: str
    fore: str
    middle: str = ""
    suffix: str = ""

    @property
    def full(self) -> str:
        """The name as its owner writes it."""
        return " ".join(part for part in (self.fore, self.middle, self.last, self.suffix) if part)

    @property
    def initials(self) -> str:
        """The initials of all forenames."""
        return self.fore[0] + self.middle[:1]


def surname(rng: Random) -> str:
    """Make a surname; a few have accents, a particle or two parts."""
    name = _simple(rng)
    luck = rng.randrange(100)
    if luck < 3:
        return f"{rng.choice(_PARTICLES)} {name}"
    if luck < 6:
        return f"{name}-{_simple(rng)}"
    return name


def _simple(rng: Random) -> str:
    heart = rng.choice(_HEARTS)
    if rng.randrange(100) < 10:
        heart = rng.choice(_ACCENTS[heart])
    return rng.choice(_HEADS) + heart + rng.choice(_TAILS)


def forename(rng: Random) -> str:
    """Make a forename."""
    return rng.choice(_FORE_HEADS) + rng.choice("aeiou") + rng.choice(_FORE_TAILS)


class NameBook:
    """Surnames and forenames in use, some far more common than others."""

    def __init__(self, rng: Random) -> None:
        common = [surname(rng) for _ in range(40)]
        self._surnames = [surname(rng) for _ in range(2600)] + common * 12
        self._forenames = [forename(rng) for _ in range(260)]
        self._rng = rng

    def draw(self) -> Name:
        """Give somebody a name, which others may bear too."""
        rng = self._rng
        middle = rng.choice(self._forenames) if rng.randrange(100) < 45 else ""
        suffix = rng.choice(_SUFFIXES) if rng.randrange(100) < 1 else ""
        return Name(last=rng.choice(self._surnames), fore=rng.choice(self._forenames), middle=middle, suffix=suffix)


def without_accents(text: str) -> str:
    """Print as older records do."""
    return "".join(_PLAIN.get(letter, letter) for letter in text)


def as_printed(name: Name, year: int, rng: Random) -> Name:
    """Print a name as a journal of that year does: initials only before 2002 and in a quarter of later papers."""
    last = without_accents(name.last) if year < 2000 or rng.randrange(100) < 15 else name.last
    if year < 2002 or rng.randrange(100) < 25:
        middle = name.middle[:1] if rng.randrange(100) < 85 else ""
        return Name(last=last, fore=name.fore[0], middle=middle, suffix=name.suffix)
    middle = rng.choice(("", name.middle[:1], name.middle[:1], name.middle))
    return Name(last=last, fore=name.fore, middle=middle, suffix=name.suffix)


def as_typed(name: Name, rng: Random) -> str:
    """Write a name as a busy clinician types it into a form."""
    fore, last = name.fore, without_accents(name.last) if rng.randrange(100) < 50 else name.last
    if rng.randrange(100) < 25:
        last = misspelt(last, rng)
    usual = f"{fore} {last}"
    forms = (
        usual, usual, usual, f"{last}, {fore}", f"{fore[0]}. {last}", f"{last} {fore[0]}", f"Dr. {usual}",
        f"Prof {usual}", f"Dr {last}", f"{fore} {name.middle[:1]} {last}".replace("  ", " "),
    )  # fmt: skip
    return rng.choice(forms)


def misspelt(word: str, rng: Random) -> str:
    """Drop, double or swap one letter inside the word."""
    place = rng.randrange(1, len(word) - 2)
    first, second = word[place], word[place + 1]
    middle = rng.choice((second, first + first + second, second + first))
    return word[:place] + middle + word[place + 2 :]
