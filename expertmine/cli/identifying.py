"""Verbs about who is who: rule on mentions and persons, see what is in doubt."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expertmine.cli.acquiring import CORPUS, FILES, TOP
from expertmine.cli.output import answers, say
from expertmine.wording import count

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus

MENTIONS = click.argument("mentions", nargs=-1, required=True)


@click.group()
def identity() -> None:
    """Who is who: rule that mentions are one human or not, see what is in doubt."""


def ruled_by(verb: Callable[..., int]) -> Callable[..., None]:
    """Give a verb who rules and when, and say what came of it."""

    @click.option("--by", required=True, envvar="EXPERTMINE_CURATOR", help="Who says so. [env: EXPERTMINE_CURATOR]")
    @click.option(
        "--date", type=click.DateTime(["%Y-%m-%d"]), default=lambda: f"{datetime.date.today()}",
        help="When it was said, such as 2026-01-31.  [default: today]",
    )  # fmt: skip
    @functools.wraps(verb)
    def told(corpus: Corpus, *, by: str, date: datetime.datetime, **options: Any) -> None:  # noqa: ANN401 - click's own
        held = verb(corpus, by=by, date=date.date(), **options)
        _tell(corpus, held)

    return told


def _tell(corpus: Corpus, held: int) -> None:
    """Say how many rulings there are, how many of them cannot be obeyed yet, and what to do."""
    from expertmine.identity import count_waiting

    tables = corpus.tables("corrections", "mentions")
    waiting = count_waiting(tables["corrections"], tables["mentions"])
    unheard = f", {waiting} of them wait for mentions that the corpus does not have" if waiting else ""
    say(f"{count(held, 'ruling')} in all{unheard}; `expertmine run {corpus.path}` obeys them")


@identity.command("same")
@CORPUS
@MENTIONS
@ruled_by
def same(corpus: Corpus, mentions: tuple[str, ...], by: str, date: datetime.date) -> int:
    """Rule that MENTIONS (mPMID.POSITION) are all one human."""
    from expertmine.acquire import rule_mentions

    return rule_mentions(corpus, "same", *mentions, by=by, date=date)


@identity.command("different")
@CORPUS
@MENTIONS
@ruled_by
def different(corpus: Corpus, mentions: tuple[str, ...], by: str, date: datetime.date) -> int:
    """Rule that the first of MENTIONS (mPMID.POSITION) is none of the others."""
    from expertmine.acquire import rule_mentions

    return rule_mentions(corpus, "different", *mentions, by=by, date=date)


@identity.command("merge")
@CORPUS
@click.argument("persons", nargs=-1, required=True)
@ruled_by
def merge(corpus: Corpus, persons: tuple[str, ...], by: str, date: datetime.date) -> int:
    """Rule that PERSONS, by id or by a name that only one of them has, are one human."""
    from expertmine.acquire import merge_persons
    from expertmine.answers.people import resolve_person

    return merge_persons(corpus, *(resolve_person(corpus, each) for each in persons), by=by, date=date)


@identity.command("split")
@CORPUS
@click.argument("person")
@MENTIONS
@ruled_by
def split(corpus: Corpus, person: str, mentions: tuple[str, ...], by: str, date: datetime.date) -> int:
    """Rule that MENTIONS (mPMID.POSITION) of PERSON are one other human."""
    from expertmine.acquire import split_person
    from expertmine.answers.people import resolve_person

    return split_person(corpus, resolve_person(corpus, person), *mentions, by=by, date=date)


@identity.command("add")
@CORPUS
@FILES
def add_rulings(corpus: Corpus, files: tuple[Path, ...]) -> None:
    """Add FILES of rulings: CSV with columns verdict (same, different), first, second, by and perhaps date."""
    from expertmine.acquire import add_corrections

    _tell(corpus, add_corrections(corpus, *files))


@identity.command("review")
@CORPUS
@TOP
@answers("mention", "printed", "person_id", "name", "confidence", "topic", "rank", "rank_without", "title")
def review(corpus: Corpus, top: int) -> pd.DataFrame:
    """List the doubtful mentions of CORPUS, those first that would change a ranking most.

    As CSV or JSON each comes with all `mentions` that would leave the person with it, as `identity split` takes them.
    """
    from expertmine.answers import doubtful_mentions

    return doubtful_mentions(corpus, top=top)
