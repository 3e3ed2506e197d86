"""The pages under a hand on the keyboard, for a screen reader and on paper, in a real browser."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from expertmine.changes import compare
from expertmine.corpus import Corpus
from expertmine.report import page as rendering
from expertmine.report import report
from expertmine.report.changes import render_changes
from expertmine.report.material import read_material
from expertmine.report.page import render_page
from expertmine.report.questionnaire import Asked, write_questionnaires
from tests.changes.worlds import SETTINGS, make
from tests.report.driving import BROWSER, Browser, driving
from tests.report.test_changes import AFTER, BEFORE

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome on this machine")

SEEN = "((all) => all.filter((one) => one.checkVisibility()).length)([...document.querySelectorAll('%s')])"
RANGE = "Bokeh.documents[0].get_model_by_name('map').x_range.end"
TOOL = """((title) => { const look = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    [...(one.title === title ? [one] : []), ...(one.shadowRoot ? look(one.shadowRoot) : [])]);
    return look(document.getElementById("map"))[0]; })("%s")"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with driving(tmp_path_factory.mktemp("driven")) as started:
        yield started


@pytest.fixture(scope="module")
def folded(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page that folds away all but the first person of each niche."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "FULL", 1)
        return report(corpus, to=tmp_path_factory.mktemp("folded") / "report.html")


def test_paper_is_in_brief_and_says_so_unless_all_was_opened(browser: Browser, folded: Path) -> None:
    browser.open(folded)
    papers, people = SEEN % ".person .papers tbody tr", SEEN % ".person"
    on_screen = browser.see(papers)
    assert browser.see(SEEN % ".brief") == 0
    browser.show_as("print")
    three_each = "[...document.querySelectorAll('.person:not(.rest *) tbody')].map((b) => Math.min(b.rows.length, 3))"
    assert browser.see(papers) == sum(browser.see(three_each)) < on_screen
    assert browser.see(SEEN % "header .brief") == 1
    left = "[...document.querySelectorAll('caption .brief')].map((one) => parseInt(one.textContent.slice(2)))"
    assert browser.see(papers) + sum(browser.see(left)) >= on_screen
    brief, few = browser.sheets(), browser.see(people)
    browser.show_as("")
    browser.see("document.getElementById('unfold').focus()")
    browser.press(" ")
    browser.show_as("print")
    assert browser.see(SEEN % ".brief") == 0
    assert browser.see(papers) == browser.see("document.querySelectorAll('.person .papers tbody tr').length")
    assert browser.see(people) > few
    assert browser.sheets() > brief
    browser.show_as("")


def test_paper_says_that_a_search_has_left_something_out(browser: Browser, folded: Path) -> None:
    browser.open(folded)
    browser.see("document.getElementById('find').focus()")
    browser.press(*"stent")
    browser.show_as("print")
    said = "getComputedStyle(document.getElementById('found'), '::before').content"
    assert browser.see(SEEN % "#found") == 1
    assert "looked for" in browser.see(said)
    assert browser.see("document.getElementById('found').dataset.asked") == "stent"
    browser.show_as("")


def test_the_tools_of_the_map_are_buttons_for_a_screen_reader_and_the_space_bar(browser: Browser, page: Path) -> None:
    browser.open(page)
    roles = browser.roles()
    assert {roles.get(name) for name in ("Pan", "Zoom In", "Zoom Out", "Reset")} == {"button"}
    before = browser.see(RANGE)
    browser.see(f"{TOOL % 'Zoom In'}.focus()")
    browser.press(" ")
    assert browser.see(RANGE) < before


def test_a_persons_papers_are_marked_by_keyboard_and_the_focus_goes_to_the_map(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.see("document.querySelector('[data-pick]').focus()")
    browser.press("Enter")
    assert browser.see("document.activeElement.id") == "pick"
    assert browser.see("document.activeElement.value") == "person-1"


def test_a_link_to_a_niche_opens_it_again_after_it_was_closed(browser: Browser, page: Path) -> None:
    browser.open(page)
    link, niche = "document.querySelector('.headline td a')", "document.querySelector('.theme details[open]')"
    for _ in range(2):
        browser.see(f"{link}.focus()")
        browser.press("Enter")
        assert browser.see(f"new Promise((done) => setTimeout(() => done('#' + {niche}?.id), 50))") == browser.see(
            f"decodeURIComponent({link}.hash)"
        )
        browser.see(f"{niche}.open = false")


def test_what_a_questionnaire_lacks_is_asked_for_before_it_is_saved(browser: Browser, tmp_path: Path) -> None:
    asked = Asked(number=7, rater="", institution="", topic_id="n1", about="Stents", wave=2)
    [(_, data)] = write_questionnaires([asked], form="html")
    (tmp_path / "page.html").write_bytes(data)
    browser.open(tmp_path / "page.html")
    browser.see("window.saved = []; HTMLAnchorElement.prototype.click = function () { saved.push(this.download); }")
    said = "[document.getElementById('said').textContent, (at => at.id || at.className)(document.activeElement)]"
    save = "document.querySelector('button').focus()"
    for lacks, field in (("give your name", "rater"), ("No name is filled in", "nominee"), ("name for “Y”", "nominee")):
        browser.see(save)
        browser.press("Enter")
        told, focused = browser.see(said)
        assert (lacks in told, focused) == (True, field)
        if field == "nominee" and "Y" not in told:
            browser.press("Tab")
            browser.press("Y")
        else:
            browser.press("X", "Enter")  # goes on, does not save
            assert browser.see("document.activeElement.tagName") == "INPUT"
    assert browser.see("saved") == []
    browser.see(save)
    browser.press("Enter")
    assert browser.see("saved") == ["answers-wave-2-007.csv"]


def test_the_map_names_the_theme_of_an_article_so_that_its_colour_need_not_be_told(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    hover = """((points) => { const row = points.data.colour.indexOf("%s"); points.inspected.indices = [row];
        points.inspect.emit([null, {}]); return document.getElementById("tip").innerText; })
        (Bokeh.documents[0].get_model_by_name("points"))"""
    legend = """[...document.querySelectorAll(".legend li")].map((one) =>
        [one.textContent.trim(), one.querySelector("circle").getAttribute("fill")])"""
    themes = browser.see(legend)
    assert len(themes) > 1
    assert all(browser.see(hover % colour).endswith("\n" + name) for name, colour in themes)


@pytest.mark.parametrize("width", [1300, 390])
def test_names_however_long_or_written_stay_on_the_page_and_move_nothing_beside_them(
    browser: Browser, corpus: Corpus, tmp_path: Path, width: int
) -> None:
    odd = ['<img src=x onerror=alert(1)> & "Q"', "محمد بن عبد الله", "王小明", "X" * 120]
    material = read_material(corpus)
    people = {
        key: dataclasses.replace(one, name=odd[place % 4], affiliation=odd[-place % 4] * 2)
        for place, (key, one) in enumerate(material.people.items())
    }
    topics = {
        key: dataclasses.replace(one, name=odd[place % 4], phrases=odd)
        for place, (key, one) in enumerate(material.topics.items())
    }
    page = tmp_path / "odd.html"
    page.write_text(render_page(dataclasses.replace(material, people=people, topics=topics)), encoding="utf-8")
    browser.open(page, width=width)
    browser.see("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert browser.see("document.documentElement.scrollWidth") <= width
    assert browser.see("document.querySelectorAll('main img').length") == 0
    after = """[...document.querySelectorAll('.agreement .nowrap')].every((one) => one.offsetTop
        !== one.previousElementSibling.offsetTop || one.offsetLeft > one.previousElementSibling.offsetLeft)"""
    assert browser.see(after), "the count stands behind its name"


def test_the_page_of_changes_fits_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    moved = compare(make(BEFORE), make(AFTER), top=3, settings=SETTINGS)
    (tmp_path / "changes.html").write_text(render_changes(moved, title="x"), encoding="utf-8")
    browser.open(tmp_path / "changes.html", width=390)
    browser.see("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert browser.see("document.documentElement.scrollWidth") == 390
    over = "[...document.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth).length"
    assert browser.see("document.querySelectorAll('.scroll').length") > 3
    assert browser.see(over) == 0
