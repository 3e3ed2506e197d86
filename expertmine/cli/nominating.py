"""Verbs about peers: whom to ask, what to send, what came back, what it means, whom to ask next, when to stop."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expertmine.cli.acquiring import CORPUS, TOP, TOPIC, length, tell_waiting
from expertmine.cli.output import answers, say, tell_namesakes
from expertmine.errors import DataError
from expertmine.wording import count

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus
    from expertmine.nominations.exclusions import Listed

SUPPRESS = click.option(
    "--suppress", type=click.Path(path_type=Path), help="People never to be asked: an id or a name a line."
)
FORMS = ("xlsx", "csv", "html")


@click.group()
def nominations() -> None:
    """Peer nominations: choose whom to ask, write the questionnaires, add answers, see what they come to."""


def tell_survey(corpus: Corpus, *, unasked: str = "`expertmine nominations add` takes in what peers answered") -> None:
    """Say what of the survey does not count yet, or that there is none."""
    if not tell_waiting(corpus):
        say(f"no survey was added yet; {unasked}")


def columns_told(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options by which a survey's columns are explained."""

    @click.option(
        "--column", "told", multiple=True, metavar="ROLE=HEADER",
        help="Which header is which role, e.g. nominee=choice or nominee.2='Second name'; else it is guessed.",
    )  # fmt: skip
    @click.option("--topic", help="What the survey is about; no column is read for it then.")
    @functools.wraps(verb)
    def explained(*, told: tuple[str, ...], **options: Any) -> Any:  # noqa: ANN401 - click's own options
        pairs = [each.partition("=") for each in told]
        if wrong := [role for role, equals, header in pairs if not (equals and header.strip())]:
            raise click.UsageError(f"--column {wrong[0]}: expected ROLE=HEADER")
        return verb(columns={role.strip(): header.strip() for role, _, header in pairs}, **options)

    return explained


@nominations.command("panel")
@CORPUS
@TOPIC
@click.option("--size", default=20, show_default=True, help="Most people on the panel.")
@click.option(
    "--per-institution",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Most people of one institution.",
)
@SUPPRESS
@click.option("--conflicts", type=click.Path(path_type=Path), help="CSV, two people a row: one of them at most.")
@answers("seat", "name", "affiliation", "country", "community", "setting", "coverage", "why")
def panel(  # noqa: PLR0913 - an option each
    corpus: Corpus, topic: str, size: int, per_institution: int, suppress: Path | None, conflicts: Path | None
) -> pd.DataFrame:
    """Choose whom to ask about a topic first: its communities, countries and settings, and why each person."""
    from expertmine.answers import choose_panel
    from expertmine.nominations.panel import Rules

    corpus = corpus.pinned()
    rules = Rules(
        per_institution=per_institution,
        suppressed=_listed(corpus, suppress).everybody(),
        conflicts=_listed(corpus, conflicts, width=2).pairs(),
    )
    chosen = choose_panel(corpus, topic, size=size, rules=rules)
    if len(chosen):
        reached, bound = chosen["coverage"].iloc[-1], chosen["bound"].iloc[-1]
        say(f"coverage {reached:.2f}; no panel of {size} covers more than {bound:.2f}")
    return chosen


@nominations.command("questionnaire")
@CORPUS
@TOPIC
@click.option(
    "--panel", "seats", type=click.Path(path_type=Path), required=True, help="CSV or Excel with person_id, name."
)
@click.option("--form", "forms", type=click.Choice(FORMS), multiple=True, default=FORMS, help="By default all.")
@click.option("--wave", type=click.IntRange(min=1), default=1, show_default=True, help="The number of this round.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
def questionnaire(  # noqa: PLR0913 - an option each
    corpus: Corpus, topic: str, seats: Path, forms: tuple[str, ...], wave: int, output: Path
) -> None:
    """Write a questionnaire for each person of a panel: Excel, CSV and a page that works offline."""
    from expertmine.corpus.disk import writable
    from expertmine.report.questionnaire import plan_questionnaires, write_questionnaires

    asked = plan_questionnaires(corpus, topic, _seated(seats), wave=wave)
    tell_namesakes(corpus, topic)
    made = [each for form in forms for each in write_questionnaires(asked, form=form)]
    if there := [name for name, _ in made if (output / name).exists()]:
        raise DataError(f"'{output / there[0]}' is there and may hold answers; choose another folder")
    with writable(output):
        output.mkdir(parents=True, exist_ok=True)
        for name, data in made:
            (output / name).write_bytes(data)
    say(f"wrote {count(len(asked), 'questionnaire')} as {', '.join(forms)} into {output}")


@nominations.command("standing")
@CORPUS
@click.option("--topic", help="A topic's id or name; by default all.")
@click.option("--top", default=0, show_default=True, help="How many; 0 for all.")
@answers("name", "person_id", "topic", "nominators", "standing", "low", "high")
def standing(corpus: Corpus, topic: str | None, top: int) -> pd.DataFrame:
    """Show what peers say of each person in each topic (counts, never who said it)."""
    from expertmine.answers import list_standing

    tell_survey(corpus)
    return list_standing(corpus, topic, top=top)


@nominations.command("compare")
@CORPUS
@TOPIC
@TOP
@answers()
def compare(corpus: Corpus, topic: str, top: int) -> pd.DataFrame:
    """Set literature, peers and both together side by side, and whom each source alone would miss."""
    from expertmine.answers import compare_sources

    tell_survey(corpus)
    return compare_sources(corpus, topic, top=top)


@nominations.command("agreement")
@CORPUS
@length(10)
@answers()
def agreement(corpus: Corpus, k: int) -> pd.DataFrame:
    """Say for each topic how far literature and peers agree, with intervals over raters."""
    from expertmine.answers import source_agreement

    tell_survey(corpus)
    return source_agreement(corpus, k=k)


@nominations.command("saturation")
@CORPUS
@length(10)
@answers()
def saturation(corpus: Corpus, k: int) -> pd.DataFrame:
    """Estimate for each topic how many people are still unnamed, and say whether to stop asking."""
    from expertmine.answers import rater_saturation

    tell_survey(corpus)
    return rater_saturation(corpus, k=k)


@nominations.command("next")
@CORPUS
@TOPIC
@click.option("--size", type=click.IntRange(min=1), default=5, show_default=True, help="How many to ask.")
@length(10, "Length of the top whose doubt is to be settled.")
@SUPPRESS
@answers()
def next_wave(corpus: Corpus, topic: str, size: int, k: int, suppress: Path | None) -> pd.DataFrame:
    """Choose whom to ask next: whose answers would settle most doubt about the top."""
    from expertmine.answers import next_wave as choose

    corpus = corpus.pinned()
    tell_survey(corpus, unasked="chosen by the literature alone; `nominations panel` chooses whom to ask first")
    return choose(corpus, topic, size=size, k=k, suppressed=_listed(corpus, suppress).everybody())


@nominations.command("rings")
@CORPUS
@answers()
def rings(corpus: Corpus) -> pd.DataFrame:
    """Show where raters name each other more than chance explains (counts, never who)."""
    from expertmine.answers import list_rings

    tell_survey(corpus)
    return list_rings(corpus)


def _seated(path: Path) -> pd.DataFrame:
    """Read a panel as `panel` or `next` wrote it, or as a spreadsheet saved it again."""
    import pandas as pd

    from expertmine.acquire.files import read_bytes
    from expertmine.nominations.layout import read_named

    needed, writer = ("person_id", "name"), "nominations panel -o FILE.csv"
    rows = read_named(read_bytes(path), source=str(path), needed=needed, writer=writer)
    if empty := [row.place for row, cells in rows if not cells.get("name")]:
        raise DataError(f"'{path}' line {empty[0]} has no name; fill it in or take the line out")
    return pd.DataFrame([cells for _, cells in rows]).fillna("")


def _listed(corpus: Corpus, path: Path | None, *, width: int = 1) -> Listed:
    """Read a list of people, and say how many of them are nobody here."""
    from expertmine.acquire.files import read_bytes
    from expertmine.nominations.exclusions import Listed, read_list

    if path is None:
        return Listed((), ())
    listed = read_list(read_bytes(path), corpus.table("persons").to_pylist(), source=path.name, width=width)
    if listed.unknown:
        lines = ", ".join(map(str, listed.unknown))
        say(f"{path.name}: nobody of this corpus is meant in line {lines}; whoever that is may be asked")
    return listed
