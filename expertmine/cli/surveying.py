"""Verbs about the surveys that a corpus holds: add, rule on names, take back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import CORPUS, FILES
from expertmine.cli.nominating import columns_told, tell_survey
from expertmine.cli.output import deliver, form_of, form_told, render, say
from expertmine.wording import count

if TYPE_CHECKING:
    from expertmine.corpus import Corpus

SHOWN = 20
"""Columns without a role that are told by name."""
DOUBT = ("nominee", "topic", "times", "reason", "candidate_1", "candidate_2", "candidate_3")
"""Columns of the review that a person reads."""


@click.command("add")
@CORPUS
@FILES
@columns_told
@click.option("--dry-run", is_flag=True, help="Show how FILES are understood and what they match; store nothing.")
def add_survey(
    corpus: Corpus,
    files: tuple[Path, ...],
    columns: dict[str, str],
    topic: str | None,
    dry_run: bool,  # noqa: FBT001 - a flag
) -> None:
    """Add survey FILES (CSV or Excel, a nomination or a rater a row; returned questionnaires) to CORPUS."""
    from expertmine.acquire import add_nominations, plan_nominations
    from expertmine.acquire.files import read_bytes
    from expertmine.nominations import read_ballots, survey_columns
    from expertmine.nominations.ballots import unread_columns
    from expertmine.nominations.review import list_twins

    for path in files:
        data = read_bytes(path)
        found = survey_columns(data, source=path.name, columns=columns, topic=topic)
        throughout = [f"the topic is '{topic}' throughout"] if topic else []
        say(f"{path.name}: " + ", ".join([*(f"{role} = '{header}'" for role, header in found.items()), *throughout]))
        if passed := unread_columns(data, source=path.name, columns=columns, topic=topic):
            more = f" and {len(passed) - SHOWN} more" if len(passed) > SHOWN else ""
            say(f"{path.name}: not read: " + ", ".join(map(repr, passed[:SHOWN])) + more)
        ballots, rejects = read_ballots(data, source=path.name, columns=columns, topic=topic)
        say(f"{path.name}: {count(ballots.num_rows, 'ballot')}, {count(rejects.num_rows, 'reject')}")
        if twins := list_twins(ballots.to_pylist()):
            where = "; ".join(f"lines {one} and {other}" for one, other in twins[:SHOWN])
            say(f"{path.name}: raters of nearly one name count as several; type one human in one way: {where}")
    if dry_run:
        click.echo(render(plan_nominations(corpus, *files, columns=columns, topic=topic), form="table"))
        return
    counts = add_nominations(corpus, *files, columns=columns, topic=topic)
    held = f"{count(counts['ballots'], 'ballot')}, {count(counts['rejects'], 'reject')} in all"
    say(f"{held}; `expertmine run {corpus.path}` matches the names")


@click.command("remove")
@CORPUS
@click.argument("file")
def remove(corpus: Corpus, file: str) -> None:
    """Take back the survey that was added as FILE, with all its ballots; what had come of it is computed anew."""
    from expertmine.acquire import remove_survey

    gone = remove_survey(corpus, file)
    say(f"gone, with every older generation: {count(gone, 'ballot')}; decisions of the review stay")


@click.command("review")
@CORPUS
@click.option("--decided", type=click.Path(path_type=Path), help="Read this review file back, decisions filled in.")
@form_told(DOUBT)
def review(corpus: Corpus, decided: Path | None, form: str | None, output: Path | None) -> None:
    """List the names that matched nobody for sure (-o FILE.csv writes the review file), or read it back.

    Fill the column `decision` with a person's id, the number of a candidate, `new` for somebody without papers, or
    `skip`. Rows without a nominee come first and ask what raters mean by a topic: fill in a topic's id, the number of
    a candidate, or `skip`; that decides for every ballot with that topic. The names follow after the next run.
    """
    from expertmine.answers import doubtful_names

    if decided is not None:
        if output is not None:
            raise click.UsageError("--decided reads a review file back; what is then in doubt is known after a run")
        _obey(corpus, decided)
    else:
        tell_survey(corpus)
        deliver(doubtful_names(corpus), form=form or form_of(output), output=output, brief=DOUBT)


def _obey(corpus: Corpus, decided: Path) -> None:
    """Take in what was decided, and say how much of it counts."""
    from expertmine.acquire import add_decisions, count_idle_decisions
    from expertmine.acquire.files import read_bytes
    from expertmine.nominations.review import read_review

    held = add_decisions(corpus, decided)
    taken = len(read_review(read_bytes(decided), source=decided.name))
    say(f"{count(taken, 'decision')} in {decided}, {held} in all; `expertmine run {corpus.path}` obeys them")
    if idle := count_idle_decisions(corpus):
        say(f"{idle} of them are about names that no survey holds as typed there; was a file saved as CSV UTF-8?")


@click.command("forget")
@CORPUS
@click.argument("rater")
@click.option("--institution", help="Only the rater of that name who gave this institution.")
def forget(corpus: Corpus, rater: str, institution: str | None) -> None:
    """Remove all that RATER said, from the stored surveys too, and compute anew what had come of it."""
    from expertmine.acquire import forget_rater

    gone = forget_rater(corpus, rater, institution=institution)
    rows = count(gone, "row")
    say(f"gone, with every older generation: {rows} of the surveys; what had come of them is computed anew")


surveying_verbs = (add_survey, remove, review, forget)
