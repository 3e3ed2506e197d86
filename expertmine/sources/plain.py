"""Plain words out of marked-up ones: markup, double escapes and odd white space gone, nothing else."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

# A second escape (`&amp;lt;`) and escaped markup (`&lt;i&gt;`) are still there after the parser.
_ESCAPE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?(?:i|b|u|em|sub|sup|strong|italic|bold)\s*/?>", re.IGNORECASE)
# XML allows U+0080 to U+009F; in PubMed they are always Windows-1252 read as Latin-1.
_C1 = re.compile(r"[\x80-\x9f]")


def plain(text: str | None) -> str:
    """Return the text on one line, unescaped and composed (NFC)."""
    if not text:
        return ""
    if "&" in text:
        text = _ESCAPE.sub(lambda found: html.unescape(found[0]), text)
    if "<" in text:
        text = _TAG.sub("", text)
    if text.isprintable():  # neither U+0080 to U+009F are nor any white space but the plain one
        text = unicodedata.normalize("NFC", text)
        if "  " not in text:
            return text.strip(" ")
    else:
        text = unicodedata.normalize("NFC", _C1.sub(_windows, text))
    return " ".join(text.split())  # str.split knows U+2028, U+00A0 and the thin spaces too


def _windows(found: re.Match[str]) -> str:
    return bytes([ord(found[0])]).decode("cp1252", "ignore") or " "


def unique(texts: Iterable[str]) -> list[str]:
    """Return the texts that are not empty, each once, in order."""
    return list(dict.fromkeys([text for text in texts if text]))
