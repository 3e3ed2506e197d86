"""Questions about the people around a topic: who works with whom, where they are, in which roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.topics import resolve_topic
from expertmine.communities import Communities, find_communities
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.tables.literature import COMMENTS, GUIDELINES, REVIEWS, TRIALS

if TYPE_CHECKING:
    import pandas as pd

ROLES: Mapping[str, tuple[str, ...]] = {
    "educator": (*REVIEWS, "Meta-Analysis", *GUIDELINES),
    "investigator": TRIALS,
    "advocate": (*COMMENTS, "Letter"),
}
"""What publication types, by the words they begin with, say of those who wrote them."""
CLINICAL = "hospital"
"""The kind of institution at which people see patients, clinics among them."""
SHOWN = 5
"""Places, hubs and bridges named for a community."""


def list_members(corpus: Corpus, topic: str) -> pd.DataFrame:
    """List the people of a topic with their community and their roles.

    Parameters
    ----------
    corpus
        A corpus run until 'contributions' at least.
    topic
        A topic's id or exact name.

    Returns
    -------
    pandas.DataFrame
        community (1 the largest), person_id, name, papers (in the topic), hub (among the tenth who wrote with the most
        others), bridge (wrote with people of two communities beside the own one), educator, investigator, advocate (how
        many of the papers are reviews or guidelines; trials; comments, editorials or letters), kind (of institution),
        city, country; by community, then by papers.

    Raises
    ------
    ConfigError
        If no such topic exists, or the corpus lacks a table.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    topic_id = resolve_topic(corpus, topic)
    found = topic_communities(corpus, topic_id)
    hubs, bridges = found.hubs(), found.bridges()
    roles = _count_roles(corpus, topic_id)
    persons = {row["person_id"]: row for row in corpus.table("persons").to_pylist()}
    rows = [
        {
            "community": found.community[one], "person_id": one, "name": persons[one]["name"], "papers": papers,
            "hub": one in hubs, "bridge": one in bridges, **{role: roles[one, role] for role in ROLES},
            **{name: persons[one][name] for name in ("kind", "city", "country")},
        }
        for one, papers in found.papers.items()
    ]  # fmt: skip
    columns = ["community", "person_id", "name", "papers", "hub", "bridge", *ROLES, "kind", "city", "country"]
    listed = pd.DataFrame(rows, columns=columns)
    ordered = listed.sort_values(["community", "papers", "person_id"], ascending=[True, False, True])
    return ordered.reset_index(drop=True)


def list_communities(corpus: Corpus, topic: str) -> pd.DataFrame:
    """List the communities of a topic: how large, since when, where, and through whom they hang together.

    Returns
    -------
    pandas.DataFrame
        community (1 the largest), people, papers (that at least one of them wrote), first_year, last_year,
        hospital_clinicians (people of it at a hospital or clinic), educators, investigators, advocates (people of it
        with a paper of that kind in the topic), places (countries with the most people), hubs, bridges (names, those
        with the most papers first).

    Raises
    ------
    ConfigError
        If no such topic exists, or the corpus lacks a table.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    topic_id = resolve_topic(corpus, topic)
    members = list_members(corpus, topic_id)
    written = corpus.table("contributions").filter(pc.field("topic_id") == topic_id).to_pandas()
    written["community"] = written["person_id"].map(members.set_index("person_id")["community"])
    rows = []
    for number, people in members.groupby("community"):
        papers = written[written["community"] == number]
        rows.append(
            {
                "community": number, "people": len(people), "papers": papers["pmid"].nunique(),
                "first_year": papers["year"].min(), "last_year": papers["year"].max(),
                "hospital_clinicians": int((people["kind"] == CLINICAL).sum()),
                **{f"{role}s": int((people[role] > 0).sum()) for role in ROLES},
                "places": _most(people["country"].dropna()),
                "hubs": people.loc[people["hub"], "name"].head(SHOWN).tolist(),
                "bridges": people.loc[people["bridge"], "name"].head(SHOWN).tolist(),
            }
        )  # fmt: skip
    columns = ["community", "people", "papers", "first_year", "last_year", "hospital_clinicians"]
    columns += [*(f"{role}s" for role in ROLES), "places", "hubs", "bridges"]
    listed = pd.DataFrame(rows, columns=columns)
    return listed.astype({"first_year": "Int64", "last_year": "Int64"})


def without_roles(corpus: Corpus, topic: str) -> str:
    """Say why nobody of a topic has a role: its records, or those of the whole corpus, tell no type that shows one.

    Nothing where some article of the topic is of such a type.
    """
    topic_id = resolve_topic(corpus, topic)
    if _count_roles(corpus, topic_id):
        return ""
    roles = "educator, investigator and advocate are 0 for everybody"
    types = {each for row in corpus.table("articles", ["types"])["types"].to_pylist() for each in row}
    if any(each.startswith(told) for each in types for told in ROLES.values()):
        return f"{roles}: no paper of the topic is a review, guideline, trial, comment, editorial or letter"
    told = ", ".join(sorted(types)[:SHOWN]) or "none"
    return f"{roles}, which says nothing of them: the publication types of this corpus's records are {told}"


def topic_communities(corpus: Corpus, topic_id: str) -> Communities:
    """Find the communities of a topic of a corpus."""
    tables = corpus.tables("contributions", "citations")
    return find_communities(tables["contributions"], topic_id, citations=tables["citations"])


def home_groups(corpus: Corpus, topic_id: str) -> dict[str, str]:
    """Return where each person of a topic belongs: in a theme the niche of most papers there, in a niche the community.

    A niche is called by its name, a community 'community N'. Who has no papers in a niche of the theme is left out.
    """
    topics = {row["topic_id"]: row for row in corpus.table("topics", ["topic_id", "parent_id", "name"]).to_pylist()}
    inside = [one for one, row in topics.items() if row["parent_id"] == topic_id]
    if not inside:
        found = topic_communities(corpus, topic_id).community
        return {one: f"community {number}" for one, number in found.items()}
    written = corpus.table("contributions", ["person_id", "topic_id"])
    written = written.filter(pc.is_in(written["topic_id"], value_set=pa.array(inside)))
    papers = Counter((row["person_id"], row["topic_id"]) for row in written.to_pylist())
    ordered = sorted(papers, key=lambda pair: (papers[pair], pair))
    return {person: topics[niche]["name"] for person, niche in ordered}  # of several the last, with the most, stands


def _most(places: Iterable[str]) -> list[str]:
    counts = sorted(Counter(places).items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"{place} {number}" for place, number in counts[:SHOWN]]


def _count_roles(corpus: Corpus, topic_id: str) -> Counter[tuple[str, str]]:
    """Count each person's papers in the topic that stand for a role."""
    written = corpus.table("contributions").filter(pc.field("topic_id") == topic_id).select(["person_id", "pmid"])
    articles = corpus.table("articles", ["pmid", "types"])
    papers = articles.filter(pc.is_in(articles["pmid"], value_set=pa.array(written["pmid"].unique())))
    roles = {row["pmid"]: _roles(row) for row in papers.to_pylist()}
    return Counter((row["person_id"], role) for row in written.to_pylist() for role in roles[row["pmid"]])


def _roles(article: Mapping[str, Any]) -> list[str]:
    return [role for role, types in ROLES.items() if any(each.startswith(types) for each in article["types"])]
