"""ORCID iDs as people type them, made one form or refused."""

from __future__ import annotations

import re

_NOISE = re.compile(r"[\s\u2010-\u2015\u2212-]")
_DIGITS = re.compile(r"(?<!\d)\d{15}[\dXx](?!\d)")


def read_orcid(text: str) -> str | None:
    """Return the iD as 0000-0000-0000-0000 whatever stands around it; None if its check digit is wrong.

    >>> read_orcid("http://orcid.org/0000000218250097")
    '0000-0002-1825-0097'
    """
    found = _DIGITS.search(_NOISE.sub("", text))
    if found is None or _check_digit(found[0][:15]) != found[0][15].upper():
        return None
    digits = found[0].upper()
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11-2 over the first fifteen digits."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]
