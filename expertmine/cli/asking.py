"""Verbs that ask: status, topics, experts, why, influencers, report, table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import CORPUS, TOP, topic_or_text
from expertmine.cli.output import answers, progress_bar, say, tell_unanalysed
from expertmine.cli.screen import SMALL
from expertmine.wording import count

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus


BEST = 10
"""Niches listed for a text."""
WIDE = 0.5
"""Share of all ranks that the interval of a rank covers which is explained."""
MANY = 20
"""People below whom every interval covers much of all ranks."""
MISSING = 10
"""Unknown words of a question that are told."""


@click.command()
@CORPUS
@answers()
def status(corpus: Corpus) -> pd.DataFrame:
    """Show what CORPUS holds, table by table."""
    import pandas as pd

    tables = corpus.manifest.tables
    if not tables:
        corpus.table("articles")  # says what is missing and what to do
    files, queries = count(len(corpus.raw_files()), "raw file"), corpus.queries or "none"
    say(f"generation {corpus.generation}; {files}; queries: {queries}")
    for search in corpus.searches():
        say(f"asked of PubMed: {search.query} ({len(search.hits)} found, {len(search.withdrawn)} never sent)")
    if corpus.held_back is not None:
        say(f"a refresh is held back: {corpus.held_back}")
    for when, verb, outcome, _ in corpus.runs(last=3):
        say(f"{when} UTC: {verb}, {outcome}")
    rows = [(name, entry.rows, entry.origin, entry.sha256[:12]) for name, entry in tables.items()]
    return pd.DataFrame(rows, columns=["table", "rows", "origin", "sha256"])


@click.command()
@CORPUS
@click.argument("text", required=False)
@click.option("--top", type=int, help="How many; 0 for all.  [default: all; with TEXT the 10 best that match at all]")
@click.option(
    "--history", is_flag=True, help="What became of the topics, fit by fit; TEXT may be one topic's id or name."
)
@answers(
    *("topic_id", "layer", "size", "match", "stability", "unstable", "trend", "name", "phrases"),
    *("number", "event", "before", "after", "papers", "share"),
    spare=("layer", "stability", "trend"),
)
def topics(corpus: Corpus, text: str | None, top: int | None, history: bool) -> pd.DataFrame:  # noqa: FBT001 - a flag
    """List the topics of CORPUS; with TEXT, the niches that are about it and the phrases that matched.

    Topics marked `unstable` are hardly found again when a fifth of the articles is missing: rely on them for nothing.
    """
    from expertmine.answers import list_topics, topic_history

    if history:
        return topic_history(corpus, text)
    _say_missing(corpus, text)
    found = list_topics(corpus, text, top=top if top is not None else BEST if text else 0)
    if text is None:
        return found
    if found.empty:
        say(f"this corpus has no niche that a text could be about; `expertmine topics {corpus.path}` lists its topics")
    shown = found[found["match"] >= SMALL] if top is None else found
    if shown.empty and len(found):
        say("no niche matches the text; --top shows the nearest all the same")
    return shown


@click.command()
@CORPUS
@topic_or_text
@TOP
@answers("rank", "rank_low", "rank_high", "tie", "name", "score", "low", "high", "identity", "person_id", "unstable")
def experts(corpus: Corpus, topic: str | None, text: str | None, top: int) -> pd.DataFrame:
    """Rank the people of a topic, or of a question in words."""
    from expertmine.answers import experts as ask
    from expertmine.answers.topics import check_top, first_rows

    check_top(top)
    _say_missing(corpus, text)
    everybody = ask(corpus, topic, text=text, top=0)
    found = first_rows(everybody, top)
    tell_nobody(corpus, found)
    _tell_wide(found, len(everybody))
    return found


@click.command()
@CORPUS
@click.argument("person")
@topic_or_text
@answers("pmid", "year", "points", "identity", "journal", "title", "unstable")
def why(corpus: Corpus, person: str, topic: str | None, text: str | None) -> pd.DataFrame:
    """Show the articles behind the score of PERSON, an id or a name, in a topic, or for a question."""
    from expertmine.answers import why as ask

    corpus = corpus.pinned()
    rows = ask(corpus, person, topic, text=text)
    points = f"{count(len(rows), 'article')}, {rows['points'].sum():.2f} points in all, which is the score"
    say(f"{_asked_about(corpus, person, topic)}: {points if len(rows) else 'no article, so no score'}")
    return rows


@click.command()
@CORPUS
@click.option("--topic", help="A niche's id or name; by default every niche.")
@click.option("--top", default=10, show_default=True, help="How many per niche; 0 for all.")
@answers(
    "name",
    "identity",
    "topic",
    "unstable",
    "niche_rank",
    "volume_rank",
    "niche_papers",
    "papers",
    "led",
    "nominators",
    "q",
    "quadrant",
    "combined",
    spare=("led", "identity", "combined", "quadrant", "nominators", "q", "papers"),
)
def influencers(corpus: Corpus, topic: str | None, top: int) -> pd.DataFrame:
    """List the micro-influencers, the highest `combined` first; --format csv has every margin of the definition."""
    from expertmine.answers import micro_influencers
    from expertmine.answers.namesakes import doubt_of_volume

    found = micro_influencers(corpus, topic, top=top)
    if found.empty:
        say(tell_none(corpus, topic))
    for row in found.drop_duplicates("person_id").to_dict("records"):
        if doubt := doubt_of_volume(row, corpus.config.influence.volume_top):
            say(f"{row['name']}: {doubt}")
    return found


@click.command()
@CORPUS
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The HTML file to write.")
def report(corpus: Corpus, output: Path) -> None:
    """Write the report of CORPUS as one HTML file."""
    from expertmine.report import report as write_report

    with progress_bar():
        say(f"report: {write_report(corpus, to=output)}")
    tell_unanalysed(corpus)


@click.command()
@CORPUS
@click.argument("name")
@answers()
def table(corpus: Corpus, name: str) -> pd.DataFrame:
    """Print one table of CORPUS, e.g. identities, scores, rejects."""
    return corpus.frame(name)


def tell_nobody(corpus: Corpus, found: pd.DataFrame) -> None:
    """Say why an answer about people has nobody in it, or people without a score only."""
    from expertmine.answers.nobody import why_nobody

    nobody = found.empty or ("score" in found and not found["score"].any())
    if nobody and (reason := why_nobody(corpus)):
        say(f"nobody can be ranked: {reason}")
    elif nobody and len(found):
        say("nobody has a paper that counts for it: all scores are 0, and their order says nothing")


def _tell_wide(found: pd.DataFrame, people: int) -> None:
    """Say what it means that somebody's rank may be almost any."""
    scored = found[found["score"] > 0]
    wide = scored[scored["rank_high"] - scored["rank_low"] >= people * WIDE]
    if people >= MANY and len(wide):
        low, high = wide[["rank_low", "rank_high"]].iloc[0]
        say(
            f"a rank that may be almost any ({low} to {high}) hangs on few papers, or on whether they are the person's:"
            " drawn anew, some samples leave the person nothing and a place among the last"
        )


def tell_none(corpus: Corpus, topic: str | None = None) -> str:
    """Say that nobody is a micro-influencer, in a niche or at all, and why."""
    from expertmine.answers.nobody import why_no_influencer, why_nobody
    from expertmine.answers.topics import resolve_topic

    reason = why_no_influencer(corpus, None if topic is None else resolve_topic(corpus, topic))
    if why_nobody(corpus):
        return f"No micro-influencer, for nobody can be ranked: {reason}."
    return f"No micro-influencer passes every test here: {reason}. `expertmine experts` ranks the people of a topic."


def _asked_about(corpus: Corpus, person: str, topic: str | None) -> str:
    """Write who is meant, and the topic that is asked about."""
    from expertmine.answers.people import named_people, resolve_person
    from expertmine.answers.topics import named_topics, resolve_topic

    person_id = resolve_person(corpus, person)
    who = f"{named_people(corpus)[person_id]} ({person_id})"
    if topic is None:
        return f"{who}, for the question"
    topic_id = resolve_topic(corpus, topic)
    return f"{who} in '{named_topics(corpus)[topic_id]}' ({topic_id})"


def _say_missing(corpus: Corpus, text: str | None) -> None:
    """Say what a question written as a PubMed query asks in words, and which words no article is counted by."""
    from expertmine.answers.topics import missing_words, read_question

    if text and text.strip() and (asked := read_question(text)) != text:
        say(f"asked in words, without PubMed's tags and operators: {asked}")
    if text and text.strip() and (missing := missing_words(corpus, text)):
        more = f" and {len(missing) - MISSING} more" if len(missing) > MISSING else ""
        say(f"unknown to this corpus, or too rare in it to be counted: {', '.join(missing[:MISSING])}{more}")


asking_verbs = (status, topics, experts, why, influencers, report, table)
