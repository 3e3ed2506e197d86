"""Service 1, 2, 3, 7: what a search shows, counts and understands, as the real service does it."""

from __future__ import annotations

import itertools
import json
import random
from datetime import date
from pathlib import Path

import pytest

from tests.eutils import Eutils
from tests.eutils.asking import ask, biopython, kept, record, search
from tests.sources.invented import deletion, document


def test_1_a_search_shows_its_first_9999_records_and_says_so(crowd: Eutils) -> None:
    reply = search(crowd, "all[sb]", retmax=10_000)
    assert (reply.said("Count"), reply.said("RetMax"), len(reply.ids)) == (["10001"], ["9999"], 9_999)
    assert reply.said("OutputMessage") == ["Restrictions achieved. start and count adjusted to 0, 9999"]
    assert search(crowd, "all[sb]", retmax=9_999).said("OutputMessage") == []
    last = search(crowd, "all[sb]", retstart=9_998, retmax=10)
    assert (last.ids, last.said("RetStart")) == ([3], ["9998"])


def test_1_biopython_is_told_of_the_restriction(crowd: Eutils) -> None:
    with (
        biopython(crowd) as entrez,
        entrez.esearch(db="pubmed", term="all[sb]", retmax=10_000, usehistory="y") as handle,
    ):
        found = entrez.read(handle)
    assert (found["Count"], len(found["IdList"]), found["RetMax"]) == ("10001", 9_999, "9999")
    assert found["WarningList"]["OutputMessage"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]


def test_1_a_search_from_9999_on_is_an_error_inside_a_200(crowd: Eutils) -> None:
    reply = search(crowd, "all[sb]", retstart=9_999)
    assert reply.status == 200
    assert "'retstart' cannot be larger than 9998" in reply.said("ERROR")[0]
    with (
        biopython(crowd) as entrez,
        entrez.esearch(db="pubmed", term="all[sb]", retstart=9_999) as handle,
        pytest.raises(RuntimeError, match="first 9,999 records"),
    ):
        entrez.read(handle)


def test_1_that_error_holds_a_raw_line_break_in_json(crowd: Eutils) -> None:
    reply = search(crowd, "all[sb]", retstart=9_999, retmode="json")
    assert reply.status == 200
    with pytest.raises(json.JSONDecodeError, match="control character"):
        json.loads(reply.body)
    assert "\n'retstart'" in json.loads(reply.body, strict=False)["esearchresult"]["ERROR"]


def test_1_a_fetch_from_9999_on_is_a_400(crowd: Eutils) -> None:
    reply = ask(crowd, "efetch", {**kept(crowd), "retstart": 9_999})
    assert reply.status == 400
    assert "cannot be larger than 9998" in reply.said("ERROR")[0]


def test_1_a_page_across_the_cap_is_clamped_in_silence(crowd: Eutils) -> None:
    reply = ask(crowd, "efetch", {**kept(crowd), "retstart": 9_990, "retmax": 500, "retmode": "xml"})
    assert (reply.status, reply.ids) == (200, list(range(11, 2, -1)))
    assert b"ERROR" not in reply.body


@pytest.mark.parametrize("spelling", ["{}:{}[edat]", '("{}"[edat] : "{}"[edat])', '"{}"[Date - Entry]:"{}"[edat]'])
def test_2_slices_by_entry_date_are_disjoint_and_cover_all(crowd: Eutils, spelling: str) -> None:
    dice = random.Random(3)
    cuts = sorted(dice.sample(range(date(2001, 1, 1).toordinal(), date(2001, 12, 31).toordinal()), 4))
    days = [date(1800, 1, 1), *map(date.fromordinal, cuts), date(2200, 1, 1)]
    found: list[int] = []
    for first, following in itertools.pairwise(days):
        last = date.fromordinal(following.toordinal() - 1)
        clause = spelling.format(f"{first:%Y/%m/%d}", f"{last:%Y/%m/%d}")
        reply = search(crowd, f"(all[sb]) AND {clause}", retmax=9_999)
        assert len(reply.ids) == int(reply.said("Count")[0])
        found += reply.ids
    assert sorted(found) == list(range(1, 10_002))


def test_2_a_day_is_cut_by_number(crowd: Eutils) -> None:
    day = "2001/06/15[edat]"
    whole = search(crowd, day, retmax=9_999).ids
    parts = [
        search(crowd, f"{day} AND {first}:{last}[uid]", retmax=9_999).ids
        for first, last in [(8_502, 2**31 - 1), (7_002, 8_501), (1, 7_001)]
    ]
    assert [len(part) for part in parts[:2]] == [1_500, 1_500]
    assert [pmid for part in parts for pmid in part] == whole


def test_2_dates_of_publication_heap_on_the_first_of_january(crowd: Eutils) -> None:
    assert search(crowd, "2001/01/01[pdat]").said("Count") == ["10001"]
    assert search(crowd, "2001/01/02:2001/12/31[pdat]").said("Count") == ["0"]


def test_3_what_is_new_is_found_by_its_creation_and_not_by_its_entry_date(service: Eutils, folder: Path) -> None:
    late = [
        record(20, entered="1999/05/01", created="2024/03/01"),
        record(2, entered="2002/01/01", revised="2024/03/02", title="Bee bread"),
    ]
    (folder / "late.xml").write_bytes(document(*late, deletion(4)))
    assert search(service, "2024/02/28:3000[crdt]").ids == [20]
    assert search(service, "2024/02/28:3000[mdat]").ids == [20, 2]
    assert search(service, "2024/02/28:3000[crdt] OR 2024/02/28:3000[mdat]").ids == [20, 2]
    assert search(service, "2024/02/28:3000[edat]").ids == []
    assert search(service, "all[sb]").ids == [20, 8, 7, 6, 5, 3, 2, 1]
    assert search(service, "bread").ids == [2]


@pytest.mark.parametrize(
    ("rule", "count", "remark"),
    [("ignored", "3", []), ("everything", "8", []), ("refused", "0", ["tiabb"])],
)
def test_7_an_unknown_tag_is_dropped_in_silence(service: Eutils, rule: str, count: str, remark: list[str]) -> None:
    assert service.unknown_tag == "ignored"
    service.unknown_tag = rule  # type: ignore[assignment]
    reply = search(service, "honey[tiabb]")
    assert (reply.said("Count"), reply.said("FieldNotFound")) == ([count], remark)


def test_7_a_tag_that_is_known_but_not_searched_here_is_refused(service: Eutils) -> None:
    assert search(service, "bee[1au]").said("FieldNotFound") == ["1au"]


def test_7_what_was_understood_is_told(service: Eutils) -> None:
    reply = search(service, "honey[ti] AND (2004/01/01:2006/12/31[edat] OR bee)")
    assert reply.said("QueryTranslation") == [
        '"honey"[Title] AND (2004/01/01:2006/12/31[Date - Entry] OR "bee"[All Fields])'
    ]
    assert search(service, "honey[tiabb]").said("QueryTranslation") == ['"honey"[All Fields]']


def test_7_words_that_are_not_found_widen_the_question_with_a_remark(service: Eutils) -> None:
    reply = search(service, "honey xyzzy")
    assert (reply.ids, reply.said("PhraseNotFound")) == ([6, 4, 2], ["xyzzy"])
    alone = search(service, "xyzzy")
    assert (alone.ids, alone.said("PhraseNotFound")) == ([], ["xyzzy"])
    assert alone.said("OutputMessage") == ["No items found."]
    assert search(service, "honey AND xyzzy[ti]").ids == []


def test_7_a_phrase_that_is_not_found_is_sought_word_by_word_with_a_remark(service: Eutils) -> None:
    assert search(service, '"bee honey"').said("QuotedPhraseNotFound") == []
    reply = search(service, '"honey bee"')
    assert (reply.ids, reply.said("QuotedPhraseNotFound")) == ([6, 4, 2], ['"honey bee"'])


def test_7_stop_words_are_ignored_with_a_remark(service: Eutils) -> None:
    reply = search(service, "the honey of the bee")
    assert (reply.ids, reply.said("PhraseIgnored")) == ([6, 4, 2], ["the", "of", "the"])


def test_7_biopython_reads_the_remarks(service: Eutils) -> None:
    with biopython(service) as entrez, entrez.esearch(db="pubmed", term="the honey xyzzy", sort="colour") as handle:
        found = entrez.read(handle)
    assert found["ErrorList"] == {"PhraseNotFound": ["xyzzy"], "FieldNotFound": []}
    assert found["WarningList"]["PhraseIgnored"] == ["the"]
    assert found["WarningList"]["OutputMessage"] == ["Unknown sort schema 'colour' ignored"]
    assert found["QueryTranslation"] == '"honey"[All Fields]'


def test_7_the_remarks_stand_in_json_too(service: Eutils) -> None:
    found = search(service, "the honey xyzzy", retmode="json", usehistory="y").json
    assert (found["count"], found["idlist"], found["querykey"]) == ("3", ["6", "4", "2"], "1")
    assert found["errorlist"] == {"phrasesnotfound": ["xyzzy"], "fieldsnotfound": []}
    assert found["warninglist"]["phrasesignored"] == ["the"]
    assert found["querytranslation"] == '"honey"[All Fields]'
    assert search(service, "[pdat]", retmode="json").json["warninglist"]["outputmessages"] == ["No items found."]


def test_7_an_unreadable_query_is_an_error_inside_a_200(service: Eutils) -> None:
    for term, says in (("((", "Search Backend failed"), ("", "Empty term and query_key - nothing todo")):
        reply = search(service, term)
        assert (reply.status, says in reply.said("ERROR")[0]) == (200, True)
