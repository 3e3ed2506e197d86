"""Small invented literatures, as rows and as tables."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from expertmine.tables import TABLES

Tables = dict[str, pa.Table]
LASTS = ("Vrasta", "Vrasta", "Quenlo", "van der Quenlo", "Mirvo-Quenlo", "Øsk")
FORES = ("Ada", "Ada B", "Adam", "A", "A B", "A C", "Bo", None)
WORDS = ("stent", "renal", "artery", "sleep", "pain", "cell")
PLACES = ("Example University, Vienna, Austria", "St Example Hospital, Leeds, UK", "")


def mention(pmid: int, position: int, last: str | None, fore: str | None, **more: object) -> dict[str, Any]:
    """One row of mentions; initials follow from the fore name."""
    initials = "".join(word[0] for word in (fore or "").replace("-", " ").split()) or None
    row: dict[str, Any] = {
        "pmid": pmid,
        "position": position,
        "last": last,
        "fore": fore,
        "initials": initials,
        "affiliations": [],
    }
    return {**row, "equal_contribution": False, **more}


def article(pmid: int, year: int | None = 2000, words: str = "", journal: str = "") -> dict[str, Any]:
    """One row of articles."""
    lists: dict[str, Any] = {name: [] for name in ("types", "mesh", "keywords", "languages", "links")}
    flags = {"retracted": False, "kind": "article", "version": 1}
    return {"pmid": pmid, "year": year, "title": words, "abstract": "", "journal": journal, **lists, **flags}


def literature(articles: list[dict[str, Any]], mentions: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Tables as the identity stage reads them; an article's words are its title's."""
    terms = [{"pmid": row["pmid"], "tokens": row["title"].split(), "phrases": []} for row in articles]
    return {
        "articles": TABLES["articles"].rows(articles),
        "mentions": TABLES["mentions"].rows(mentions),
        "terms": TABLES["terms"].rows(terms),
        "citations": TABLES["citations"].empty(),
    }


@st.composite
def literatures(draw: st.DrawFn, papers: int = 8) -> dict[str, pa.Table]:
    """Papers by few people with confusable names."""
    count = draw(st.integers(1, papers))
    articles, mentions = [], []
    for pmid in range(1, count + 1):
        words = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=4)))
        articles.append(article(pmid, draw(st.sampled_from([None, 1990, 2000, 2020])), words))
        for position in range(1, draw(st.integers(1, 4)) + 1):
            places = [place for place in [draw(st.sampled_from(PLACES))] if place]
            orcid = draw(st.sampled_from([None, None, None, "0000-0001-0000-0001", "0000-0001-0000-0002"]))
            names = draw(st.sampled_from(LASTS)), draw(st.sampled_from(FORES))
            mentions.append(mention(pmid, position, *names, affiliations=places, orcid=orcid))
    return literature(articles, mentions)


@st.composite
def namesakes(draw: st.DrawFn, papers: int = 7) -> dict[str, pa.Table]:
    """Papers of one mention each, by bearers of hardly distinguishable names: clusters grow beyond two."""
    fores = draw(st.lists(st.sampled_from(["Ada", "Ada", "A", "Adam"]), min_size=3, max_size=papers))
    mentions = [mention(pmid, 1, "Vrasta", fore) for pmid, fore in enumerate(fores, start=1)]
    return literature([article(row["pmid"]) for row in mentions], mentions)
