"""What raters write where a name was asked: 'see above', 'my boss', an e-mail address.

Taken for a person, many would seem to name one.
"""

from __future__ import annotations

import re

EMAIL = re.compile(r"<?\b(?:mailto:)?([\w.+-]{1,64})@[\w-]+(?:\.[\w-]+)+>?", re.IGNORECASE)
LONGEST = 30
"""Words in the longest name; Picasso's had some twenty."""
_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_BRACKET = str.maketrans("()[]", "    ")
ADDRESS = "an e-mail address"
_LINK = re.compile(r"https?://|\bwww\.")
_STOCK = re.compile(
    r"(?:the )?same(?: (?:person|people|one|ones|name|names|answer))?(?: (?:as|like) .+)?|ditto|idem|ibid"
    r"|(?:(?:please )?see|as|like|from) (?:the )?(?:above|below|before|previous|last|earlier|question)\b.*"
    r"|(?:s|siehe|wie) ?oben|(?:voir|comme) (?:ci[- ]dessus|plus haut)|v[eé](?:r|ase) (?:m[aá]s )?arriba"
    r"|(?:vedi|come) sopra",
    re.IGNORECASE,
)
"""Phrases that are all of the answer."""
_GROUP = re.compile(
    r"\b(?:teams?|departments?|dept|colleagues?|committees?|universit(?:y|ies)|institutes?|everyone|everybody|anyone"
    r"|anybody|someone|somebody|whoever|équipe|kolleg(?:e|en|in)|collègues?|colegas?|colleghi|abteilung)\b"
    r"|^(?:(?:the|my|our) )?(?:head|chief|chair|director|dean|professor) of\b"
    r"|^i(?: (?:would|cannot|think|know|prefer|usually)\b| ?(?:don|can|wouldn|haven)['’]?t\b)",  # noqa: RUF001
    re.IGNORECASE,
)
"""Words that stand in no name."""
_OWNED = re.compile(
    r"\b(?:[Mm]y|[Oo]ur|[Yy]our|[Hh]is|[Tt]heir|[Tt]he|[Aa]n?|[Aa]ll|[Ss]ome|[Ee]very|[Aa]ny|[Aa]nother|[Oo]ther)"
    r" (?:\w+ ){0,3}(?:boss|chief|head|chair|director|manager|supervisor|mentor|consultants?|doctors?|physicians?"
    r"|surgeons?|nurses?|professors?|fellows?|specialists?|experts?|people|persons?|group|unit|lab|staff|hospitals?"
    r"|clinics?|ones?)\b"
)
"""A word of these, in small letters as it stands in no name but one typed so, behind one that points to it."""


def no_name(text: str) -> str:
    """Say what it is that was typed where a name was asked, '' if it may be a name.

    Names of any culture are left alone: what is looked for are phrases, not words, for 'See', 'My', 'The', 'Head',
    'Boss' and 'Ask' are names. A remark behind a name and a comma is not looked at.

    >>> no_name("ida.voss@example.org"), no_name("the team in Ostvik"), no_name("My Boss"), no_name("See, Ida")
    ('an e-mail address', 'a phrase', '', '')
    """
    if before_at(text) != text:
        return ADDRESS
    if _LINK.search(text):
        return "an address on the web"
    parts = [" ".join(part.split()).strip(" .:!?") for part in bare(text).split(",")]
    read = parts[:1] if " " in parts[0] else parts[:2]
    phrase = _STOCK.fullmatch(" ".join(read)) or any(_GROUP.search(part) or _OWNED.search(part) for part in read)
    return "a phrase" if phrase or len(text.split()) > LONGEST else ""


def bare(text: str) -> str:
    """Return what was typed without remarks in brackets and e-mail addresses, if there is anything beside them."""
    for aside in (EMAIL, _BRACKETS):
        rest = aside.sub(" ", text)
        text = rest if any(letter.isalnum() for letter in rest) else text
    return text.translate(_BRACKET)


def before_at(text: str) -> str:
    """Return what may be a name in an e-mail address, as words; any other text as it is."""
    found = EMAIL.search(bare(text))
    return re.sub(r"[._+-]", " ", found[1]) if found else text
