"""Cells that a spreadsheet may show, and numbers with their nouns."""

from __future__ import annotations

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (OWASP, CSV injection).

    >>> harmless("=1+1"), harmless("Ida Voss")
    ("'=1+1", 'Ida Voss')
    """
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def count(number: int, noun: str) -> str:
    """Write a number with its noun, in the plural where it belongs.

    >>> count(1, "paper"), count(1200, "paper")
    ('1 paper', '1,200 papers')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
