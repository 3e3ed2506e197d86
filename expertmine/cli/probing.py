"""Verbs that probe an answer: what-if, fragility, rivals, rising, communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import CORPUS, TOP, TOPIC, length, topic_or_text
from expertmine.cli.asking import tell_nobody
from expertmine.cli.output import answers, progress_bar, say

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus


@click.command("what-if")
@CORPUS
@click.option("--without", multiple=True, required=True, metavar="PMID|RATER", help="Leave out; may be repeated.")
@TOP
@answers(
    *("name", "topic", "authority", "authority_without", "rank", "rank_without", "combined", "combined_without"),
    *("micro", "micro_without"),
    spare=("combined", "combined_without"),
)
def what_if(corpus: Corpus, without: tuple[str, ...], top: int) -> pd.DataFrame:
    """Show who would stand otherwise without a paper, or had a rater not spoken; nothing is stored."""
    from expertmine.answers import what_if as ask

    with progress_bar():
        return ask(corpus, without=without, top=top)


@click.command()
@CORPUS
@TOPIC
@click.option("--top", default=0, show_default=True, help="How many of the first; 0 for all that count as first.")
@answers("name", "rank", "papers", "carried_by", "best_share", "rank_without_best", "person_id")
def fragility(corpus: Corpus, topic: str, top: int) -> pd.DataFrame:
    """Show on how few papers it hangs that people are among the first of a topic."""
    from expertmine.answers import fragility as ask

    corpus = corpus.pinned()
    found = ask(corpus, topic, top=top)
    tell_nobody(corpus, found)
    first = corpus.config.influence.niche_top
    say(f"carried_by N: without their best N papers they are not among the first {first} any more")
    say("best_share: how much of the score the best paper gives; rank_without_best: the rank without it")
    return found


@click.command()
@CORPUS
@topic_or_text
@length(20, "Length of a rival's list.")
@TOP
@answers("rank", "name", "volume", "h-index", "expertscape-like", "jane-like", "lost_by")
def rivals(corpus: Corpus, topic: str | None, text: str | None, k: int, top: int) -> pd.DataFrame:
    """Show where the first of a topic or question stand in other rankings, and which of these lose them."""
    from expertmine.answers import compare_rivals

    say(f"volume, h-index, expertscape-like, jane-like: the rank in each; lost_by: those where it is beyond {k}")
    found = compare_rivals(corpus, topic, text=text, k=k, top=top)
    tell_nobody(corpus, found)
    return found


@click.command()
@CORPUS
@click.option("--topic", help="A topic's id or name; by default every niche.")
@click.option("--years", default=5, show_default=True, help="Years that the slope is taken over.")
@TOP
@click.option("--all", "everybody", is_flag=True, help="Those too whose interval does not lie above 0.")
@answers("name", "topic", "rank", "score", "slope", "low", "high", "rising")
def rising(corpus: Corpus, topic: str | None, years: int, top: int, everybody: bool) -> pd.DataFrame:  # noqa: FBT001 - a flag
    """Show whose authority grows: its slope a year, with an interval that lies above 0."""
    from expertmine.answers import rising as ask
    from expertmine.answers.topics import check_top, first_rows

    check_top(top)
    with progress_bar():
        found = ask(corpus, topic, years=years, top=0)
    shown = found if everybody else found[found["rising"]]
    if shown.empty and len(found):
        say(f"of nobody's slope the interval lies above 0; --all shows all {len(found)} people")
    tell_nobody(corpus, found)
    return first_rows(shown, top)


@click.command()
@CORPUS
@TOPIC
@click.option("--members", is_flag=True, help="List the people instead: community, hub or bridge, roles.")
@answers(
    *("community", "people", "papers", "first_year", "last_year", "hospital_clinicians", "places", "hubs", "bridges"),
    *("name", "hub", "bridge", "educator", "investigator", "advocate", "kind", "country", "person_id"),
    spare=("country", "kind", "advocate"),
)
def communities(corpus: Corpus, topic: str, members: bool) -> pd.DataFrame:  # noqa: FBT001 - a flag
    """Show who works on a topic with whom: communities, their hubs, bridges, places and hospital clinicians."""
    from expertmine.answers import list_communities, list_members
    from expertmine.answers.communities import without_roles

    corpus = corpus.pinned()
    found = (list_members if members else list_communities)(corpus, topic)
    tell_nobody(corpus, found)
    if len(found) and (reason := without_roles(corpus, topic)):
        say(reason)
    return found


probing_verbs = (communities, rising, what_if, fragility, rivals)
