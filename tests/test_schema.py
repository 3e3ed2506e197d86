from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from expertmine.errors import TableError
from expertmine.tables import TABLES

MENTION = {"pmid": [1], "position": [1], "last": ["Fen"], "affiliations": [["Hive"]], "equal_contribution": [False]}


def test_a_column_that_may_be_null_may_be_left_out() -> None:
    for frame in (pa.table(MENTION), pd.DataFrame(MENTION)):
        (row,) = TABLES["mentions"].arrow(frame).to_pylist()
        assert (row["last"], row["fore"], row["orcid"]) == ("Fen", None, None)


def test_a_column_that_must_have_values_may_not_be_left_out() -> None:
    with pytest.raises(TableError, match=r"^table 'mentions': column 'position' is missing$"):
        TABLES["mentions"].arrow(pa.table(MENTION).drop_columns(["position"]))


def test_a_misspelt_column_is_not_taken_for_one_left_out() -> None:
    with pytest.raises(TableError, match="'orcd' is unknown; did you mean 'orcid'"):
        TABLES["mentions"].arrow(pa.table({**MENTION, "orcd": [None]}))


def test_whole_numbers_that_pandas_rounded_beside_a_null_are_refused() -> None:
    whole = TABLES["identities"].rows(
        {"pmid": 1, "position": at, "person_id": "a", "confidence": 1.0, "stays": stays}
        for at, stays in ((1, 0xAAAAAAAAAAAAAAAA), (2, None))
    )
    with pytest.raises(TableError, match="column 'stays' was rounded as double; hand it in as whole numbers"):
        TABLES["identities"].arrow(whole.to_pandas())
    kept = whole.to_pandas(types_mapper={pa.uint64(): pd.UInt64Dtype()}.get)
    assert TABLES["identities"].arrow(kept)["stays"].equals(whole["stays"])
