"""Cells that a spreadsheet may show."""

from __future__ import annotations

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (OWASP, CSV injection).

    >>> harmless("=1+1"), harmless("Ida Voss")
    ("'=1+1", 'Ida Voss')
    """
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
