"""How numbers are written in what people read."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """Write a number with its noun, in the plural where it belongs.

    >>> count(1, "paper"), count(1200, "paper")
    ('1 paper', '1,200 papers')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
