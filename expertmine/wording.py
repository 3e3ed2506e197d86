"""How numbers, and the cells of a spreadsheet, are written for people."""

from __future__ import annotations

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def count(number: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun, in the plural where it belongs: `nouns`, else with an s.

    >>> count(1, "paper"), count(1200, "paper"), count(0, "person", "people")
    ('1 paper', '1,200 papers', '0 people')
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd, 11th.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 112, 1021)]
    ['1st', '2nd', '3rd', '4th', '11th', '112th', '1,021st']
    """
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (OWASP, CSV injection).

    >>> harmless("=1+1"), harmless("Ida Voss")
    ("'=1+1", 'Ida Voss')
    """
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def unguarded(cell: str) -> str:
    """Take off the mark that `harmless` sets.

    >>> unguarded("'=1+1"), unguarded("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(STARTS_A_FORMULA) else cell
