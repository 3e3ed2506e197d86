"""Names as people type them: titles off, letters folded, and every way in which the words can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from expertmine.nominations.phrases import bare

TITLES = frozenset(
    {
        "dr", "prof", "professor", "pd", "priv", "doz", "univ", "apl", "mr", "mrs", "ms", "miss", "sir",
        "dame", "herr", "frau", "med", "dott", "dra", "assoc", "associate",
    }
)  # fmt: skip
DEGREES = frozenset(
    {
        "md", "phd", "mph", "msc", "bsc", "ms", "ma", "mba", "do", "dds", "dmd", "dnp", "rn", "np", "pharmd",
        "dphil", "mbbs", "mbchb", "dsc", "drph", "frcp", "frcs", "frcpc", "frcsc", "facc", "faha", "facs",
        "fesc", "esq", "jr", "sr", "ii", "iii", "iv",
    }
)  # fmt: skip
SWAPPED = 0.1
"""How often 'Voss Ida', or a surname alone, is meant by two full words without a comma, beside 'Ida Voss'."""
ASIDE = 0.05
"""How often a comma parts a whole name from a remark, beside last name from given names."""
PART = 0.2
"""How often one half of a double surname stands for the whole."""


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a name: surname as one folded key, given names or initials, how usual the reading is."""

    last: str
    given: tuple[str, ...]
    odds: float = 1.0


def folded(text: str) -> list[str]:
    """Return the words in lower-case ASCII; an apostrophe does not part a word."""
    return re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", anyascii(text)).lower())


def name_key(text: str) -> str:
    """Return what two typings of one name share: no titles, no case, no accents, surname last."""
    parts = _parts(text)
    return " ".join(word for part in (*parts[1:], *parts[:1]) for word in folded(part))


def place_key(text: str | None) -> str:
    """Return what two typings of one institution share, whatever the order of the words."""
    return " ".join(sorted(set(folded(text or "")) - {"of", "the", "and", "for", "at"}))


def readings(text: str) -> tuple[Form, ...]:
    """Return every reading of a typed name, the usual ones with odds 1."""
    parts = _parts(text)
    forms: list[Form] = []
    if len(parts) > 1:
        forms += [Form("".join(folded(parts[0])), given) for given in _spellings(" ".join(parts[1:]))]
    listed = len(parts) > 1 and all(len(part.split()) > 1 for part in parts)  # perhaps 'Ida Voss, Ulf Tol'
    for words in (words for part in (parts if listed else parts[:1]) for words in _spellings(part)):
        if len(parts) == 1 or len(words) > 1:
            forms += _cuts(words, 1.0 if len(parts) == 1 else ASIDE)
    named = sorted((form for form in forms if form.last), key=lambda form: form.odds)
    best = {(form.last, form.given): form for form in named}
    return tuple(sorted(best.values(), key=lambda form: (-form.odds, form.last, form.given)))


def slips(word: str) -> int:
    """Return in how many letters another word may differ and be a misspelling of this: none in a short one."""
    return min(2, len(word) // 4)


def known_forms(last: str, names: Iterable[str], initials: str) -> tuple[Form, ...]:
    """Return the forms of a person's name, less those that abbreviate a fuller one."""
    found = {_known(name, folded(last)) for name in names}
    found.add(Form("".join(folded(last)), tuple("".join(folded(initials)))))
    fullest = {form for form in found if not any(_abbreviates(form, other) for other in found)}
    halves = {Form(half, form.given, PART) for form in fullest for half in _halves(last, form)}
    return tuple(sorted(fullest | halves, key=lambda form: (form.last, form.given, form.odds)))


def _known(name: str, last: Sequence[str]) -> Form:
    """Read a printed name with its surname known; after a change of surname, as anyone would."""
    before, comma, after = name.partition(",")
    if comma:
        return Form("".join(folded(before)), _spellings(after)[0])
    plain, words = folded(name), _spellings(name)[0]
    if plain[: len(last)] == list(last):
        rest = re.split(r"[\s-]+", name.strip())[len(last) :]
        return Form("".join(last), _spellings(" ".join(rest))[0])
    if list(words[-len(last) :]) == list(last):
        return Form("".join(last), words[: -len(last)])
    first = (*readings(name), Form("".join(last), ()))[0]
    return Form(first.last, first.given)


def _abbreviates(short: Form, long: Form) -> bool:
    same = short.last == long.last and short.given != long.given and len(short.given) <= len(long.given)
    return same and all(full.startswith(part) for part, full in zip(short.given, long.given, strict=False))


def _halves(last: str, form: Form) -> list[str]:
    """Give the parts of a double surname that may stand alone; 'van', 'de' may not."""
    words = folded(last)
    double = len(words) > 1 and "".join(words) == form.last
    return [word for word in words if double and len(word) > 3]


def _parts(text: str) -> list[str]:
    """Split at commas, with remarks in brackets, addresses behind the name, titles and degrees taken off."""
    parts = [part.split() for part in bare(text).split(",")]
    parts = [part for part in parts if part]
    while len(parts) > 1 and sum(map(len, parts[:-1])) > 1 and all(_bare(word) in DEGREES for word in parts[-1]):
        parts.pop()
    while parts and len(parts[0]) > 1 and _bare(parts[0][0]) in TITLES:
        parts[0].pop(0)
    while len(parts) > 1 and len(parts[-1]) > 1 and _bare(parts[-1][0]) in TITLES:
        parts[-1].pop(0)
    while parts and len(parts[-1]) > 2 and _bare(parts[-1][-1]) in DEGREES and not parts[-1][-1].istitle():
        parts[-1].pop()
    return [" ".join(part) for part in parts]


def _bare(word: str) -> str:
    return word.replace(".", "").strip("-").lower()


def _spellings(text: str) -> list[tuple[str, ...]]:
    """Return the words, with 'JM' as initials first where it may be initials, then as the word it may be."""
    raw = re.split(r"[\s-]+", re.sub(r"['`]", "", anyascii(text)).strip())
    apart = [word for part in raw for word in (part if _initials(part) else folded(part))]
    whole = folded(text)
    spelled = tuple("".join(folded(word)) for word in apart if folded(word))
    return [spelled] if spelled == tuple(whole) else [spelled, tuple(whole)]


def _initials(word: str) -> bool:
    letters = word.replace(".", "")
    return letters.isalpha() and letters.isupper() and len(letters) <= 3


def _cuts(words: Sequence[str], odds: float) -> list[Form]:
    """Cut the words in two, and take either side for the surname."""
    if len(words) < 2:
        return [Form(word, (), odds) for word in words]
    forms = [Form("".join(words), (), odds * SWAPPED)]
    for cut in range(1, len(words)):
        head, tail = tuple(words[:cut]), tuple(words[cut:])
        if any(len(word) > 1 for word in tail):
            forms.append(Form("".join(tail), head, odds))
        if any(len(word) > 1 for word in head):
            usual = all(len(word) == 1 for word in tail)
            forms.append(Form("".join(head), tail, odds if usual else odds * SWAPPED))
    return forms
