"""Verbs for the periodic job: refresh, changes, history."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expertmine.cli.acquiring import CORPUS, Asker, asked_by, tell_limit
from expertmine.cli.exits import HELD_BACK, PARTIAL, exit_code
from expertmine.cli.output import answers, deliver, form_of, form_told, progress_bar, render, say
from expertmine.errors import ExpertmineError
from expertmine.tables.niches import NICHE

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.changes import Changes
    from expertmine.corpus import Corpus
    from expertmine.upkeep import Refreshed

MOVES = ("what", "change", "name", "topic", "before", "after")
"""Columns of a list of changes that a person reads."""


@click.command()
@click.argument("corpora", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path), metavar="CORPUS…")
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
@form_told(MOVES)
def changes(corpus: Corpus, since: str | None, form: str | None, output: Path | None) -> None:
    """Show what moved between two generations of CORPUS: niches, people, points lost; of records the number.

    -o FILE.html writes the whole report.
    """
    from expertmine.changes import changes as compare

    as_page = form is None and output is not None and output.suffix.lower() in (".html", ".htm")
    form = form or ("table" if as_page else form_of(output))
    moved = compare(corpus, since=since)
    _say_moves(moved)
    if as_page and output is not None:
        _write_changes(corpus, moved, output)
    else:
        deliver(_list_moves(moved), form=form, output=output, brief=MOVES)


def _say_moves(moved: Changes) -> None:
    """Say how much moved of what, and what could not be compared."""
    counted = [f"{what.replace('_', ' ')}: {number}" for what, number in moved.summary().items() if number]
    lacking = moved.lacking()
    if lacking:
        say(f"not compared, for one of the generations has none: {', '.join(lacking)}")
    say(", ".join(counted) or ("nothing else moved" if lacking else "nothing moved"))


@click.command()
@CORPUS
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@answers()
def history(corpus: Corpus, last: int) -> pd.DataFrame:
    """List what was run on CORPUS, newest first."""
    import pandas as pd

    rows = [
        (when, verb, outcome, "; ".join(f"{name} {value}" for name, value in details.items()))
        for when, verb, outcome, details in corpus.runs(last=last)
    ]
    return pd.DataFrame(rows, columns=["finished (UTC)", "verb", "outcome", "details"])


def _list_moves(moved: Changes) -> pd.DataFrame:
    """Gather who and what entered, left or moved; `what` says of which kind `before` and `after` are."""
    import pandas as pd

    rows: list[dict[Hashable, Any]] = [
        {"what": "micro-influencer", **row} for row in moved.influencers.to_dict("records")
    ]
    for row in moved.topics[moved.topics["layer"] == NICHE].to_dict("records"):
        names = dict.fromkeys("; ".join(row[f"names_{end}"]) for end in ("before", "after") if row[f"names_{end}"])
        rows.append(
            {
                "what": "niche: papers", "change": row["change"], "topic": " -> ".join(names),
                "topic_id": "; ".join(row["after"] or row["before"]),
                "before": row["size_before"], "after": row["size_after"],
            }
        )  # fmt: skip
    for what, measure, frame in (("expert: rank", "rank", moved.experts), ("paper lost: score", "score", moved.shocks)):
        ends = {f"{measure}_{end}": end for end in ("before", "after")}
        rows += [{"what": what, **row} for row in frame.rename(columns=ends).to_dict("records")]
    columns = ["what", "change", "person_id", "name", "topic_id", "topic", "before", "after", "pmid", "title", "why"]
    # As lists: of dictionaries pandas reads whole numbers as floats where some have none.
    cells = [[row.get(name) for name in columns] for row in rows]
    return pd.DataFrame(cells, columns=columns, dtype=object)


def _code_of(work: Callable[[Path], int], corpus: Path) -> int:
    """Return the exit code of work on one corpus; an error is told and keeps none of the others from its turn."""
    try:
        return work(corpus)
    except ExpertmineError as error:
        say(f"{corpus}: error: {error}", level=logging.ERROR)
        return exit_code(error)


def _refresh(corpus: Path, asker: Asker, *, accept: bool) -> int:
    from expertmine.corpus import Corpus
    from expertmine.upkeep import refresh_from

    opened = Corpus(corpus)
    if opened.exists and opened.generation is None and not opened.raw_files():
        say(f"{corpus}: passed over: it holds nothing, a first fetch must have been killed; remove it")
        return 0
    with progress_bar():
        refreshed = refresh_from(opened, asker, accept=accept)
    for search in opened.searches():
        if search.query in opened.queries:
            tell_limit(search)
    return _tell(opened, refreshed)


def _tell(corpus: Corpus, refreshed: Refreshed) -> int:
    from expertmine.corpus.disk import writable

    for doubt in refreshed.held_back:
        accept = f"look at it, then `expertmine refresh --accept {corpus.path}`"
        say(f"{corpus.path}: not published: {doubt}; {accept}", level=logging.ERROR)
    if refreshed.held_back:
        return HELD_BACK
    for reason in refreshed.unasked:
        say(f"{corpus.path}: {reason}", level=logging.ERROR)
    if not refreshed.published:
        say(f"{corpus.path}: nothing new: generation {refreshed.generation} is up to date")
    else:
        say(f"{corpus.path}: published generation {refreshed.generation}, {refreshed.articles} articles")
    if refreshed.changes is not None:
        moved = ", ".join(f"{number} {what}" for what, number in refreshed.changes.summary().items() if number)
        say(f"{corpus.path}: {moved or 'no record, topic or person moved'}")
        folder = corpus.path / "changes"
        with writable(corpus.path):
            folder.mkdir(exist_ok=True)
        _write_changes(corpus, refreshed.changes, folder / f"{refreshed.generation}.html")
    return PARTIAL if refreshed.withdrawn or refreshed.unasked else 0


def _write_changes(corpus: Corpus, moved: Changes, to: Path) -> None:
    from expertmine.answers.topics import unstable_topics
    from expertmine.corpus.disk import replace_file, writable
    from expertmine.report.changes import render_changes

    corpus = corpus.pinned()
    unstable = unstable_topics(corpus) if "topics" in corpus.manifest.tables else ()
    page = render_changes(moved, title=corpus.path.name, generation=corpus.generation or "", unstable=unstable)
    with writable(to.parent):
        replace_file(to, page.encode())
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
