"""The words of the invented therapy area, as typed in vocabulary.toml and sentences.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What a niche, a theme or the whole area talks about."""

    name: str
    focus: Words
    measure: Words
    mesh: Words
    method: Words = ()
    theme: str = ""
    subject: Words = ()
    asked: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All words: the area, its themes, their niches, the descriptors' ids and the grammar of sentences."""

    area: Lexicon
    themes: dict[str, Lexicon]
    niches: tuple[Lexicon, ...]
    generic_titles: Words
    mesh: dict[str, str]
    qualifiers: dict[str, tuple[tuple[str, str], ...]]
    sentences: dict[str, Words]
    languages: tuple[dict[str, str], ...]

    def siblings(self, niche: Lexicon) -> list[Lexicon]:
        """Give the other niches of the same theme."""
        return [other for other in self.niches if other.theme == niche.theme and other.name != niche.name]


@cache
def load() -> Vocabulary:
    """Read both files once."""
    words = tomllib.loads((HERE / "vocabulary.toml").read_text(encoding="utf-8"))
    grammar = tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8"))
    area = words["area"]
    return Vocabulary(
        area=_lexicon({"name": "general"} | area | {"subject": area["disease"]}),
        themes={name: _lexicon({"name": name} | theme) for name, theme in words["themes"].items()},
        niches=tuple(_lexicon(niche) for niche in words["niches"]),
        generic_titles=tuple(area["generic_titles"]),
        mesh=words["mesh"],
        qualifiers={theme: tuple((ui, name) for ui, name in pairs) for theme, pairs in words["qualifiers"].items()},
        sentences={part: tuple(lines) for part, lines in grammar.items() if part != "languages"},
        languages=tuple(grammar["languages"]),
    )


def _lexicon(entry: dict[str, object]) -> Lexicon:
    known = {name: entry[name] for name in Lexicon.__dataclass_fields__ if name in entry}
    return Lexicon(**{key: tuple(value) if isinstance(value, list) else value for key, value in known.items()})  # type: ignore[arg-type]


def of_its_time(term: str, year: int, rng: Random) -> str:
    """Choose between 'old > new': the new word takes over between 1996 and 2012."""
    old, arrow, new = term.partition(" > ")
    return new if arrow and rng.randrange(1996, 2012) < year else old


def name_of_its_time(names: Words, year: int, rng: Random) -> str:
    """Choose among the three names that a thing had before 1997, before 2013 and since, with some laggards."""
    felt = year - rng.randrange(-5, 12)
    return names[(felt >= 1997) + (felt >= 2013)]
