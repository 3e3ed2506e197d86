"""A questionnaire for each person on a panel: a workbook, a CSV, or a page that saves its answers without a network."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expertmine.corpus.opened import checked_corpus
from expertmine.nominations.columns import QUESTIONS
from expertmine.report.page import environment
from expertmine.wording import STARTS_A_FORMULA, harmless

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus

NAMES = 3
"""Names asked for each question, at most (Hiss, MacDonald & Davis 1978)."""
PHRASES = 5
"""Keyphrases by which a topic is explained."""
HEADER = (
    "rater", "rater_institution", "topic", "wave", "question", "what is asked", "nominee", "nominee_institution",
)  # fmt: skip
WIDTHS = (24, 30, 14, 6, 10, 60, 30, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One person's questionnaire."""

    number: int
    rater: str
    institution: str
    topic_id: str
    about: str
    """The topic in plain words."""
    wave: int


def plan_questionnaires(corpus: Corpus, topic: str, people: pd.DataFrame, *, wave: int = 1) -> list[Asked]:
    """Make a questionnaire for each of these people (person_id, name, perhaps affiliation), numbered in their order."""
    from expertmine.answers.topics import resolve_topic

    corpus = checked_corpus(corpus).pinned()
    topic_id = resolve_topic(corpus, topic)
    found = next(row for row in corpus.table("topics").to_pylist() if row["topic_id"] == topic_id)
    about = f"{found['name']} ({', '.join(found['keyphrases'][:PHRASES])})" if found["keyphrases"] else found["name"]
    return [
        Asked(
            number=number, rater=str(row["name"]), institution=str(row.get("affiliation", "")), topic_id=topic_id,
            about=about, wave=wave,
        )
        for number, row in enumerate(people.fillna({"affiliation": ""}).to_dict("records"), 1)
    ]  # fmt: skip


def write_questionnaires(asked: Iterable[Asked], *, form: str) -> Iterator[tuple[str, bytes]]:
    """Write the questionnaires as 'xlsx', 'csv' or 'html'; yield each file's name and content.

    There is room for up to three names, each with an institution, for each of three questions. What comes back is read
    by `read_ballots` as it is. No cell can start a formula. A file is called after the person's number on the panel,
    and after the first wave by the wave's number too, so that its name tells nobody's.
    """
    write = WRITERS[form]
    for each in asked:
        yield f"questionnaire-{_numbered(each)}.{form}", write(each)


def _numbered(asked: Asked) -> str:
    return (f"wave-{asked.wave}-" if asked.wave > 1 else "") + f"{asked.number:03d}"


def _rows(asked: Asked) -> Iterator[tuple[str, ...]]:
    for question, words in QUESTIONS.items():
        for _ in range(NAMES):
            told = f"About {asked.about}: {words}"
            row = (asked.rater, asked.institution, asked.topic_id, str(asked.wave), question, told, "", "")
            yield tuple(harmless(cell) for cell in row)


def _csv(asked: Asked) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([HEADER, *_rows(asked)])
    return text.getvalue().encode("utf-8-sig")  # the mark by which Excel knows UTF-8


def _workbook(asked: Asked) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Answers"
    for row in (HEADER, *_rows(asked)):
        sheet.append(row)
    for at, width in enumerate(WIDTHS, 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.data_type = "s" if cell.value else cell.data_type
            cell.number_format = "@"  # text: no name becomes a date
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    help_sheet = book.create_sheet("Read me")
    for line in _help(asked):
        help_sheet.append([harmless(line)])
    help_sheet.column_dimensions["A"].width = 110
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _help(asked: Asked) -> tuple[str, ...]:
    return (
        f"This is about: {asked.about}",
        f"Name up to {NAMES} people for each question, with where they work. Leave empty what you do not know.",
        "Name whom you would ask yourself, published or not. The same person may stand under several questions.",
        "Those who run this survey can see whom you named. What they publish from it are counts, not who named whom.",
        "Your answers are kept apart from what is published, and are deleted if you ask for it.",
    )


def _page(asked: Asked) -> bytes:
    template = environment().get_template("questionnaire.html.j2")
    return template.render(
        asked=asked, answers=f"answers-{_numbered(asked)}.csv", questions=QUESTIONS, names=range(1, NAMES + 1),
        told=_help(asked), header=HEADER, starts="".join(STARTS_A_FORMULA),
    ).encode()  # fmt: skip


WRITERS: Mapping[str, Callable[[Asked], bytes]] = {"xlsx": _workbook, "csv": _csv, "html": _page}
