"""Service 4, 5, 6, 8: what is kept, delivered and refused, as the real service does it."""

from __future__ import annotations

import json
import random
import time
import urllib.error
from pathlib import Path

import pytest

from tests.eutils import Eutils
from tests.eutils.asking import Question, ask, biopython, kept, search
from tests.eutils.faults import FAULTS
from tests.eutils.service import KEYED_RATE, RATE
from tests.sources.invented import deletion, document


@pytest.mark.parametrize("status", [200, 400])
def test_4_an_expired_result_cannot_be_obtained(service: Eutils, status: int) -> None:
    service.expired_status = status
    where = kept(service)
    assert ask(service, "efetch", where).ids == [8, 7, 6, 5, 4, 3, 2, 1]
    service.expire()
    reply = ask(service, "efetch", where)
    assert (reply.status, reply.said("ERROR")) == (status, ["Unable to obtain query #1"])
    again = search(service, "bee", WebEnv=where["WebEnv"])
    assert (again.status, again.said("ERROR")) == (200, ["Unable to obtain query #1"])


def test_4_biopython_walks_through_a_kept_result(service: Eutils) -> None:
    with biopython(service) as entrez:
        with entrez.esearch(db="pubmed", term="sting", usehistory="y") as handle:
            result = entrez.read(handle)
        history = {"WebEnv": result["WebEnv"], "query_key": result["QueryKey"]}
        with entrez.efetch(db="pubmed", retmode="xml", retstart=1, retmax=2, **history) as handle:
            page = entrez.read(handle)
        service.expire()
        with pytest.raises(urllib.error.HTTPError, match="400") as caught:
            entrez.efetch(db="pubmed", retmode="xml", **history)
        caught.value.close()
    assert [int(one["MedlineCitation"]["PMID"]) for one in page["PubmedArticle"]] == [5, 3]


def test_4_an_environment_holds_several_results_that_can_be_joined(service: Eutils) -> None:
    where = kept(service, "honey")
    posted = ask(service, "epost", {"id": "2,3,4,x", "WebEnv": where["WebEnv"]}, post=True)
    assert (posted.said("QueryKey"), posted.said("WebEnv")) == (["2"], [where["WebEnv"]])
    assert [one.text for one in posted.root.iterfind("InvalidIdList/Id")] == ["x"]
    both = search(service, "#1 AND #2", WebEnv=where["WebEnv"], usehistory="y")
    assert (both.ids, both.said("QueryKey")) == ([4, 2], ["3"])
    assert search(service, "2004:2009[edat] NOT #1", WebEnv=where["WebEnv"]).ids == [7, 5]
    assert search(service, "2004:2009[edat]", WebEnv=where["WebEnv"], query_key=2).ids == [4]
    assert ask(service, "efetch", {"WebEnv": where["WebEnv"], "query_key": 3}).ids == [4, 2]
    assert "Unable to obtain query #9" in search(service, "#9", WebEnv=where["WebEnv"]).said("ERROR")[0]


def test_5_a_page_counts_ids_and_not_records(service: Eutils, folder: Path) -> None:
    where = kept(service)
    (folder / "late.xml").write_bytes(document(deletion(6, 7)))
    pages = [ask(service, "efetch", {**where, "retstart": start, "retmax": 3}).ids for start in (0, 3, 6)]
    assert pages == [[8], [5, 4, 3], [2, 1]]


def test_5_biopython_fetches_what_it_has_posted(service: Eutils) -> None:
    with biopython(service) as entrez:
        with entrez.epost(db="pubmed", id="3,1,99") as handle:
            posted = entrez.read(handle)
        history = {"webenv": posted["WebEnv"], "query_key": posted["QueryKey"]}
        with entrez.efetch(db="pubmed", retmode="xml", **history) as handle:
            page = entrez.read(handle)
    assert [int(one["MedlineCitation"]["PMID"]) for one in page["PubmedArticle"]] == [3, 1]


def test_5_ids_alone_can_be_had_and_other_texts_cannot(service: Eutils) -> None:
    where = kept(service, "honey")
    assert ask(service, "efetch", {**where, "rettype": "uilist", "retmode": "text"}).body == b"6\n4\n2\n"
    assert ask(service, "efetch", {**where, "rettype": "uilist", "retmode": "xml"}).ids == [6, 4, 2]
    assert ask(service, "efetch", {**where, "rettype": "medline", "retmode": "text"}).status == 400
    assert ask(service, "efetch", {}).said("ERROR") == ["Empty id list - nothing todo"]


def test_5_a_book_is_delivered_and_a_deleted_record_is_not(service: Eutils, folder: Path) -> None:
    (folder / "late.xml").write_bytes(document(deletion(2)))
    reply = ask(service, "efetch", {"id": "1,2,8,99"})
    assert (reply.ids, reply.root.tag) == ([1, 8], "PubmedArticleSet")
    assert [one.tag for one in reply.root] == ["PubmedArticle", "PubmedBookArticle"]
    assert search(service, "2[uid]").said("OutputMessage") == ["No items found."]
    nothing = ask(service, "efetch", {"id": "2,99"})
    assert (nothing.status, nothing.root.tag, len(nothing.root)) == (200, "PubmedArticleSet", 0)


def test_6_the_fourth_question_of_a_second_is_refused_with_a_pause(service: Eutils) -> None:
    service.rate, service.keyed_rate = RATE, KEYED_RATE
    replies = [search(service, "bee") for _ in range(5)]
    assert [reply.status for reply in replies] == [200] * 3 + [429] * 2
    assert replies[3].headers["Retry-After"] == "1"
    assert json.loads(replies[3].body) == {
        "error": "API rate limit exceeded", "api-key": "127.0.0.1", "count": "4", "limit": "3"
    }  # fmt: skip
    time.sleep(float(replies[3].headers["Retry-After"]))
    assert search(service, "bee").status == 200


def test_6_biopython_hears_of_it_as_an_http_error(service: Eutils) -> None:
    service.rate = 1
    with biopython(service) as entrez:
        entrez.esearch(db="pubmed", term="bee").close()
        with pytest.raises(urllib.error.HTTPError, match="429") as caught:
            entrez.esearch(db="pubmed", term="bee")
    caught.value.close()
    assert caught.value.headers["Retry-After"] == "1"


def test_6_addresses_and_keys_are_counted_apart(service: Eutils) -> None:
    service.rate, service.keyed_rate = RATE, KEYED_RATE

    def allowed(address: str, key: str) -> int:
        question = {"term": "bee", **({"api_key": key} if key else {})}
        return sum(service.answer("esearch", question, address=address).status == 200 for _ in range(12))

    assert [allowed(*who) for who in (("::1", ""), ("::2", ""), ("::1", "mine"), ("::2", "yours"))] == [3, 3, 10, 10]
    assert allowed("::3", "mine") == 0


def test_6_a_backend_error_inside_a_200_passes(service: Eutils) -> None:
    dice = random.Random(1)
    service.fault = lambda number, _verb, answer: answer if number else FAULTS["error inside a 200"](answer, dice)
    first, second = search(service, "bee"), search(service, "bee")
    assert (first.status, second.status) == (200, 200)
    assert "Search Backend failed" in first.said("ERROR")[0]
    assert second.said("Count") == ["8"]


def test_8_a_wrong_key_is_refused_and_repeated(service: Eutils) -> None:
    service.keys = frozenset({"right"})
    assert search(service, "bee", api_key="right").status == search(service, "bee").status == 200
    reply = search(service, "bee", api_key="s3cret")
    assert reply.status == 400
    assert json.loads(reply.body)["error"] == "API key invalid"
    assert json.loads(reply.body)["api-key"] == "s3cret"


def test_8_biopython_shows_a_wrong_key_in_the_address_that_failed(service: Eutils) -> None:
    service.keys = frozenset({"right"})
    with biopython(service) as entrez, pytest.raises(urllib.error.HTTPError, match="400") as caught:
        entrez.esearch(db="pubmed", term="bee", api_key="s3cret")
    assert "s3cret" in (caught.value.url or "")
    assert b"s3cret" in caught.value.read()
    caught.value.close()


def test_8_nobody_must_say_who_he_is(service: Eutils) -> None:
    assert search(service, "bee").said("Count") == search(service, "bee", tool="t", email="me@uni.example").said(
        "Count"
    )


@pytest.mark.parametrize(
    ("verb", "question"),
    [
        ("esearch", {"term": "bee"}),
        ("esearch", {"term": "bee", "retmode": "json"}),
        ("epost", {"id": "1,2"}),
        ("efetch", {"id": "1,2"}),
        ("efetch", {"id": "1,2", "rettype": "uilist", "retmode": "text"}),
    ],
)
def test_8_the_length_is_told_and_get_and_post_say_the_same(service: Eutils, verb: str, question: Question) -> None:
    got, posted = ask(service, verb, question), ask(service, verb, question, post=True)
    assert int(got.headers["Content-Length"]) == len(got.body)
    assert got.body == posted.body or verb == "epost"
