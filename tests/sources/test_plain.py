from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.sources.plain import plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Health &amp; Care", "Health & Care"),
        ("&lt;i&gt;Apis&lt;/i&gt; bees", "Apis bees"),
        ("p<0.05 and q>2", "p<0.05 and q>2"),
        ("R&D costs &copy less", "R&D costs &copy less"),
        ("a\u2028b\u00a0c\n\t d", "a b c d"),
        ("encoding\x96errors", "encoding\u2013errors"),
        ("Jose\u0301", "Jos\u00e9"),
    ],
)
def test_text_is_plain_on_one_line(typed: str, read: str) -> None:
    assert plain(typed) == read


@given(st.text(st.characters(exclude_characters="&<")))
def test_plain_text_stays_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)
