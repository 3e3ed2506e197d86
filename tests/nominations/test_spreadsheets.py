"""Surveys as people keep them: merged cells, two lines of header, titles, totals, columns that were added later."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from expertmine.errors import DataError
from expertmine.nominations import read_ballots, survey_columns
from expertmine.nominations.ballots import strike_rater, unread_columns
from expertmine.nominations.review import list_twins

TOPIC = "stents"


def workbook(rows: Sequence[Sequence[object]], *merged: str) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    book.save(stream)
    return with_dropdowns(stream.getvalue())


def with_dropdowns(data: bytes) -> bytes:
    """Add what Excel writes of a list to choose from, at which openpyxl warns."""
    stream, rule = io.BytesIO(), b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    with ZipFile(io.BytesIO(data)) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</worksheet>", rule))
    return stream.getvalue()


def read(data: bytes, topic: str | None = TOPIC) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Say who named whom where, and what was set aside."""
    ballots, rejects = read_ballots(data, source="survey", topic=topic)
    told = [(row["place"], row["rater"], row["nominee"]) for row in ballots.to_pylist()]
    return told, [(row["place"], row["reason"]) for row in rejects.to_pylist()]


PARTS: list[list[str | None]] = [
    ["Respondent", None, "Expert 1", None, "Expert 2", None],
    ["Name", "Hospital", "Name", "Institution", "Name", "Institution"],
    ["A. Orr", "Ostvik", "Ida Voss", "Karlund", "Ulf Tol", None],
    ["B. Kar", None, "Ida Voss", None, None, None],
]


def test_a_line_of_parts_below_merged_questions_is_header_not_answer() -> None:
    data = workbook(PARTS, "A1:B1", "C1:D1", "E1:F1")
    assert read(data) == (
        [("3.1", "A. Orr", "Ida Voss"), ("3.2", "A. Orr", "Ulf Tol"), ("4.1", "B. Kar", "Ida Voss")],
        [],
    )
    ballots, _ = read_ballots(data, source="survey", topic=TOPIC)
    assert ballots["nominee_institution"].to_pylist() == ["Karlund", None, None]
    shown = survey_columns(data, source="survey", topic=TOPIC)
    assert read_ballots(data, source="survey", topic=TOPIC, columns=shown)[0] == ballots
    assert unread_columns(data, source="survey", topic=TOPIC) == ["Respondent Hospital"]
    left, struck, others = strike_rater(data, "B. Kar", source="survey", topic=TOPIC, columns=shown)
    assert (struck, others) == (1, 1)
    assert read_ballots(left, source="survey", topic=TOPIC, columns=shown)[0].num_rows == 2


def test_a_survey_stored_by_the_upper_line_of_its_header_is_still_read() -> None:
    data, told = workbook(PARTS), {"rater": "Respondent", "nominee.1": "Expert 1", "nominee.2": "Expert 2"}
    ballots, _ = read_ballots(data, source="survey", topic=TOPIC, columns=told)
    assert {"Ida Voss", "Ulf Tol"} <= set(ballots["nominee"].to_pylist())


def test_a_question_above_numbered_names_is_header() -> None:
    rows: list[list[str | None]] = [
        ["Your name", "Whom would you ask?", None],
        [None, "Name 1", "Name 2"],
        ["A. Orr", "Ida Voss", "Ulf Tol"],
    ]
    told = [("3.1", "A. Orr", "Ida Voss"), ("3.2", "A. Orr", "Ulf Tol")]
    assert read(workbook(rows, "B1:C1")) == (told, [])
    assert read(workbook([["Your name", *rows[0][1:]], ["Your name", *rows[1][1:]], rows[2]], "A1:A2")) == (told, [])


def test_a_rater_in_a_cell_merged_over_rows_said_all_of_them() -> None:
    rows: list[list[str | None]] = [
        ["rater", "nominee"],
        ["A. Orr", "Ida Voss"],
        [None, "Ulf Tol"],
        ["B. Kar", "Bo Lind"],
    ]
    data = workbook(rows, "A2:A3")
    assert read(data)[0] == [("2", "A. Orr", "Ida Voss"), ("3", "A. Orr", "Ulf Tol"), ("4", "B. Kar", "Bo Lind")]
    left, struck, _ = strike_rater(data, "A. Orr", source="survey", topic=TOPIC)
    assert struck == 2
    assert b"Ulf Tol" not in left, "who is forgotten is so with all that was said"
    assert read(workbook(rows))[1] == [("3", "rater is empty")], "unless nothing says who did"


@pytest.mark.parametrize(
    "title", ["Survey of 2026;\n", "Survey:;2026\n;\n", "Survey;2026;by us\nDraft\n", "Survey;2026\n"]
)
def test_titles_of_one_cell_or_more_stand_above_the_header(title: str) -> None:
    for data in (
        f"{title}rater;nominee\nOrr, A.;Voss, Ida\n",
        title.replace(";", "") + "rater;nominee\nOrr, A.;Voss, Ida\n",
    ):
        for encoded in (data.encode("utf-8-sig"), data.encode("latin-1")):
            [(_, *said)], rejects = read(encoded)
            assert (said, rejects) == (["Orr, A.", "Voss, Ida"], [])


def test_a_total_and_a_header_that_comes_again_are_no_answers() -> None:
    rows = ["A. Orr,Ida Voss,2", "Rater,Nominee,Weight", "B. Kar,Ida Voss,1", "Total,2,3", "Grand total:,,3"]
    told, rejects = read("\n".join(["rater,nominee,weight", *rows]).encode())
    assert told == [("2", "A. Orr", "Ida Voss"), ("4", "B. Kar", "Ida Voss")]
    assert rejects == [
        ("3", "repeats the header"), ("5", "rater is nobody: 'Total'"), ("6", "rater is nobody: 'Grand total:'"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["(none)", "[n/a]", "None.", "N/A:"])
def test_nobody_in_brackets_is_nobody(said: str) -> None:
    assert read(f"rater,nominee\nA. Orr,{said}\n".encode())[1] == [("2", f"nominee is nobody: {said!r}")]


@pytest.mark.parametrize(
    "header", ["nominee,nominee_2,nominee_3", "Expert,Expert 2,Expert 3", "nominee,nominee.1,nominee.2"]
)
def test_a_first_column_without_a_number_takes_no_name_from_the_numbered_ones(header: str) -> None:
    told, _ = read(f"rater,{header}\nA. Orr,Ida Voss,Ulf Tol,Bo Lind\n".encode())
    assert [name for _, _, name in told] == ["Ida Voss", "Ulf Tol", "Bo Lind"]


def test_institutions_go_with_a_first_name_without_a_number() -> None:
    data = b"rater,expert,institution,expert 2,institution 2\nA. Orr,Ida Voss,Karlund,Ulf Tol,Ostvik\n"
    ballots, _ = read_ballots(data, source="survey", topic=TOPIC)
    assert ballots["nominee_institution"].to_pylist() == ["Karlund", "Ostvik"]


def test_columns_that_are_passed_over_are_named_if_anything_stands_in_them() -> None:
    data = b"rater,nominee,expert,Empty,\nA. Orr,Ida Voss,Ulf Tol,,x\n"
    assert unread_columns(data, source="survey", topic=TOPIC) == ["expert", "column 5"]


def test_a_rater_typed_in_two_ways_is_told_by_lines() -> None:
    rows = ["Dr. A. Orr,Ida Voss", "A. Orr,Ulf Tol", "Orr A.,Ida Voss", "Anna Orrr,Bo Lind", "Bo Lind,Ida Voss"]
    ballots, _ = read_ballots("\n".join(["rater,nominee", *rows]).encode(), source="survey", topic=TOPIC)
    assert list_twins(ballots.to_pylist()) == [("2", "5"), ("2", "4")]


CELLS = st.sampled_from(
    ["", "Ida Voss", "Ulf Tol", "none", "see above", "i.v@ostvik.example", "Ida Voss; Ulf Tol", "-", "7"]
)


@given(st.lists(st.lists(CELLS, min_size=200, max_size=200), min_size=1, max_size=3))
def test_every_filled_cell_of_a_wide_survey_is_a_ballot_or_a_reject(rows: list[list[str]]) -> None:
    header = ";".join(["Your name", *(f"Expert {number}" for number in range(1, 201))])
    lines = [";".join([f"Rater {at}", *(f'"{cell}"' for cell in row)]) for at, row in enumerate(rows)]
    told, rejects = read("\n".join([header, *lines]).encode("utf-8-sig"))
    assert len(told) + len(rejects) == sum(max(1, sum(map(bool, row))) for row in rows)


def test_days_and_numbers_of_a_workbook_are_read_as_they_are_shown() -> None:
    day, moment = datetime.datetime(2024, 5, 1), datetime.datetime(2024, 5, 2, 9, 30)
    rows = [["A. Orr", "Ida Voss", day, 2.0, 0.5], ["A. Orr", "Ulf Tol", moment, 3, None]]
    data = workbook([["rater", "nominee", "date", "wave", "weight"], *rows])
    ballots, rejects = read_ballots(data, source="survey.xlsx", topic=TOPIC)
    told = [(row["date"].day, row["wave"], row["weight"]) for row in ballots.to_pylist()]
    assert (told, rejects.num_rows) == ([(1, 2, 0.5), (2, 3, 1.0)], 0)


def test_a_text_whose_quote_is_never_closed_is_refused_with_the_remedy() -> None:
    data = b'rater,nominee\nA. Orr,"' + b"Ida Voss\n" * 20_000
    with pytest.raises(DataError, match=r"cannot be read as a table .*export the survey as CSV again"):
        read_ballots(data, source="survey.csv", topic=TOPIC)
