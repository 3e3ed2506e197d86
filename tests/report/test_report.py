from __future__ import annotations

import dataclasses
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from expertmine.corpus import Corpus
from expertmine.errors import ConfigError
from expertmine.progress import listening
from expertmine.report import report
from expertmine.report.material import read_material
from expertmine.report.page import render_page
from expertmine.wording import ordinal
from tests.report.invented import make_corpus
from tests.report.reading import Page

ROOT = Path(__file__).resolve().parents[2]


def test_the_same_corpus_gives_the_same_bytes_again_elsewhere_and_in_another_process(
    corpus: Corpus, page: Path, tmp_path: Path
) -> None:
    again = report(corpus, to=tmp_path / "again.html")
    twin = report(make_corpus(tmp_path / "twin"), to=tmp_path / "twin.html")
    elsewhere = tmp_path / "elsewhere.html"
    code = "import sys; from expertmine.corpus import Corpus; from expertmine.report import report; "
    code += "report(Corpus(sys.argv[1]), to=sys.argv[2])"
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(corpus.path), str(elsewhere)],
        cwd=ROOT,
        env=os.environ | {"HOME": str(home), "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert again.read_bytes() == page.read_bytes()
    assert twin.read_bytes() == page.read_bytes()
    assert elsewhere.read_bytes() == page.read_bytes()
    assert not list(home.iterdir()), "the report writes nothing but its file"


def test_a_report_writes_its_file_and_nothing_else(corpus: Corpus, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in corpus.path.rglob("*")}
    target = tmp_path / "report.html"
    target.write_text("an older report")
    assert report(corpus, to=str(target)) == target
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [target]
    assert {path: path.stat().st_mtime_ns for path in corpus.path.rglob("*")} == before


def test_the_page_asks_for_nothing_from_anywhere(page: Path) -> None:
    seen = Page(page)
    loads = [attributes.get(name) for _, attributes in seen.elements for name in ("src", "srcset", "data", "action")]
    assert not any(loads)
    assert not seen.tags("link", "iframe", "img", "object", "embed", "base", "form")
    links = [attributes["href"] for attributes in seen.tags("a")]
    assert links
    assert all(re.fullmatch(r"#[\w%.-]+|https://pubmed\.ncbi\.nlm\.nih\.gov/\d+/", link) for link in links)
    policy = next(tag["content"] for tag in seen.tags("meta") if tag.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    own = "".join(
        (ROOT / "expertmine/report/static" / name).read_text() for name in ("report.css", "page.js", "map.js")
    )
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", own)


def test_the_layout_of_a_phone_is_for_screens_not_for_narrow_paper() -> None:
    rules = re.findall(r"@media ([^{]*width[^{]*)", (ROOT / "expertmine/report/static/report.css").read_text())
    assert rules
    assert all(rule.startswith("screen and") for rule in rules)


def test_every_link_inside_the_page_leads_somewhere_and_ids_are_unique(page: Path) -> None:
    seen = Page(page)
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"][1:] for attributes in seen.tags("a") if attributes["href"][0] == "#"} <= set(ids)


def test_hostile_titles_stay_text(page: Path) -> None:
    seen = Page(page)
    assert not seen.tags("b")
    assert len(seen.tags("script")) == 5
    raw = page.read_text(encoding="utf-8")
    assert "<script>alert" not in raw
    assert "<b>bold" not in raw
    assert "\\u003cscript>alert('x')\\u003c/script>" in raw, "the map carries the title, escaped"


def test_raters_and_what_they_wrote_are_never_shown(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    assert "Secret Rater" not in raw
    assert "Hushed Name" not in raw
    assert "5 peers gave 78 nominations to" in Page(page).text


def test_unmatched_ballots_and_rejects_are_counted_by_reason(page: Path) -> None:
    text = Page(page).text
    assert "the name may be that of several people 2 the same rater named the same person twice 1" in text
    assert "no title 3 PMID is … 2" in text


def test_every_micro_influencer_stands_there_with_every_margin_and_paper(corpus: Corpus, page: Path) -> None:
    seen, people = Page(page), corpus.frame("persons").set_index("person_id")["name"]
    links = {attributes["href"] for attributes in seen.tags("a")}
    rows = corpus.frame("influencers")
    rows = rows[rows["micro"]]
    assert len(rows) == 6
    for row in rows.to_dict("records"):
        assert people[row["person_id"]] in seen.text
        assert all(margin in seen.text for margin in re.split(r"; (?!needs)", row["why"]))
        assert {f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" for pmid in row["pmids"]} <= links


def test_the_headline_names_rank_in_the_niche_beside_rank_by_volume(corpus: Corpus, page: Path) -> None:
    rows = corpus.frame("influencers")
    first = rows[rows["micro"]].sort_values("combined", ascending=False).iloc[0]
    name = corpus.frame("persons").set_index("person_id")["name"][first["person_id"]]
    topic = corpus.frame("topics").set_index("topic_id")["name"][first["topic_id"]]
    ranks = f"{ordinal(first['niche_rank'])} {ordinal(int(first['volume_rank']))} {first['nominators'] or '–'}"  # noqa: RUF001
    assert re.search(f"{name} [^#]{{0,120}}{topic} {ranks}", Page(page).text)


def test_ten_experts_of_every_niche_are_listed_in_rank_order(corpus: Corpus, page: Path) -> None:
    text = Page(page).text
    people = {row["person_id"]: row["name"] for row in corpus.table("persons").to_pylist()}
    scores = corpus.frame("scores")
    for topic in ("n0", "n7"):
        best = scores[scores["topic_id"] == topic].sort_values(["rank", "person_id"]).head(10)
        line = r".{1,170}?".join(
            f"{row['rank']} {re.escape(people[row['person_id']])}" for row in best.to_dict("records")
        )
        assert re.search(line, text), topic


def test_whom_the_search_cannot_find_and_who_can_is_said_before_and_after(page: Path) -> None:
    limit = "Only the first ten people of a niche stand here and are found by the search: expertmine experts ranks"
    assert Page(page).text.count(limit) == 2


def test_without_scripts_nothing_dead_is_shown_and_the_page_says_why_before_the_map(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    hidden = re.search(r"<noscript><style>(.*?) { display: none; }</style></noscript>", raw)
    assert hidden
    assert set(hidden[1].split(", ")) == {"figure.map", ".legend", ".mapbar", ".find", "[data-pick]"}
    assert raw.index("The map and the search need JavaScript") < raw.index('<figure class="map">')
    dead = r'<(?:input|select|button type="button"(?! data-pick))'
    assert not re.search(dead, raw[raw.index('<section id="influencers"') :]), "all others are in what is hidden"


def test_what_bars_mean_is_said_in_words(corpus: Corpus, page: Path) -> None:
    text, years = Page(page).text, corpus.frame("articles")["year"].dropna()
    assert f"papers a year, {int(years.min())} to {int(years.max())}, each niche's to its own largest" in text
    assert "runs from 0 to the largest authority, or upper bound of one, among the first ten of that niche" in text


def test_the_page_can_be_read_without_seeing_it(page: Path) -> None:
    seen = Page(page)
    levels = [int(tag[1]) for tag, _ in seen.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(seen.tags("caption")) == len(seen.tags("table"))
    labels = {attributes["for"] for attributes in seen.tags("label")}
    assert {attributes["id"] for attributes in seen.tags("input", "select")} <= labels
    for svg in seen.tags("svg"):
        hidden = svg.get("aria-hidden") == "true"
        assert hidden or (svg.get("role") == "img" and (svg.get("aria-label") or svg.get("aria-labelledby")))


def test_provenance_shows_what_was_run_and_no_clock_or_place(corpus: Corpus, page: Path) -> None:
    text = Page(page).text
    assert "generation 000001" in text
    assert "topics abababababab" in text
    assert f"influence.niche_top {corpus.config.influence.niche_top}" in text
    assert "expertmine 0." in text
    assert "renal artery[mesh] AND 1988:2024[dp]" in text
    assert str(corpus.path) not in page.read_text(encoding="utf-8")
    assert not re.search(r"\d\d:\d\d:\d\d", text)


@pytest.mark.parametrize(
    ("articles", "niches", "micro", "said"),
    [
        (300, 12, 0, "Nobody in this corpus meets the definition"),
        (8, 0, 0, "a micro-influencer: the corpus has no niche, which takes at least 12 similar articles"),
        (1, 1, 0, "No peer nominations were counted"),
        (0, 0, 0, "There is no map"),
        (0, 0, 0, "a micro-influencer: the corpus holds no article that was run"),
    ],
)
def test_a_poor_corpus_still_gives_a_sound_report(
    tmp_path: Path, articles: int, niches: int, micro: int, said: str
) -> None:
    poor = make_corpus(tmp_path / "poor", articles=articles, niches=niches, micro=micro, peers=False)
    seen = Page(report(poor, to=tmp_path / "report.html"))
    assert said in seen.text
    assert "no survey was read" in seen.text
    assert not re.search(r"\bnan\b|\bNone\b|<NA>|Undefined", seen.text)
    assert not re.search(r"\b1 (articles|records|niches|people|peers|files|micro-influencers)\b", seen.text)


def test_no_score_or_rank_is_written_as_nothing(page: Path) -> None:
    assert not re.search(r"\bnan\b|\bNone\b|<NA>|Undefined|\binf\b", Page(page).text)


def test_two_hundred_fifty_niches_stay_small(tmp_path: Path) -> None:
    large = make_corpus(tmp_path / "large", articles=9000, niches=250, micro=60)
    written = report(large, to=tmp_path / "report.html")
    assert written.stat().st_size < 6_000_000


def test_a_corpus_that_was_not_run_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no corpus at"):
        report(Corpus(tmp_path / "none"), to=tmp_path / "report.html")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_hold_a_report_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder, expected a file"):
        report(corpus, to=tmp_path)
    with pytest.raises(ConfigError, match="there is no folder"):
        report(corpus, to=tmp_path / "missing" / "report.html")
    for name in ("report.xlsx", "report"):
        with pytest.raises(ConfigError, match=r"a report is a web page; call it report\.html"):
            report(corpus, to=tmp_path / name)
    assert report(corpus, to=tmp_path / "REPORT.HTM").exists()


def test_progress_is_told_from_start_to_end(corpus: Corpus, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    with listening(lambda label, done, total: told.append((label, done, total))):
        report(corpus, to=tmp_path / "report.html")
    assert told[0] == ("report", 0, 2)
    assert told[-1] == ("report", 2, 2)


def test_somebody_among_the_first_of_two_niches_is_one_person_in_two_places(corpus: Corpus, tmp_path: Path) -> None:
    material = read_material(corpus)
    rows = material.tables["influencers"].copy()
    first, second = material.micro.drop_duplicates("topic_id").index[:2]
    rows.loc[second, "person_id"] = rows.loc[first, "person_id"]
    page = tmp_path / "page.html"
    page.write_text(render_page(dataclasses.replace(material, tables={**material.tables, "influencers": rows})))
    people, places = rows[rows["micro"]]["person_id"].nunique(), int(rows["micro"].sum())
    assert people < places
    text = Page(page).text
    assert f"{people} micro-influencers, in {places} places of niches" in text
    assert f"{people} different people are among the first of a niche, unseen by volume" in text


def test_somebody_who_may_be_two_humans_is_marked_wherever_named(corpus: Corpus, tmp_path: Path) -> None:
    material = read_material(corpus)
    first = material.micro["person_id"].iloc[0]
    doubted = dataclasses.replace(material.people[first], identity=0.8)
    page = tmp_path / "page.html"
    assert "identity 80%" not in render_page(material)
    page.write_text(render_page(dataclasses.replace(material, people={**material.people, first: doubted})))
    text = Page(page).text
    assert text.count("identity 80%") >= 3  # in the summary, among the micro-influencers, in the niche's ranking
