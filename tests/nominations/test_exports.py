"""Surveys as the tools export them, with their headers as they come."""

import csv
import io

import pytest
from openpyxl import Workbook

from expertmine.errors import ConfigError, DataError
from expertmine.nominations import read_ballots, survey_columns

QUALTRICS = """StartDate,RecordedDate,Q1,Q2_1,Q2_2,Q3_1,Q3_2
Start Date,Recorded Date,Your name,Whom would you ask? - Name 1,Whom would you ask? - Name 2,\
Where? - Institution 1,Where? - Institution 2
"{""ImportId"":""startDate"",""timeZone"":""Etc/UTC""}","{""ImportId"":""recordedDate""}","{""ImportId"":""QID1_TEXT""}"\
,"{""ImportId"":""QID2_1""}","{""ImportId"":""QID2_2""}","{""ImportId"":""QID3_1""}","{""ImportId"":""QID3_2""}"
2024-05-01 10:00:00,2024-05-01 10:05:01,A. Orr,Ida Voss,Ulf Tol,Karlund,
"""
SURVEYMONKEY = """Respondent ID,End Date,Your name,Whom would you ask?,,,
,,Open-Ended Response,Name 1,Institution 1,Name 2,Institution 2
118,05/13/2024 10:05:00 AM,A. Orr,Ida Voss,Karlund,Ulf Tol,
"""
LIMESURVEY = """"Response ID","Date submitted","Your name","Whom would you ask? [Name 1]",\
"Whom would you ask? [Name 2]","Where? [Institution 1]","Where? [Institution 2]"
"1","2024-05-01 10:00:00","A. Orr","Ida Voss","Ulf Tol","Karlund",""
"""
LIMESURVEY_CODES = """"id","submitdate","rater","expert[1]","expert[2]","hospital[1]","hospital[2]"
"1","2024-05-01 10:00:00","A. Orr","Ida Voss","Ulf Tol","Karlund",""
"""
GOOGLE_FORMS = """"Timestamp","Email Address","Your name","First expert",\
"Institution of the first expert","Second expert"
"2024/05/01 10:00:00 AM GMT+2","a@b.example","A. Orr","Ida Voss","Karlund","Ulf Tol"
"""
MICROSOFT_FORMS = """ID;Completion time;Email;Name;Your name;First expert;Institution of the first expert;Second expert
1;2024-05-01 10:05:01;anonymous;;A. Orr;Ida Voss;Karlund;Ulf Tol
"""
LONG = """respondent;expert;hospital
A. Orr;Ida Voss;Karlund
A. Orr;Ulf Tol;
"""
EXPORTS = {
    "Qualtrics": QUALTRICS, "SurveyMonkey": SURVEYMONKEY, "LimeSurvey": LIMESURVEY, "its codes": LIMESURVEY_CODES,
    "Google Forms": GOOGLE_FORMS, "Microsoft Forms": MICROSOFT_FORMS, "long": LONG,
}  # fmt: skip


def workbook(text: str) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in csv.reader(io.StringIO(text)):
        book.worksheets[0].append(row)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_tools_export_gives_the_same_ballots_without_a_word_about_its_columns(name: str, form: str) -> None:
    if name in {"long", "Microsoft Forms"} and form == "xlsx":
        data = workbook(EXPORTS[name].replace(";", ","))
    else:
        data = EXPORTS[name].encode() if form == "csv" else workbook(EXPORTS[name])
    ballots, rejects = read_ballots(data, source="survey", topic="stents")
    assert rejects.num_rows == 0
    assert ballots.select(["rater", "nominee", "nominee_institution", "topic"]).to_pylist() == [
        {"rater": "A. Orr", "nominee": "Ida Voss", "nominee_institution": "Karlund", "topic": "stents"},
        {"rater": "A. Orr", "nominee": "Ulf Tol", "nominee_institution": None, "topic": "stents"},
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_columns_shown_for_an_export_read_it_again_in_the_same_way(name: str) -> None:
    data = EXPORTS[name].encode()
    shown = survey_columns(data, source="survey", topic="stents")
    again = read_ballots(data, source="survey", topic="stents", columns=shown)
    assert again[0] == read_ballots(data, source="survey", topic="stents")[0]
    assert {"rater", "nominee"} <= {role.partition(".")[0] for role in shown}


def test_columns_of_an_export_may_be_told_by_either_of_its_headers() -> None:
    for told in ({"rater": "Q1", "nominee.1": "Q2_1"}, {"rater": "Your name"}):
        ballots, _ = read_ballots(QUALTRICS.encode(), source="survey", topic="stents", columns=told)
        assert ballots["nominee"][0].as_py() == "Ida Voss"


def test_questions_that_number_their_names_alike_lose_none() -> None:
    header = '"Your name","Whom ask? [Name 1]","Whom ask? [Name 2]","Whom trust? [Name 1]","Whom trust? [Name 2]"'
    ballots, _ = read_ballots(f"{header}\nA. Orr,Ida Voss,Ulf Tol,Bo Kar,\n".encode(), source="survey", topic="stents")
    assert ballots["nominee"].to_pylist() == ["Ida Voss", "Ulf Tol", "Bo Kar"]


def test_a_header_that_nobody_understands_is_refused_with_its_columns_and_the_remedy() -> None:
    with pytest.raises(DataError, match=r"no column for rater, nominee.*'Q1', 'Q2'.*--column rater=HEADER"):
        read_ballots(b"Q1,Q2\nA. Orr,Ida Voss\n", source="survey", topic="stents")


def test_a_topic_told_of_the_whole_survey_goes_before_a_column_that_is_guessed_and_not_beside_one_told() -> None:
    survey = b"rater,nominee,relation\nA. Orr,Ida Voss,friend\n"
    assert read_ballots(survey, source="s.csv")[0]["topic"].to_pylist() == ["friend"]
    assert read_ballots(survey, source="s.csv", topic="stents")[0]["topic"].to_pylist() == ["stents"]
    assert "topic" not in survey_columns(survey, source="s.csv", topic="stents")
    with pytest.raises(ConfigError, match="told are the topic 'stents' and a column for it, 'relation'"):
        survey_columns(survey, source="s.csv", topic="stents", columns={"topic": "relation"})


def test_a_survey_stored_with_a_topic_and_a_column_for_it_is_read_as_it_was() -> None:
    """Corpora of before hold such notes: then the column was read."""
    survey = b"rater,nominee,relation\nA. Orr,Ida Voss,friend\n"
    noted = {"rater": "rater", "nominee": "nominee", "topic": "relation"}
    assert read_ballots(survey, source="s.csv", topic="stents", columns=noted)[0]["topic"].to_pylist() == ["friend"]


def test_a_title_above_the_header_and_a_cover_sheet_are_passed_over() -> None:
    titled = "Survey of 2026,,\n,,\n" + LONG.replace(";", ",")
    book, stream = Workbook(), io.BytesIO()
    for row in (["Read me", "first"], ["Version", 2]):
        book.worksheets[0].append(row)
    answers = book.create_sheet("Answers")
    for row in csv.reader(io.StringIO(titled)):
        answers.append(row)
    book.save(stream)
    for data in (titled.encode(), workbook(titled), stream.getvalue()):
        ballots, rejects = read_ballots(data, source="survey", topic="stents")
        assert ballots.select(["place", "nominee"]).to_pylist() == [
            {"place": "4", "nominee": "Ida Voss"}, {"place": "5", "nominee": "Ulf Tol"},
        ]  # fmt: skip
        assert rejects.num_rows == 0
