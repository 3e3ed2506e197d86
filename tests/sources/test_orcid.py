from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.sources.orcid import read_orcid

EXAMPLE = "0000-0002-1825-0097"  # the example of ORCID's own documentation


@pytest.mark.parametrize(
    "typed",
    [EXAMPLE, "0000000218250097", f"http://orcid.org/{EXAMPLE}", f"https://orcid.org/{EXAMPLE}/", f"ORCID: {EXAMPLE}",
     "0000\u20130002\u20131825\u20130097", "0000 0002 1825 0097"],
)  # fmt: skip
def test_every_way_of_typing_it_is_one_id(typed: str) -> None:
    assert read_orcid(typed) == EXAMPLE


@pytest.mark.parametrize("typed", ["orcid", "", "0000-0002-1825-0098", "0000-0000-0000-0000", f"9{EXAMPLE}"])
def test_what_is_no_id_is_none(typed: str) -> None:
    assert read_orcid(typed) is None


@given(st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, shift: int) -> None:
    digits = list(EXAMPLE.replace("-", ""))
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert read_orcid("".join(digits)) is None
