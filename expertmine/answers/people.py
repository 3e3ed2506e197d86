"""Questions about people: who, why, and whom volume misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.answers.analysed import keep_analysed
from expertmine.answers.namesakes import count_namesakes
from expertmine.answers.suggesting import suggest_people
from expertmine.answers.topics import (
    check_name,
    check_top,
    first_rows,
    measure_relevance,
    named_topics,
    resolve_topic,
    unstable_topics,
)
from expertmine.config import in_one_present
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError
from expertmine.tables import TABLES
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

QUERY_TOPIC = "query"
BEST_NICHES = 5
"""Niches of a person that are told to who asks without one."""
NAMES = ["person_id", "name", "last", "initials"]


def experts(corpus: Corpus, topic: str | None = None, *, text: str | None = None, top: int = 20) -> pd.DataFrame:
    """Rank the people of a topic, or of a question asked in words.

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    topic
        A topic's id or its exact name.
    text
        A question instead of a topic: every article is weighed by how well it fits, every person is ranked. Of a PubMed
        query the words are asked, without its field tags and operators.
    top
        How many rows; 0 for all.

    Returns
    -------
    pandas.DataFrame
        person_id, name, last, initials, score, low, high, rank, rank_low, rank_high (its 90 % interval), tie (those
        with one number cannot be told apart by the evidence), one column a component (they sum to the score),
        `identity`: how surely the person's mentions are theirs, on average; of a topic also `unstable`: whether the
        topic is one not to be relied on.

    Raises
    ------
    ConfigError
        If neither or both of topic and text are given, no such topic exists, or `top` is below 0.
    DataError
        If no word of the text occurs in the corpus.
    """
    corpus = checked_corpus(corpus).pinned()
    _check_question(topic, text)
    if text is not None:
        scores = score_text(corpus, text).scores
    else:
        topic_id = resolve_topic(corpus, cast("str", topic))
        scores = corpus.table("scores").filter(pc.field("topic_id") == topic_id)
    scored = scores.to_pandas().drop(columns="topic_id")
    how: Literal["left", "inner"] = "inner" if text is None else "left"  # for a question everybody is ranked
    named = corpus.frame("persons", NAMES).merge(scored, on="person_id", how=how)
    last = _last_place(scored) | {"rank_high": len(named)}
    named = named.fillna(last).astype(dict.fromkeys(last, "int64"))
    named = named.fillna(dict.fromkeys(scored.columns[1:], 0.0)).sort_values(["rank", "person_id"])
    named["identity"] = named["person_id"].map(sureness(corpus))
    if text is None:
        named["unstable"] = topic_id in unstable_topics(corpus)
    return first_rows(named, top)


def _last_place(scored: pd.DataFrame) -> dict[str, int]:
    """Return rank and tie of who has no paper that counts: those of a score of 0, if somebody has that."""
    equal = scored[scored["score"] == 0]
    if equal.empty:
        behind = len(scored) + 1
        return {"rank": behind, "rank_low": behind, "tie": int(scored["tie"].max()) + 1 if behind > 1 else 1}
    return {name: int(equal[name].min()) for name in ("rank", "rank_low", "tie")}


def sureness(corpus: Corpus) -> pd.Series[float]:
    """Return the mean confidence of each person's mentions."""
    held: pd.DataFrame = _identities(corpus).to_pandas()
    return held.groupby("person_id")["confidence"].mean().round(3)


def _identities(corpus: Corpus) -> pa.Table:
    """Return who is behind each mention: nobody knows where persons were handed in without it."""
    known = "identities" in corpus.manifest.tables
    return corpus.table("identities") if known else TABLES["identities"].empty()


def why(corpus: Corpus, person: str, topic: str | None = None, *, text: str | None = None) -> pd.DataFrame:
    """Show the articles behind a score, the weightiest first.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    person
        A person's id or exact name.
    topic
        A topic's id or exact name.
    text
        A question in place of a topic, as `experts` was asked.

    Returns
    -------
    pandas.DataFrame
        pmid, year, title, journal, position, n_mentions, one column of points a component, and their sum `points`,
        which over all rows is the person's score in the topic or for the text; `identity`: how surely the paper is
        theirs; `unstable`: whether the topic is one not to be relied on.

    Raises
    ------
    ConfigError
        If neither or both of topic and text are given, no such person or topic exists, or several people have the name.
    DataError
        If no word of the text occurs in the corpus.
    """
    from expertmine.authority import COMPONENTS

    corpus = checked_corpus(corpus).pinned()
    if topic is None and text is None:
        raise ConfigError(f"name a topic or give a text, one of the two{_told_niches(corpus, person)}")
    _check_question(topic, text)
    person_id = resolve_person(corpus, person)
    if text is not None:
        topic_id = QUERY_TOPIC
        asked = score_text(corpus, text, intervals=False)
        contributions, scored = asked.contributions, asked.evidence
    else:
        topic_id = resolve_topic(corpus, cast("str", topic))
        contributions, scored = corpus.table("contributions"), corpus.table("evidence")
    mine = (pc.field("person_id") == person_id) & (pc.field("topic_id") == topic_id)
    evidence = scored.filter(mine).to_pandas()
    points = evidence.pivot_table(index="pmid", columns="component", values="points", aggfunc="sum", fill_value=0.0)
    weights = corpus.config.authority.weights
    parts = dict.fromkeys([*(name for name in COMPONENTS if weights.get(name)), *points.columns])
    points = points.reindex(columns=list(parts), fill_value=0.0)
    points = points.assign(points=points.sum(axis=1)).reset_index()
    places = contributions.filter(mine).select(["pmid", "position", "n_mentions"]).to_pandas()
    articles = corpus.table("articles", ["pmid", "year", "title", "journal"])
    shown = articles.filter(pc.is_in(articles["pmid"], value_set=pa.array(points["pmid"].astype("int64")))).to_pandas()
    rows: pd.DataFrame = shown.merge(places, on="pmid").merge(points, on="pmid")
    identities = _identities(corpus).filter(pc.field("person_id") == person_id).to_pandas()
    rows["identity"] = rows["pmid"].map(identities.groupby("pmid")["confidence"].max())
    if text is None:
        rows["unstable"] = topic_id in unstable_topics(corpus)
    return rows.sort_values(["points", "pmid"], ascending=[False, True]).reset_index(drop=True)


def micro_influencers(corpus: Corpus, topic: str | None = None, *, top: int = 10) -> pd.DataFrame:
    """List the micro-influencers of a niche, or the foremost of every niche.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    topic
        A niche's id or exact name; by default all niches.
    top
        How many per niche; 0 for all.

    Returns
    -------
    pandas.DataFrame
        person_id, name, topic_id, topic, unstable (whether the niche is one not to be relied on), identity (how surely
        the person's mentions are theirs, on average; null for who has none), every margin of the definition
        (`influencers` table), namesake_papers (of others, under the person's name and with companions of theirs) and
        volume_rank_with (the rank if those were the person's, too), strongest first.

    Raises
    ------
    ConfigError
        If no such topic exists or it is no niche, or `top` is below 0.
    """
    corpus = checked_corpus(corpus).pinned()
    check_top(top)
    tables = corpus.tables("influencers", "topics", "persons", "nominees")
    rows: pd.DataFrame = tables["influencers"].filter(pc.field("micro")).to_pandas()
    if topic is not None:
        topic_id = resolve_topic(corpus, topic)
        if topic_id not in named_topics(corpus, layer=NICHE):
            raise ConfigError(
                f"'{topic}' is no niche; micro-influencers lead niches (`expertmine topics {corpus.path}`)"
            )
        rows = rows[rows["topic_id"] == topic_id]
    people = pa.concat_tables([tables[name].select(["person_id", "name"]) for name in ("persons", "nominees")])
    named = rows.merge(people.to_pandas(), on="person_id").merge(
        tables["topics"].select(["topic_id", "name"]).rename_columns(["topic_id", "topic"]).to_pandas(),
        on="topic_id",
    )
    named = named.sort_values(["topic_id", "combined", "person_id"], ascending=[True, False, True])
    chosen = named.groupby("topic_id").head(top) if top else named
    chosen = chosen.sort_values(["combined", "topic_id", "person_id"], ascending=[False, True, True])
    chosen["unstable"] = chosen["topic_id"].isin(unstable_topics(corpus))
    chosen["identity"] = chosen["person_id"].map(sureness(corpus))
    chosen = chosen.merge(count_namesakes(corpus, chosen["person_id"]), on="person_id", how="left")
    front = ["person_id", "name", "topic_id", "topic", "unstable", "identity"]
    rest = [column for column in chosen.columns if column not in {*front, "micro"}]
    whole = dict.fromkeys(("volume_rank", "namesake_papers", "volume_rank_with"), "Int64")
    return chosen[front + rest].fillna({"namesake_papers": 0}).astype(whole).reset_index(drop=True)


def named_people(corpus: Corpus) -> dict[str, str]:
    """Return the name of everybody, those known to peers only among them, by id."""
    corpus = checked_corpus(corpus).pinned()
    held = [name for name in ("persons", "nominees") if name in corpus.manifest.tables]
    tables = [corpus.table(name, ["person_id", "name"]) for name in held]
    return {row["person_id"]: row["name"] for table in tables for row in table.to_pylist()}


def resolve_person(corpus: Corpus, person: str) -> str:
    """Return the id of a person given by id or by a name that only one person has."""
    check_name(person, of="person")
    known = corpus.table("persons", ["person_id", "name", "last", "papers"]).to_pylist()
    if "nominees" in corpus.manifest.tables:
        known += corpus.table("nominees", ["person_id", "name"]).to_pylist()
    if any(row["person_id"] == person for row in known):
        return person
    found = [row["person_id"] for row in known if row["name"].casefold() == person.casefold()]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise ConfigError(f"{len(found)} people are called '{person}': name one by id ({', '.join(found[:12])})")
    near = suggest_people(person, known)
    raise ConfigError(f"no person is called '{person}'{near} (`expertmine table {corpus.path} persons` lists all)")


def _check_question(topic: str | None, text: str | None) -> None:
    if (topic is None) == (text is None):
        raise ConfigError("name a topic or give a text, one of the two")


def _told_niches(corpus: Corpus, person: str) -> str:
    """Say in which niches a person ranks best, for who does not know them."""
    niches = named_topics(corpus, layer=NICHE)
    mine = corpus.table("scores").filter(pc.field("person_id") == resolve_person(corpus, person)).sort_by("rank")
    ranks = {row["topic_id"]: row["rank"] for row in mine.to_pylist() if row["topic_id"] in niches}
    told = [f"{rank} in '{niches[topic]}' ({topic})" for topic, rank in list(ranks.items())[:BEST_NICHES]]
    return f"; '{person}' has rank {', '.join(told)}" if told else ""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the stages make of a question that is taken for a topic: the tables of these names."""

    contributions: pa.Table
    evidence: pa.Table
    scores: pa.Table


def score_text(corpus: Corpus, text: str, *, intervals: bool = True) -> Scored:
    """Score every person for a question: all articles count, each by its relevance."""
    from expertmine.authority import score_authority
    from expertmine.contributions import join_contributions

    tables, seen = corpus.tables("articles", "mentions", "identities", "citations"), in_one_present(corpus.config)
    articles = keep_analysed(corpus, tables["articles"])
    fit = measure_relevance(corpus, text, as_of=seen.authority.as_of)
    asked = pa.array([QUERY_TOPIC] * fit.num_rows, pa.string())
    assignments = pa.table({"pmid": fit["pmid"], "topic_id": asked, "strength": fit["relevance"]})
    contributions = join_contributions(
        tables["identities"],
        assignments,
        articles=articles,
        mentions=tables["mentions"],
        settings=msgspec.structs.replace(seen.contributions, min_strength=0.0),  # a relevance is no membership
    )
    settings = seen.authority if intervals else msgspec.structs.replace(seen.authority, bootstraps=0)
    scored = score_authority(contributions, articles, citations=tables["citations"], settings=settings)
    return Scored(contributions, *scored)
