"""The page in a real browser: no error, no request, and what it does when used."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from expertmine.corpus import Corpus
from expertmine.report import page as rendering
from expertmine.report import report
from tests.report.driving import BROWSER
from tests.report.invented import make_corpus

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome on this machine")

WATCH = """<script>
const faults = [];
addEventListener("error", (event) => faults.push(String(event.message)));
addEventListener("unhandledrejection", (event) => faults.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => faults.push("request for " + event.blockedURI));
</script>"""
USE = """<script>
setTimeout(() => {
  const $ = (id) => document.getElementById(id), told = {};
  const open = (selector) => document.querySelectorAll(selector + ":not([hidden])").length;
  const type = (words) => { $("find").value = words; $("find").dispatchEvent(new Event("input")); };
  told.ready = $("map") ? $("map").dataset.ready : "no map";
  const labels = [...document.querySelectorAll("#map-labels span")];
  told.labels = labels.filter((label) => label.style.visibility === "visible").length;
  told.wide = document.documentElement.scrollWidth <= innerWidth;
  const boxes = [...document.querySelectorAll(".scroll:has(caption)")].filter((box) => box.clientWidth > 0);
  const caption = (box) => box.querySelector("caption");
  told.cut = boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => caption(box).textContent);
  told.captions = boxes.map((box) => caption(box).offsetWidth - box.clientWidth);
  told.all = open(".theme details");
  type("RENÁL   stent");
  told.some = [...document.querySelectorAll(".theme details:not([hidden]) .name")].map((n) => n.textContent);
  told.found = $("found").textContent;
  type("no such words");
  told.none = [open(".theme details"), $("nothing").hidden, $("nobody").hidden];
  const person = document.querySelector(".theme tbody th");
  type(person ? person.firstChild.textContent : "nobody");
  const ajar = [...document.querySelectorAll(".theme details:not([hidden])")];
  told.person = ajar.map((niche) => [niche.open, !!niche.querySelector("tr.hit")]);
  const ranked = [...document.querySelectorAll(".theme details")].find((one) => one.querySelectorAll("tbody th")[1]);
  if (ranked) {
    type([0, 1].map((row) => ranked.querySelectorAll("tbody th")[row].firstChild.textContent).join(" "));
    told.rows = [ranked.hidden, ranked.open, ranked.querySelectorAll("tr.hit").length > 1];
  }
  type("");
  told.ajar = document.querySelectorAll(".theme details[open], .hit").length;
  told.again = open(".theme details");
  $("unfold").click();
  told.unfolded = document.querySelectorAll(".theme details[open]").length;
  const every = [...document.querySelectorAll(".scroll")].filter((box) => box.clientWidth > 0);
  const over = every.filter((box) => box.scrollWidth > box.clientWidth);
  told.rankings = over.filter((box) => box.closest(".theme")).length;
  told.over = over.map((box) => [box.tabIndex, box.getAttribute("role"), box.getAttribute("aria-label") !== ""]);
  told.regions = document.querySelectorAll("[role=region]").length;
  told.rest = ["", "[open]"].map((state) => document.querySelectorAll(".rest" + state).length);
  const maps = [], drawn = () => [$("map").style.height !== "", Math.round($("map").getBoundingClientRect().width)];
  const after = (event) => { dispatchEvent(new Event(event)); if ($("map")) maps.push(drawn()); };
  ["screen", "beforeprint", "afterprint"].forEach(after);
  told.maps = maps;
  if ($("pick")) {
    const page = Bokeh.documents[0], points = page.get_model_by_name("points");
    document.querySelector("[data-pick]").click();
    told.ringed = page.get_model_by_name("ringed").data.x.length;
    points.selected.indices = [1];
    told.chosen = $("chosen").textContent;
    told.link = $("chosen").querySelector("a").href;
  }
  if ($("map")) { // the first label's place comes close to the side of the map
    const [, x] = JSON.parse($("map-facts").textContent).labels[0], { start, end } = across();
    across().setv({ start: x - 0.01, end: x - 0.01 + end - start });
  }
  setTimeout(tell, 300, told);
}, 1500);
const across = () => Bokeh.documents[0].get_model_by_name("map").x_range;
function tell(told) {
  const map = document.getElementById("map"), label = document.querySelector("#map-labels span");
  if (map) told.edge = [label.style.visibility, label.getBoundingClientRect().left >= map.getBoundingClientRect().left];
  const asked = performance.getEntriesByType("resource").map((entry) => entry.name);
  told.requests = asked.filter((name) => !name.startsWith("data:"));
  told.faults = faults;
  const out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.append(out);
}
</script>"""


def use(page: Path, folder: Path, *, width: int = 1300) -> tuple[dict[str, Any], list[str]]:
    """Open the page, use it, and return what was seen and what the console said."""
    watched = folder / "watched.html"
    raw = page.read_text(encoding="utf-8")
    head, body = raw.index("<title>"), raw.rindex("</body>")
    watched.write_text(raw[:head] + WATCH + raw[head:body] + USE + raw[body:], encoding="utf-8")
    done = browse(watched, folder, f"--window-size={width},1000", "--dump-dom")
    told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line and "setting log level" not in line]
    return json.loads(unescape(told[1])), console


def browse(page: Path, folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    command = [str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
    command += ["--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--v=0"]
    command += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", *asked, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def still(page: Path, folder: Path) -> Path:
    """Copy the page without its scripts."""
    copy = folder / "still.html"
    copy.write_text(re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL))
    return copy


def sheets(page: Path, folder: Path) -> int:
    """Print the page; count the sheets of paper."""
    paper = folder / "paper.pdf"
    browse(page, folder, f"--print-to-pdf={paper}")
    return len(re.findall(rb"/Type /Page\b", paper.read_bytes()))


@pytest.fixture(scope="module")
def used(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str]]:
    """Use a page that folds away all but the first person of each niche."""
    folder = tmp_path_factory.mktemp("browser")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "FULL", 1)
        page = report(corpus, to=folder / "report.html")
    return use(page, folder)


def test_the_page_works_without_an_error_or_a_request(used: tuple[dict[str, Any], list[str]]) -> None:
    told, console = used
    assert told["ready"] == "yes"
    assert told["labels"] >= 5
    assert told["requests"] == []
    assert told["faults"] == []
    assert console == []
    assert told["wide"], "nothing sticks out at the side"


def test_the_filter_finds_niches_by_words_whatever_their_case_and_accents(
    used: tuple[dict[str, Any], list[str]],
) -> None:
    told, _ = used
    assert told["all"] == told["again"] == told["unfolded"] == 12
    assert told["some"]
    assert all("renal" in name and "stent" in name for name in told["some"])
    assert told["found"] == f"{len(told['some'])} of 12 niches"
    assert told["none"] == [0, False, False]


def test_a_niche_with_a_person_looked_for_is_open_and_marks_them(used: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = used
    assert [True, True] in told["person"]
    assert all(opened == marked for opened, marked in told["person"])
    assert told["ajar"] == 0


def test_words_that_lie_in_two_rows_open_their_niche_and_mark_both(used: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = used
    assert told["rows"] == [False, True, True]


def test_open_all_opens_people_beyond_the_first_of_a_niche_too(used: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = used
    every, opened = told["rest"]
    assert opened == every > 0


def test_a_label_at_the_side_of_the_map_is_moved_into_it(used: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = used
    assert told["edge"] == ["visible", True]


def test_paper_gets_the_map_as_drawn_as_wide_as_a_sheet(used: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = used
    before, printed, after = told["maps"]
    assert before == after == [False, 1088]
    assert printed == [True, 640]


def test_what_is_folded_stays_folded_on_paper_without_scripts_too(page: Path, tmp_path: Path) -> None:
    opened = tmp_path / "opened.html"
    opened.write_text(page.read_text(encoding="utf-8").replace("<details", "<details open"))
    assert 2 < sheets(still(page, tmp_path), tmp_path) < sheets(still(opened, tmp_path), tmp_path)


def test_the_page_with_its_map_is_printed_in_a_moment(page: Path, tmp_path: Path) -> None:
    assert sheets(page, tmp_path) > 2


def test_the_map_marks_a_persons_papers_and_shows_a_hostile_title_as_text(
    used: tuple[dict[str, Any], list[str]],
) -> None:
    told, _ = used
    assert told["ringed"] == 10
    assert told["chosen"].startswith("<script>alert('x')</script> & </script><b>bold</b>")
    assert told["link"] == "https://pubmed.ncbi.nlm.nih.gov/31000007/"


@pytest.fixture(scope="module")
def phoned(page: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Use the page in the narrowest window that headless chromium gives."""
    return use(page, tmp_path_factory.mktemp("phone"), width=500)[0]


def test_nothing_sticks_out_on_a_phone(phoned: dict[str, Any]) -> None:
    assert phoned["wide"]
    assert phoned["ready"] == "yes"


def test_rankings_fit_on_a_phone_and_what_does_not_can_be_reached_by_keyboard(phoned: dict[str, Any]) -> None:
    assert phoned["rankings"] == 0
    assert phoned["over"]
    assert all(box == [0, "region", True] for box in phoned["over"])
    assert phoned["regions"] == len(phoned["over"])


def test_a_caption_is_no_wider_than_what_is_seen_of_its_table(phoned: dict[str, Any]) -> None:
    assert len(phoned["captions"]) > 3
    assert max(phoned["captions"]) <= 0


def test_no_table_is_cut_on_a_wide_screen_however_long_the_names(page: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer.html"
    surname = "Veveriko Braxteptorre-Vrastirvonde-Kesvetheron"
    longer.write_text(re.sub("Abelund|Brixol|Dorvane|Estrelin", surname, page.read_text(encoding="utf-8")))
    told, _ = use(longer, tmp_path)
    assert told["cut"] == []


def test_a_page_without_map_and_niches_works_too(tmp_path: Path) -> None:
    empty = make_corpus(tmp_path / "empty", articles=0, niches=0, peers=False, micro=0)
    told, console = use(report(empty, to=tmp_path / "report.html"), tmp_path)
    assert told["ready"] == "no map"
    assert told["faults"] == []
    assert console == []
