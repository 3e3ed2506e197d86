from __future__ import annotations

import pytest

from expertmine.errors import ConfigError
from expertmine.sources.query import check_query


@pytest.mark.parametrize(
    "query",
    [
        "asthma",
        "asthma[MeSH Terms:noexp] AND 2001:2003[dp]",
        '"bee sting"[tiab:~2] NOT review[pt]',
        "surgery[Subheading] AND (2001:2003[ppdt] OR 2001:2003[epdt])",
    ],
)
def test_a_sound_query_passes_as_typed(query: str) -> None:
    assert check_query(f" {query} ") == query


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("  ", "empty"),
        ("asthma[tiabb]", "unknown field tag '.tiabb.'; did you mean .*'tiab'"),
        ("\u201cbee sting\u201d", "U\\+201C"),
        ("R&amp;D", "HTML"),
    ],
)
def test_an_unsound_query_is_refused_with_the_reason(query: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        check_query(query)
