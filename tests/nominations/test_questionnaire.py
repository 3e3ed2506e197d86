"""Questionnaires that go out and come back."""

import csv
import dataclasses
import io
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from expertmine.corpus import Corpus
from expertmine.nominations import read_ballots
from expertmine.nominations.columns import QUESTIONS
from expertmine.report.questionnaire import HEADER, NAMES, Asked, plan_questionnaires, write_questionnaires

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
ASKED = Asked(number=7, rater="Åsa Orr", institution="Ostvik", topic_id="n12", about="Stents (lumen)", wave=2)
SAID = [("explains", "Ida Voss", "Karlund"), ("explains", "Ulf Tol", ""), ("knows", "Ida Voss", "Karlund")]
CAME = [("Ida Voss", "Karlund", 2.0), ("Ulf Tol", None, 1.0)]


def came_back(data: bytes, name: str) -> list[tuple[str, str | None, float]]:
    ballots, rejects = read_ballots(data, source=name)
    rows = ballots.to_pylist()
    assert rejects.num_rows == 0
    assert {(row["rater"], row["rater_institution"], row["topic"], row["wave"]) for row in rows} == {
        ("Åsa Orr", "Ostvik", "n12", 2)
    }
    return [(row["nominee"], row["nominee_institution"], row["weight"]) for row in rows]


def filled_in(question: str, taken: dict[str, int]) -> tuple[str, str]:
    """What the rater writes into the next line of a question."""
    own = [(name, house) for asked, name, house in SAID if asked == question]
    at = taken[question] = taken.get(question, -1) + 1
    return own[at] if at < len(own) else ("", "")


def test_a_workbook_is_filled_in_and_read_back() -> None:
    [(name, data)] = write_questionnaires([ASKED], form="xlsx")
    assert name == "questionnaire-wave-2-007.xlsx"
    book, taken = load_workbook(io.BytesIO(data)), dict[str, int]()
    sheet = book["Answers"]
    for row in range(2, sheet.max_row + 1):
        nominee, house = filled_in(str(sheet.cell(row, 5).value), taken)
        sheet.cell(row, 7).value, sheet.cell(row, 8).value = nominee or None, house or None
    assert taken == dict.fromkeys(QUESTIONS, NAMES - 1)
    again = io.BytesIO()
    book.save(again)
    assert came_back(again.getvalue(), name) == CAME


@pytest.mark.parametrize("delimiter", [",", ";"])  # some spreadsheets save with the semicolon of their country
def test_a_csv_is_filled_in_and_read_back(delimiter: str) -> None:
    [(name, data)] = write_questionnaires([ASKED], form="csv")
    rows, taken = list(csv.reader(io.StringIO(data.decode("utf-8-sig")))), dict[str, int]()
    for row in rows[1:]:
        row[6:8] = filled_in(row[4], taken)
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert came_back(text.getvalue().encode(), name) == CAME


USE = """<script>
const saved = [];
URL.createObjectURL = (blob) => { saved.push(blob); return "#"; };
HTMLAnchorElement.prototype.click = () => {};
setTimeout(async () => {
  const said = SAID;
  for (const field of document.querySelectorAll("fieldset")) {
    const own = said.filter(([question]) => question === field.dataset.question);
    const lines = field.querySelectorAll(".name");
    own.forEach(([, name, house], at) => {
      lines[at].querySelector(".nominee").value = name;
      lines[at].querySelector(".institution").value = house;
    });
  }
  document.querySelector("button").click();
  const out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify([await saved[0].text(), performance.getEntriesByType("resource").length]);
  document.body.append(out);
}, 200);
</script>"""


@pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome on this machine")
def test_the_page_is_filled_in_without_a_network_and_what_it_saves_is_read_back(tmp_path: Path) -> None:
    [(_, data)] = write_questionnaires([ASKED], form="html")
    page, used = data.decode(), USE.replace("SAID", json.dumps(SAID))
    (tmp_path / "page.html").write_text(page.replace("</body>", used + "</body>"), encoding="utf-8")
    done = subprocess.run(
        [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
         "--virtual-time-budget=3000", "--dump-dom", (tmp_path / "page.html").as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told is not None
    text, requests = json.loads(unescape(told[1]))
    assert requests == 0
    assert came_back(text.encode(), "answers.csv") == CAME


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_of_a_questionnaire_starts_a_formula(form: str) -> None:
    evil = Asked(number=1, rater="=1+1", institution="@SUM(A1)", topic_id="n1", about="+x", wave=1)
    [(_, data)] = write_questionnaires([evil], form=form)
    if form == "csv":
        cells = [cell.strip('"') for line in data.decode("utf-8-sig").splitlines() for cell in line.split(",")]
    else:
        sheets = load_workbook(io.BytesIO(data)).worksheets
        cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_a_files_name_tells_no_raters_name() -> None:
    names = [name for form in ("csv", "xlsx", "html") for name, _ in write_questionnaires([ASKED], form=form)]
    assert names == [f"questionnaire-wave-2-007.{form}" for form in ("csv", "xlsx", "html")]
    first = dataclasses.replace(ASKED, wave=1)
    assert [name for name, _ in write_questionnaires([first], form="csv")] == ["questionnaire-007.csv"]
    assert "rater" in HEADER


def test_every_form_says_what_it_is_about_and_who_can_see_the_answers() -> None:
    made = {form: data for form in ("csv", "xlsx", "html") for _, data in write_questionnaires([ASKED], form=form)}
    asked = [row["what is asked"] for row in csv.DictReader(io.StringIO(made["csv"].decode("utf-8-sig")))]
    assert all(text.startswith("About Stents (lumen): Who") for text in asked)
    book = load_workbook(io.BytesIO(made["xlsx"]))
    assert [row[0].value for row in book["Answers"]["F2:F10"]] == asked
    told = [str(row[0]) for row in book["Read me"].iter_rows(values_only=True)]
    for line in told:
        assert line in unescape(made["html"].decode())
    assert any("can see whom you named" in line for line in told)


def test_who_has_no_institution_is_asked_without_one(sample: Corpus) -> None:
    topic = next(row["topic_id"] for row in sample.table("topics").to_pylist() if row["layer"] == 0)
    people = pd.DataFrame({"person_id": ["p1", "p2"], "name": ["Åsa Orr", "Bo Tol"], "affiliation": ["Ostvik", None]})
    for told in (people, people.astype({"affiliation": "str"}), people.astype({"affiliation": object})):
        assert [each.institution for each in plan_questionnaires(sample, topic, told)] == ["Ostvik", ""]


def test_the_page_says_that_without_scripts_it_cannot_save() -> None:
    [(_, data)] = write_questionnaires([ASKED], form="html")
    page = data.decode()
    assert "needs JavaScript to save" in page[page.index("<noscript>") : page.index("<form")]
