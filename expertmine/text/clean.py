"""Text as its writers meant it: without section labels, publishers' lines, registry numbers or markup."""

from __future__ import annotations

import re
import unicodedata

from expertmine.text.wordlists import LABEL_WORDS

_LABEL_WORDS = frozenset(LABEL_WORDS.split())
_LABEL = re.compile(r"([^\W\d_][\w &/(),'\u2019-]{1,60}?)\s*:\s+")
_INLINE = re.compile(
    r"(?:^|(?<=[.;?!)]))\s*(?:Background|Objectives?|Purpose|Aims?|Introduction|Materials? and Methods?"
    r"|(?:Patients? and |Study )?(?:Methods?|Design)|Results?|Findings|Discussion|Conclusions?)\s*:\s+"
)
_SECTION = re.compile(
    r"^(?:(?:[\w ]*\b(?:trials?|study|review|protocol|prospero) )?registration[\w ]*"
    r"|registry[\w ]*|funding[\w ]*|[\w ]*disclosures?|[\w ]*conflicts? of interests?"
    r"|competing interests?|(?:level|quality) of evidence|copyright|ethics[\w ]*|prospero[\w ]*)$"
)
_RIGHTS = re.compile(
    r"(?:\(?\bcopyright\b|\(c\)\s*\d{4}|©)[^\n]{0,300}$|all rights reserved\.?"
    r"|\(abstract truncated[^)]{0,80}\)|published by elsevier[^\n]*$|this article is protected by copyright[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_TRANSLATED = re.compile(r"^\[((?:[^][]|\[[^][]*\])*)\](\.?)$")
"""A title that the first bracket opens and the last one closes; '[18F]FDG in [177Lu]' is not one."""
_RIGHTS_SIGNS = ("copyright", "(c)", "©", "rights reserved", "abstract truncated", "published by elsevier")
_REGISTRY = re.compile(
    r"\b(?:NCT\s?\d{6,}|ISRCTN\s?\d+|ACTRN\s?\d+|ChiCTR[\w-]{0,40}\d|UMIN[\w-]{0,40}\d|DRKS\d+|NTR\s?\d+|CRD\s?\d{6,}"
    r"|(?i:EudraCT)\W{0,3}(?i:number|no\.?)?\W{0,3}\d{4}-\d{6}-\d{2}|CTRI/\S+|IRCT\w+|(?i:clinicaltrials\.gov)"
    r"|(?i:level of evidence)\W{1,3}(?:[IVXivx]+|\d)\b)"
)
_REGISTERS = ("NCT", "ISRCTN", "ACTRN", "ChiCTR", "UMIN", "DRKS", "NTR", "CRD", "CTRI/", "IRCT")
_REGISTRY_SIGNS = ("clinicaltrials", "level of evidence", "eudract")
_MARKUP = re.compile(r"</?[a-zA-Z][\w:-]*(?:\s[^<>=]{1,40}=[^<>]{0,200})?/?>|\\\w+|https?://\S+")
"""Tags with and without attributes, but not "a<b and c>d"."""
_LETTERS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u00ad\u200b\u2060\ufeff")
)
"""All dashes are one; soft hyphens and spaces of no width, which nobody sees, would make another word of a word."""


def clean_title(title: str) -> str:
    """Return the title on one line, without the brackets of a translated one, lower-cased if it shouts."""
    text = _TRANSLATED.sub(r"\1\2", " ".join(plain(title).split()))
    return text.lower() if text.isupper() and " " in text else text


def clean_abstract(abstract: str) -> str:
    """Return the abstract's prose: labels, publishers' lines and registry numbers gone, one part a line."""
    text = plain(abstract)
    lower = text.lower()
    # Most abstracts hold none of this, and to look for the signs of it takes a tenth of the time.
    if any([sign in lower for sign in _RIGHTS_SIGNS]):
        text = _RIGHTS.sub(" ", text)
    if any([sign in text for sign in _REGISTERS]) or any([sign in lower for sign in _REGISTRY_SIGNS]):
        text = _REGISTRY.sub(" ", text)
    lines = text.split("\n")
    parts = [_unlabelled(line, structured=len(lines) > 1) for line in lines]
    return "\n".join(part for part in parts if part)


def plain(text: str) -> str:
    """Return the text without markup, each letter in the one form it is usually in."""
    text = _MARKUP.sub(" ", unicodedata.normalize("NFKC", text))
    return text if text.isascii() else text.translate(_LETTERS)


def _unlabelled(line: str, *, structured: bool) -> str:
    """Drop the label that opens the line, or the whole line where it is about money and numbers only."""
    found = _LABEL.match(line)
    if structured and found and _SECTION.match(found[1].lower()):
        return ""
    if found and ((structured and found[1].isupper()) or _is_label(found[1])):
        line = line[found.end() :]
    return (_INLINE.sub(" ", line) if ":" in line else line).strip()


def _is_label(label: str) -> bool:
    return all(word in _LABEL_WORDS for word in re.findall(r"[a-z]{2,}", label.lower()))
