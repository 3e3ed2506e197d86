"""Titles and abstracts: a grammar of sentences filled with the words of a niche, its theme and the area."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from sample.papers import Paper
from sample.vocabulary import Lexicon, Vocabulary, Words, name_of_its_time, of_its_time

COUNTRIES = ("Germany", "France", "Italy", "Spain", "Sweden", "Poland", "Japan", "Canada", "Brazil", "Australia")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_ABBREVIATED = re.compile(r"(.+) \((\w+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a record says; sections are (label or nothing, sentences)."""

    title: str
    sections: tuple[tuple[str, str], ...]
    keywords: Words
    vernacular: str | None = None
    language: str = "eng"


class Writer:
    """Writes one paper: keeps to a few of its niche's themes, and introduces an abbreviation only once."""

    def __init__(self, paper: Paper, vocabulary: Vocabulary, rng: Random) -> None:
        self._year, self._rng = paper.year, rng
        self._area = vocabulary.area
        self._theme = vocabulary.themes.get(paper.theme, vocabulary.area)
        self._own = paper.niche or self._theme
        # Most papers speak plainly of their niche, an authority's more so; some could be a sibling's, and the
        # generic ones touch any niche.
        self._other = rng.choice(vocabulary.siblings(paper.niche) if paper.niche else vocabulary.niches)
        clear = rng.randrange(100) < (88 if paper.led_by_authority else 65)
        self._loyalty, self._leak = ((58, 8) if clear else (36, 24)) if paper.niche else (42, 18)
        names = paper.niche.subject if paper.niche else (rng.choice(self._theme.focus),) * 3
        self._names = {
            "disease": name_of_its_time(vocabulary.area.subject, paper.year, rng),
            "subject": of_its_time(name_of_its_time(names, paper.year, rng), paper.year, rng),
        }
        self._former = _ABBREVIATED.sub(r"\1", rng.choice(names))
        self._introduced: set[str] = set()
        self._focus = self._hand(self._own.focus, 5)
        self._measure = self._hand(self._own.measure, 3)
        self._said: list[str] = []

    @property
    def keywords(self) -> Words:
        """Words for the keyword list: long forms and what the paper dwells on."""
        names = [_ABBREVIATED.sub(r"\1", name) for name in self._names.values()]
        return tuple(dict.fromkeys([*names, *self._focus[:3]]))

    def _hand(self, words: Words, count: int) -> list[str]:
        """Draw the words that this paper will use."""
        return [of_its_time(word, self._year, self._rng) for word in self._rng.sample(words, min(count, len(words)))]

    def title(self, template: str) -> str:
        """Write a title, in which nothing is abbreviated."""
        plain = dict(self._names)
        self._names = {slot: _ABBREVIATED.sub(r"\1", name) for slot, name in plain.items()}
        line = self.sentence(template)
        self._names = plain
        return line

    def sentence(self, template: str) -> str:
        """Resolve the alternatives and fill the slots of one sentence."""
        self._said = []
        line = _CHOICE.sub(lambda found: self._rng.choice(found[1].split("|")), template)
        line = _SLOT.sub(lambda found: self._fill(found[1]), line)
        return line[0].upper() + line[1:]

    def _fill(self, slot: str) -> str:
        if slot == "subject" and self._rng.randrange(100) < self._leak:
            return _ABBREVIATED.sub(r"\1", self._rng.choice(self._other.subject))
        if slot == "subject" and self._rng.randrange(100) < 40:
            return self._former
        if slot == "disease" and self._rng.randrange(100) < 45:
            return "arcuate disease"
        if slot in self._names:
            return self._mention(self._names[slot])
        if slot in NUMBERS:
            return NUMBERS[slot](self._rng)
        kind = {"area": "focus", "shared": "focus", "shared_measure": "measure", "Method": "method"}.get(slot, slot)
        for _ in range(6):
            word = self._word(slot, kind)
            if word not in self._said:
                break
        self._said.append(word)
        return word

    def _word(self, slot: str, kind: str) -> str:
        """Take a word of the niche, of a sibling, of the theme or of the area."""
        rng, luck = self._rng, self._rng.randrange(100)
        if slot in ("focus", "measure") and luck < self._loyalty:
            return rng.choice(self._focus if slot == "focus" else self._measure)
        if slot in ("focus", "measure") and luck < self._loyalty + self._leak:
            return self._pick(getattr(self._other, kind))
        source: Lexicon = self._area if slot == "area" or luck % 10 < 4 else self._theme
        return self._pick(getattr(source, kind))

    def _pick(self, words: Words) -> str:
        return of_its_time(self._rng.choice(words), self._year, self._rng)

    def _mention(self, name: str) -> str:
        found = _ABBREVIATED.match(name)
        if not found:
            return name
        if name not in self._introduced:
            self._introduced.add(name)
            return name
        return found[2] if self._rng.randrange(100) < 65 else found[1]


def _decimal(rng: Random, *, low: int, high: int) -> str:
    tenths = rng.randrange(low, high)
    return f"{tenths // 10}.{tenths % 10}"


def _interval(rng: Random, *, low: int, high: int, unit: str = "") -> str:
    """Give an estimate and an interval that holds it, in tenths."""
    middle = rng.randrange(low, high)
    ends = (middle - rng.randrange(1, low), middle, middle + rng.randrange(1, middle))
    below, at, above = (f"{tenths // 10}.{tenths % 10}" for tenths in ends)
    return f"{at}{unit} (95% CI {below}-{above})"


def _years(rng: Random) -> str:
    return f"of a {rng.randrange(2, 15)}-year period"


NUMBERS: dict[str, Callable[[Random], str]] = {
    "n": lambda rng: str(rng.randrange(9, 240)),
    "big": lambda rng: str(rng.randrange(60, 900)),
    "pct": lambda rng: f"{_decimal(rng, low=40, high=900)}%",
    "ratio": partial(_interval, low=5, high=42),
    "pct_ci": partial(_interval, low=60, high=450, unit="%"),
    "r": lambda rng: f"0.{rng.randrange(11, 88)}",
    "p": lambda rng: f"0.{rng.randrange(1, 300):03d}",
    "months": lambda rng: str(rng.choice((3, 6, 9, 12, 18, 24, 36, 60))),
    "years": _years,
    "country": lambda rng: rng.choice(COUNTRIES),
}
_PLAN = (("background", 1, 3), ("aim", 1, 2), ("methods", 2, 4), ("results", 3, 5), ("conclusions", 1, 3))
_SHORT_PLAN = (("background", 1, 3), ("conclusions", 1, 3))


def write(paper: Paper, vocabulary: Vocabulary, rng: Random) -> Text:
    """Write a paper's title and abstract; one in three since 1992 has labelled sections."""
    writer = Writer(paper, vocabulary, rng)
    grammar = vocabulary.sentences
    titles = grammar.get(f"titles_{paper.kind}", grammar["titles"] if paper.niche else vocabulary.generic_titles)
    title = writer.title(rng.choice(titles))
    short = paper.kind in ("editorial", "comment")
    sections = [
        (part.upper(), " ".join(map(writer.sentence, rng.sample(grammar[part], rng.randrange(low, high)))))
        for part, low, high in (_SHORT_PLAN if short else _PLAN)
    ]
    if short or paper.year < 1992 or rng.randrange(3):
        sections = [("", " ".join(sentences for _, sentences in sections))]
    end = "" if title.endswith("?") else "."
    text = Text(title=title + end, sections=tuple(sections), keywords=writer.keywords)
    return text if paper.language is None else _translate(text, vocabulary.languages[paper.language], paper, rng)


def _translate(text: Text, language: dict[str, str], paper: Paper, rng: Random) -> Text:
    """Make it a paper printed in another language, with MEDLINE's bracketed English title."""
    number = str(rng.randrange(12, 90))
    subject = _ABBREVIATED.sub(r"\1", paper.niche.subject[1]) if paper.niche else "vascular care"
    return replace(
        text,
        title=language["english"].format(subject=subject[0].upper() + subject[1:], n=number),
        vernacular=language["vernacular"].format(n=number) + ".",
        language=language["code"],
    )
