"""What the real service does on bad days, each as a change to the right answer; dealt out by dice with a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.eutils.answers import Answer
from tests.eutils.service import Fault

Change = Callable[[Answer, random.Random], Answer]
_UNIT = re.compile(rb"<(PubmedArticle|PubmedBookArticle)>.*?</\1>\s*|<Id>\d+</Id>", re.DOTALL)


def refuse(status: int, words: str = "", **headers: str) -> Change:
    """Answer with this status and nothing else."""
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda _answer, _dice: Answer(words.encode(), status, more)


def say(words: str, kind: str = "text/xml") -> Change:
    """Answer with these words as if all were well."""
    return lambda _answer, _dice: Answer(words.encode(), headers=(("Content-Type", f"{kind}; charset=UTF-8"),))


def cut_body(answer: Answer, dice: random.Random) -> Answer:
    """Promise all, then hang up somewhere in the body."""
    return replace(answer, body=answer.body[: _somewhere(answer, dice)], promised=len(answer.body))


def cut_xml(answer: Answer, dice: random.Random) -> Answer:
    """Send a part of the body as if it were all."""
    return replace(answer, body=answer.body[: _somewhere(answer, dice)])


def close_cut_xml(answer: Answer, dice: random.Random) -> Answer:
    """Stop in the middle of a record, but close the document."""
    root = answer.body.rindex(b"</")
    return replace(answer, body=answer.body[: dice.randrange(1, root)] + answer.body[root:])


def cut_at_an_edge(answer: Answer, dice: random.Random) -> Answer:
    """Send fewer records, or fewer ids, in a document without fault."""
    units = list(_UNIT.finditer(answer.body))
    if not units:
        return answer
    first = units[dice.randrange(len(units))].start()
    return replace(answer, body=answer.body[:first] + answer.body[units[-1].end() :])


def promise_less(answer: Answer, dice: random.Random) -> Answer:
    """Give a Content-Length that the body exceeds."""
    return replace(answer, promised=_somewhere(answer, dice))


def promise_more(answer: Answer, dice: random.Random) -> Answer:
    """Give a Content-Length that the body never reaches."""
    return replace(answer, promised=len(answer.body) + dice.randrange(1, 1_000))


def _somewhere(answer: Answer, dice: random.Random) -> int:
    return dice.randrange(1, max(2, len(answer.body)))


BACKEND = "Search Backend failed: Exception:\n'query' failed: backend-01 timed out"
FAULTS: Mapping[str, Change] = {
    "429": refuse(429, '{"error":"API rate limit exceeded","count":"4","limit":"3"}', Retry_After="0"),
    "429 until a date": refuse(429, "busy", Retry_After="Mon, 01 Jan 2001 00:00:00 GMT"),
    "500": refuse(500, "Internal Server Error"),
    "502": refuse(502, "<html><head><title>502 Bad Gateway</title></head></html>"),
    "503": refuse(503, "Service Unavailable", Retry_After="0"),
    "reset connection": lambda answer, _dice: replace(answer, reset=True),
    "cut body": cut_body,
    "cut XML": cut_xml,
    "cut XML, closed": close_cut_xml,
    "cut at a record edge": cut_at_an_edge,
    "error inside a 200": say(f'<?xml version="1.0"?>\n<eFetchResult><ERROR>{BACKEND}</ERROR></eFetchResult>'),
    "error inside a set": say("<PubmedArticleSet><ERROR>Unable to retrieve</ERROR></PubmedArticleSet>"),
    "backend error text": say(BACKEND, "text/plain"),
    "web page": say("<html><body>Down for maintenance</body></html>", "text/html"),
    "expired WebEnv": lambda answer, _dice: replace(
        answer, body=b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", status=400, forgets=True
    ),
    "Content-Length too small": promise_less,
    "Content-Length too large": promise_more,
    "slow answer": lambda answer, _dice: replace(answer, delay=1.5),
    "trickling answer": lambda answer, _dice: replace(answer, trickle=3.0),
}
"""The waits are meant for a client that gives up after a second."""


def dealt(seed: int, share: float, faults: Mapping[str, Change] = FAULTS) -> Fault:
    """Return a fault that strikes this share of the answers, each kind as often as another."""
    dice = random.Random(seed)
    kinds = list(faults.items())

    def strike(_number: int, _verb: str, answer: Answer) -> Answer:
        if dice.random() >= share:
            return answer
        name, change = dice.choice(kinds)
        struck = change(answer, dice)
        return struck if struck == answer else replace(struck, fault=name)

    return strike
