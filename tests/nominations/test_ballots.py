import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expertmine.errors import ConfigError, DataError
from expertmine.nominations import read_ballots, survey_columns

Row = dict[str, Any]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
HEADER = "rater,rater_institution,nominee,nominee_institution,topic,wave,date,weight\n"


def one(row: str, header: str = HEADER) -> tuple[list[Row], list[Row]]:
    ballots, rejects = read_ballots((header + row + "\n").encode(), source="s.csv")
    return ballots.to_pylist(), rejects.to_pylist()


def test_a_full_row_is_kept_as_typed_with_its_line() -> None:
    ballots, rejects = one('Åsa Orr,Ostvik,"Voss, Ida",Karlund,renal stents,2,2024-05-01,0.5')
    assert rejects == []
    assert ballots == [
        {
            "source": "s.csv", "place": "2", "rater": "Åsa Orr", "rater_institution": "Ostvik", "nominee": "Voss, Ida",
            "nominee_institution": "Karlund", "topic": "renal stents", "wave": 2, "date": datetime.date(2024, 5, 1),
            "weight": 0.5,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiter_encoding_and_line_ends_are_found(delimiter: str, encoding: str, newline: str) -> None:
    lines = [
        ["Rater", "Nominee", "Topic"],
        ["Åsa Orr", "Jürgen Voß", "stents"],
        [],
        ["B. Tol", "Ida Voss", "coils"],
    ]
    data = newline.join(delimiter.join(cells) for cells in lines).encode(encoding)
    ballots, _ = read_ballots(data, source="s.csv")
    assert ballots["nominee"].to_pylist() == ["Jürgen Voß", "Ida Voss"]
    assert ballots["place"].to_pylist() == ["2", "4"]


@pytest.mark.parametrize(
    "header",
    [
        "From,TO,Niche",
        "Nominator,Expert,topic_id",
        "nominator name;name;Subject",
        " RATER , Nominee , Field ",
    ],
)
def test_header_synonyms_are_understood(header: str) -> None:
    delimiter = ";" if ";" in header else ","
    ballots, _ = one(delimiter.join(["A. Orr", "Ida Voss", "stents"]), header + "\n")
    assert (ballots[0]["rater"], ballots[0]["nominee"], ballots[0]["topic"]) == (
        "A. Orr",
        "Ida Voss",
        "stents",
    )
    assert (ballots[0]["wave"], ballots[0]["weight"], ballots[0]["date"]) == (1, 1.0, None)


def test_columns_overrule_the_guess() -> None:
    data = b"name,topic,choice,relation\nA. Orr,x,Ida Voss,advice\n"
    ballots, _ = read_ballots(data, source="s.csv", columns={"rater": "Name", "nominee": "choice", "topic": "relation"})
    assert ballots.select(["rater", "nominee", "topic"]).to_pylist() == [
        {"rater": "A. Orr", "nominee": "Ida Voss", "topic": "advice"}
    ]


def test_the_line_that_excel_writes_before_the_header_is_passed_over() -> None:
    ballots, _ = read_ballots(b"sep=;\nrater;nominee;topic\nA. Orr;Ida Voss;stents\n", source="s.csv")
    assert ballots["place"].to_pylist() == ["3"]


def test_a_line_break_inside_a_quoted_cell_is_a_space_and_keeps_later_lines_right() -> None:
    ballots, _ = one('A. Orr,"Clinic\nOstvik",Ida Voss,,stents,,,\nA. Orr,,Ulf Tol,,stents,,,')
    assert [(row["place"], row["rater_institution"]) for row in ballots] == [
        ("2", "Clinic Ostvik"),
        ("4", None),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A. Orr,,,,stents,,,", "nominee is empty"),
        ("A. Orr,,-,,stents,,,", "nominee is empty"),
        (",,Ida Voss,,stents,,,", "rater is empty"),
        ("A. Orr,,Ida Voss,,,,,", "topic is empty"),
        ("A. Orr,,Ida Voss", "topic is empty"),
        ("A. Orr,,none,,stents,,,", "nominee is nobody: 'none'"),
        ("A. Orr,,Don't know,,stents,,,", 'nominee is nobody: "Don\'t know"'),
        ("A. Orr,,N.A.,,stents,,,", "nominee is nobody: 'N.A.'"),
        ("A. Orr,,not applicable,,stents,,,", "nominee is nobody: 'not applicable'"),
        ("anonymous,,Ida Voss,,stents,,,", "rater is nobody: 'anonymous'"),
        ("A. Orr,,myself,,stents,,,", "nominee is no name: 'myself'"),
        ("A. Orr,,2024-03-01,,stents,,,", "nominee is a date, not a name: '2024-03-01'"),
        ("A. Orr,,45000,,stents,,,", "nominee is a date, not a name: '45000'"),
        ("A. Orr,,1-Mar,,stents,,,", "nominee is a date, not a name: '1-Mar'"),
        ("Mar-24,,Ida Voss,,stents,,,", "rater is a date, not a name: 'Mar-24'"),
        ("A. Orr,,=cmd|' /C calc'!A0,,stents,,,", "nominee is a spreadsheet formula"),
        ("A. Orr,,Ida Voss,@SUM(1+1),stents,,,", "nominee_institution is a spreadsheet formula"),
        ("A. Orr,,Ida Voss,,stents,two,,", "wave is not a whole number"),
        ("A. Orr,,Ida Voss,,stents,1.5,,", "wave is not a whole number"),
        (
            "A. Orr,,Ida Voss,,stents,,yesterday,",
            "date is not understood; write it as YYYY-MM-DD",
        ),
        ("A. Orr,,Ida Voss,,stents,,2024-02-30,", "date does not exist"),
        ("A. Orr,,Ida Voss,,stents,,03/04/2024,", "date can be read in two ways"),
        ("A. Orr,,Ida Voss,,stents,,,-1", "weight is not a number from 0 to 1,000,000"),
        ("A. Orr,,Ida Voss,,stents,,,1e300", "weight is not a number from 0 to 1,000,000"),
        ("A. Orr,,Ida Voss,,stents,,,nan", "weight is not a number from 0 to 1,000,000"),
        ('A. Orr,,Ida Voss,,stents,,,"1,000"', "weight can be read in two ways; write it without a comma"),
        ("A. Orr,,Voss, Ida,Ostvik,stents,1,,1,", "10 cells where the header has 8"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_and_the_others_stay(row: str, reason: str) -> None:
    ballots, rejects = one(f"B. Tol,,Ulf Tol,,stents,,,\n{row}\nC. Kar,,Ulf Tol,,stents,,,")
    assert [ballot["place"] for ballot in ballots] == ["2", "4"]
    assert [(reject["source"], reject["place"]) for reject in rejects] == [("s.csv", "3")]
    assert reason in rejects[0]["reason"]


@pytest.mark.parametrize("typed, meant", [("0,5", 0.5), ("0,125", 0.125), ("1,25", 1.25), ("1000", 1000), ("", 1)])
def test_a_weight_may_have_a_decimal_comma(typed: str, meant: float) -> None:
    [ballot], _ = one(f'A. Orr,,Ida Voss,,stents,,,"{typed}"')
    assert ballot["weight"] == meant


@pytest.mark.parametrize("parting", ["; ", ";", " | ", " / ", " & ", " and ", "\n"])
def test_several_names_in_one_cell_are_no_person_of_all_these_names(parting: str) -> None:
    ballots, rejects = one(f'A. Orr,,"Ida Voss{parting}Ulf Tol",,stents,,,')
    assert ballots == []
    assert rejects[0]["reason"].startswith("nominee holds more than one name")


@pytest.mark.parametrize("name", ["Voss; Ida", "Ida Voss/Tol", "Ida\nVoss", "Ida Voss and team", "Dand Landor"])
def test_a_name_is_not_taken_apart(name: str) -> None:
    assert len(one(f'A. Orr,,"{name}",,stents,,,')[0]) == 1


@pytest.mark.parametrize(("told", "day"), [("5/31/2024 9:00", (2024, 3, 4)), ("31/5/2024", (2024, 4, 3))])
def test_a_day_in_doubt_is_read_as_the_column_prints_the_others(told: str, day: tuple[int, int, int]) -> None:
    row = "{},,{},,stents,,{},\n".format
    data = HEADER + row("A. Orr", "Ida Voss", "3/4/2024 9:00") + row("B. Tol", "Ida Voss", told)
    ballots, rejects = read_ballots(data.encode(), source="s.csv")
    assert rejects.num_rows == 0
    assert ballots["date"][0].as_py() == datetime.date(*day)


def test_a_day_stays_in_doubt_where_the_column_prints_both_orders() -> None:
    days = ("3/4/2024", "5/31/2024", "31/5/2024")
    _, rejects = one("".join(f"R. Orr,,Ida V{at},,stents,,{day},\n" for at, day in enumerate(days)))
    assert [row["place"] for row in rejects] == ["2"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-01T10:22:00", (2024, 5, 1)), ("2024/5/1", (2024, 5, 1)), ("01.05.2024", (2024, 5, 1)),
        ("31/12/2023 9:00", (2023, 12, 31)), ("12/31/2023", (2023, 12, 31)), ("05/05/2024", (2024, 5, 5)),
    ],
)  # fmt: skip
def test_dates_that_leave_no_doubt_are_read(text: str, day: tuple[int, int, int]) -> None:
    ballots, rejects = one(f"A. Orr,,Ida Voss,,stents,,{text},")
    assert rejects == []
    assert ballots[0]["date"] == datetime.date(*day)


def test_a_repeated_row_is_kept_once_and_counted_but_homonyms_elsewhere_are_not_repeats() -> None:
    rows = [
        "A. Orr,Ostvik,Ida Voss,,stents,1,,",
        "a. orr,ostvik,IDA  VOSS,,Stents,1,,",
        "A. Orr,Ostvik,Ida Voss,,stents,2,,",
    ]
    ballots, rejects = one("\n".join([*rows, "A. Orr,Karlund,Ida Voss,,stents,1,,"]))
    assert [ballot["place"] for ballot in ballots] == ["2", "4", "5"]
    assert rejects == [{"source": "s.csv", "place": "3", "reason": "repeats line 2, which is counted once"}]


def test_a_quote_that_is_never_closed_takes_its_lines_along_by_name() -> None:
    rest = "\n".join(f"A. Orr,,Ida V{at},,stents,,," for at in range(20))
    ballots, rejects = one(f'A. Orr,,"Ulf Tol,,stents,,,\n{rest}')
    assert ballots == []
    assert rejects[0]["place"] == "2-22"
    assert "is a closing quote missing?" in rejects[0]["reason"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "'s.csv' is empty; expected a header with rater, nominee, topic"),
        (b"\xef\xbb\xbf \r\n\r\n", "'s.csv' is empty"),
        (b"PK\x03\x04rest", "'s.csv' is a damaged workbook (File is not a zip file); save it as .xlsx or"),
        (b"\xd0\xcf\x11\xe0", "'s.csv' is a workbook of a kind that cannot be read; save it as .xlsx or 'CSV UTF-8'"),
        (b"\x81\x00\x8d", "is not text in UTF-8, UTF-16 or cp1252"),
        (
            b"rater,nominee\nA,B\n",
            "has no column for topic; its columns are 'rater', 'nominee'; expected a header with",
        ),
        (b"A. Orr,Ida Voss,stents\n", "has no column for rater, nominee, topic; its columns are 'A. Orr'"),
        (b"<html><body>Sign in</body></html>", "has no column for rater"),
        (
            b"rater,nominee,nominee,topic\nA,B,C,t\n",
            "has 2 columns 'nominee'; expected one row per nominated person",
        ),
    ],
)
def test_a_file_that_is_no_survey_is_refused_with_the_remedy(data: bytes, said: str) -> None:
    with pytest.raises(DataError) as error:
        read_ballots(data, source="s.csv")
    assert said in str(error.value)


def test_a_survey_of_a_header_only_is_refused_before_it_is_stored() -> None:
    with pytest.raises(DataError, match=r"'s.csv' has no row below its header; leave it out"):
        survey_columns(b"rater,nominee,topic\n", source="s.csv")


def test_columns_that_do_not_exist_are_refused() -> None:
    data = b"from,to,relation\n1,2,advice\n"
    with pytest.raises(DataError, match=r"has no column 'relatoin'.*did you mean 'relation'"):
        read_ballots(data, source="s.csv", columns={"topic": "relatoin"})
    with pytest.raises(ConfigError, match="unknown role 'ratr'; did you mean 'rater'"):
        read_ballots(data, source="s.csv", columns={"ratr": "from"})


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=8))
@example([["", "", '"ImportId"']])
def test_every_row_is_a_ballot_or_a_reject(rows: list[list[str]]) -> None:
    quoted = [
        "|".join('"' + cell.replace('"', '""') + '"' for cell in cells)
        for cells in [["rater", "nominee", "topic"], *rows]
    ]
    ballots, rejects = read_ballots("\n".join(quoted).encode(), source="s.csv")
    assert ballots.num_rows + rejects.num_rows == sum(any(cell.strip() for cell in cells) for cells in rows)


@given(st.binary(max_size=200))
def test_any_bytes_give_tables_or_a_data_error(data: bytes) -> None:
    try:
        read_ballots(b"rater,nominee,topic\n" + data, source="s.csv")
    except DataError as error:
        assert "s.csv" in str(error)


@pytest.mark.parametrize(
    "cells", ["stents,1,Eva Secret,", "stents,Eva Secret,,", "stents,,,Eva Secret", "=Eva Secret,,,"]
)
def test_no_reason_quotes_a_cell_in_which_a_name_may_have_slipped(cells: str) -> None:
    [reject] = one(f"A. Orr,,Ida Voss,,{cells}")[1]
    assert "Secret" not in str(reject)
