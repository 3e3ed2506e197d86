"""Verbs for the periodic job: refresh, changes, history."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import CORPUS, PARTIAL, Asker, asked_by
from expertmine.cli.output import answers, progress_bar, render, say
from expertmine.errors import ExpertmineError

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.changes import Changes
    from expertmine.corpus import Corpus
    from expertmine.upkeep import Refreshed

HELD_BACK = 3


@click.command()
@click.argument("corpora", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CORPUS…")
@click.option("--dry-run", is_flag=True, help="Count what would be asked for; fetch and write nothing.")
@click.option("--accept", is_flag=True, help="Publish even a generation suspiciously unlike the one before.")
@asked_by
def refresh(corpora: tuple[Path, ...], dry_run: bool, accept: bool, asker: Asker) -> int:  # noqa: FBT001 - flags
    """Ask PubMed again what each CORPUS was asked for, and bring it up to date; the job for a timer.

    A corpus that cannot be refreshed stays as it is and the others go on; the exit code is the worst of all.
    """
    work = functools.partial(_plan, asker=asker) if dry_run else functools.partial(_refresh, asker=asker, accept=accept)
    return max(_code_of(work, corpus) for corpus in corpora)


@click.command()
@CORPUS
@click.option("--since", metavar="GENERATION", help="Compare with this one. [default: the one before]")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the whole report as HTML here.")
def changes(corpus: Path, since: str | None, output: Path | None) -> None:
    """Show what moved between two generations of CORPUS: records, topics, people, retractions."""
    from expertmine.changes import changes as compare
    from expertmine.corpus import Corpus

    moved = compare(Corpus(corpus), since=since)
    for what, number in moved.summary().items():
        click.echo(f"{number:6d} {what}")
    if output is not None:
        _write_changes(Corpus(corpus), moved, output)


@click.command()
@CORPUS
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@answers()
def history(corpus: Path, last: int) -> pd.DataFrame:
    """List what was run on CORPUS, newest first."""
    import pandas as pd

    from expertmine.corpus import Corpus

    rows = [
        (when, verb, outcome, "; ".join(f"{name} {value}" for name, value in details.items()))
        for when, verb, outcome, details in Corpus(corpus).runs(last=last)
    ]
    return pd.DataFrame(rows, columns=["finished (UTC)", "verb", "outcome", "details"])


def _code_of(work: Callable[[Path], int], corpus: Path) -> int:
    """Return the exit code of work on one corpus; an error is told and keeps none of the others from its turn."""
    from expertmine.cli import exit_code

    try:
        return work(corpus)
    except ExpertmineError as error:
        say(f"{corpus}: error: {error}")
        return exit_code(error)


def _refresh(corpus: Path, asker: Asker, *, accept: bool) -> int:
    from expertmine.corpus import Corpus
    from expertmine.upkeep import refresh_from

    with progress_bar():
        refreshed = refresh_from(Corpus(corpus), asker, accept=accept)
    return _tell(corpus, refreshed)


def _tell(corpus: Path, refreshed: Refreshed) -> int:
    from expertmine.corpus import Corpus
    from expertmine.corpus.generations import writable

    for doubt in refreshed.held_back:
        say(f"{corpus}: not published: {doubt}; look at it, then `expertmine refresh --accept {corpus}`")
    if refreshed.held_back:
        return HELD_BACK
    for reason in refreshed.unasked:
        say(f"{corpus}: {reason}")
    if not refreshed.published:
        say(f"{corpus}: nothing new: generation {refreshed.generation} is up to date")
    else:
        say(f"{corpus}: published generation {refreshed.generation}, {refreshed.articles} articles")
    if refreshed.changes is not None:
        moved = ", ".join(f"{number} {what}" for what, number in refreshed.changes.summary().items() if number)
        say(f"{corpus}: {moved or 'no record, topic or person moved'}")
        folder = corpus / "changes"
        with writable(corpus):
            folder.mkdir(exist_ok=True)
        _write_changes(Corpus(corpus), refreshed.changes, folder / f"{refreshed.generation}.html")
    return PARTIAL if refreshed.withdrawn or refreshed.unasked else 0


def _write_changes(corpus: Corpus, moved: Changes, to: Path) -> None:
    from expertmine.corpus.generations import replace_file, writable
    from expertmine.report.changes import render_changes

    with writable(to.parent):
        replace_file(to, render_changes(moved, title=corpus.path.name).encode())
    say(f"changes: {to}")


def _plan(corpus: Path, asker: Asker) -> int:
    from expertmine.acquire import plan_refresh
    from expertmine.acquire.fetching import last_search
    from expertmine.corpus import Corpus

    opened = Corpus(corpus)
    for query in opened.queries:
        last = last_search(opened, query)
        click.echo(render(plan_refresh(opened, asker(query, max_records=last.most if last else None)), form="table"))
    return 0


refreshing_verbs = (refresh, changes, history)
