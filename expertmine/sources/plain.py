"""Plain words out of marked-up ones: markup, double escapes and odd white space gone, nothing else."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import TypeAlias

from lxml import etree

Node: TypeAlias = etree._Element
# A second escape (`&amp;lt;`) and escaped markup (`&lt;i&gt;`) are still there after the parser.
_ESCAPE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?(?:i|b|u|em|sub|sup|strong|italic|bold)\s*/?>", re.IGNORECASE)
# XML allows U+0080 to U+009F; in PubMed they are always Windows-1252 read as Latin-1.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}


def plain(text: str | None) -> str:
    """Return the text on one line, unescaped and composed (NFC)."""
    if not text:
        return ""
    if text.isascii() and text.isalnum():  # a single word, as most names and numbers are
        return text
    if "&" in text:
        text = _ESCAPE.sub(lambda found: html.unescape(found[0]), text)
    if "<" in text:
        text = _TAG.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_C1))
    return " ".join(text.split())  # str.split knows U+2028, U+00A0 and the thin spaces too


def plain_element(element: Node | None) -> str:
    """Return an element's words without its inline markup and formulas' tags; none for no element."""
    if element is None:
        return ""
    return plain("".join(element.itertext()) if len(element) else element.text)


def unique(texts: Iterable[str]) -> list[str]:
    """Return the texts that are not empty, each once, in order."""
    return list(dict.fromkeys(text for text in texts if text))
