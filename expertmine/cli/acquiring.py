"""Verbs that change a corpus: fetch, add, run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expertmine.cli.exits import PARTIAL
from expertmine.cli.output import progress_bar, render, say
from expertmine.errors import ConfigError
from expertmine.wording import count

if TYPE_CHECKING:
    from expertmine.acquire import Acquired
    from expertmine.config import Config
    from expertmine.corpus import Corpus
    from expertmine.corpus.journal import Search
    from expertmine.sources import PubMed


def _opened(_context: click.Context, _parameter: click.Parameter, path: str) -> Corpus:
    from expertmine.corpus import Corpus

    return Corpus(path)


def named_paths(_context: click.Context, _parameter: click.Parameter, paths: tuple[str, ...]) -> tuple[Path, ...]:
    """Return paths; an empty one, as an unset variable of the shell leaves it, would be the present folder."""
    if "" in paths:
        raise click.BadParameter("the path is empty; name a file or folder ('.' is the present one)")
    return tuple(map(Path, paths))


CORPUS = click.argument("corpus", type=click.Path(), callback=_opened)
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(), callback=named_paths)
CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings in TOML; what the file leaves out takes its default, not what it was.",
)
TOPIC = click.option("--topic", required=True, help="A topic's id or name.")
TOP = click.option("--top", default=20, show_default=True, help="How many; 0 for all.")


def topic_or_text(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options --topic and --text; the answers refuse both, and neither."""
    text = click.option("--text", help="A question in words, instead of a topic.")
    return click.option("--topic", help="A topic's id or name.")(text(verb))


def length(default: int, of: str = "Length of the top.") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a verb the option --k."""
    return click.option("--k", type=click.IntRange(min=1), default=default, show_default=True, help=of)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks PubMed."""

    email: str | None
    api_key: str | None

    def __call__(self, query: str, /, *, max_records: int | None = None) -> PubMed:
        """Return the query as this person asks it."""
        from expertmine.sources import PubMed

        if not self.email:
            raise click.UsageError("NCBI asks for your e-mail address: give --email or set EXPERTMINE_EMAIL")
        return PubMed(query, email=self.email, api_key=self.api_key, max_records=max_records)


def asked_by(verb: Callable[..., int]) -> Callable[..., int]:
    """Give a verb an `asker`; from the environment too, so that no key need stand in a command line."""

    @click.option("--email", envvar="EXPERTMINE_EMAIL", help="Yours; NCBI asks for it. [env: EXPERTMINE_EMAIL]")
    @click.option("--api-key", envvar="NCBI_API_KEY", help="NCBI key: three times as fast. [env: NCBI_API_KEY]")
    @functools.wraps(verb)
    def told(*, email: str | None, api_key: str | None, **options: Any) -> int:  # noqa: ANN401 - click's own options
        return verb(asker=Asker(email, api_key), **options)

    return told


@click.command()
@CORPUS
@click.option("--query", required=True, help="What to ask PubMed, in its own syntax.")
@click.option("--max", "most", type=click.IntRange(min=1), help="Take the newest so many only.")
@click.option("--dry-run", is_flag=True, help="Count what would be fetched; fetch and write nothing.")
@asked_by
def fetch(corpus: Corpus, query: str, most: int | None, dry_run: bool, asker: Asker) -> int:  # noqa: FBT001 - a flag
    """Fetch what PubMed finds for a query into CORPUS; interrupted, the same command goes on where it was."""
    source = asker(query, max_records=most)
    if not dry_run:
        return _tell_what_next(corpus, fetch_records(corpus, source))
    from expertmine.acquire import plan_fetch

    click.echo(render(plan_fetch(corpus, source), form="table"))
    return 0


@click.command()
@CORPUS
@FILES
def add(corpus: Corpus, files: tuple[Path, ...]) -> int:
    """Add FILES (PubMed XML, MEDLINE or nbib, PubMed's CSV, plain or gz; or folders of them) to CORPUS."""
    return _tell_what_next(corpus, add_files(corpus, files))


@click.command()
@CORPUS
@CONFIG
@click.option("--until", help="The last stage to run, or the table that is wanted.")
@click.option("--refit", is_flag=True, help="Look for topics again, though few articles are new; same topics keep ids.")
def run(corpus: Corpus, config: Path | None, until: str | None, refit: bool) -> None:  # noqa: FBT001 - a flag
    """Bring every table of CORPUS up to date; what is up to date already is not computed again.

    Without --config the settings are those of the last run.
    """
    run_corpus(corpus, read_settings(config), until=until, refit=refit)


def fetch_records(corpus: Corpus, source: PubMed) -> Acquired:
    """Fetch and say what came in."""
    from expertmine.acquire import fetch as fetch_into

    with progress_bar():
        acquired = fetch_into(corpus, source)
    for search in corpus.searches():
        if search.query == source.query:
            say(
                f"complete to {search.day}: {search.total} found, {len(search.hits)} asked for,"
                f" {len(search.hits - search.withdrawn)} delivered, {len(search.withdrawn)} withdrawn"
            )
            tell_limit(search)
    _tell(acquired)
    return acquired


def tell_limit(search: Search) -> None:
    """Say if a maximum, which refreshes obey too, leaves records out."""
    if search.is_cut:
        say(f"only the newest {search.most} of '{search.query}' are asked for; `fetch` without --max asks for all")


def add_files(corpus: Corpus, files: tuple[Path, ...]) -> Acquired:
    """Add and say what came in."""
    from expertmine.acquire import add as add_to

    with progress_bar():
        acquired = add_to(corpus, *files)
    _tell(acquired)
    return acquired


def read_settings(config: Path | None) -> Config | None:
    """Read the settings of a run, if a file of them is named."""
    from expertmine.config import Config

    return Config.load(config) if config is not None else None


def run_corpus(corpus: Corpus, settings: Config | None, *, until: str | None = None, refit: bool = False) -> None:
    """Run the stages and say what came of it."""
    from expertmine.pipeline import run as run_stages

    before = corpus.generation
    if settings is not None:
        _tell_changed(corpus, settings)
    with progress_bar():
        after = run_stages(corpus, settings, until=until, refit=refit)
    say(f"nothing to do: generation {after} is up to date" if after == before else f"published generation {after}")
    tell_waiting(corpus)


def _tell_changed(corpus: Corpus, settings: Config) -> None:
    """Say which settings are not those of the last run: a file that leaves one out resets it."""
    from expertmine.report.provenance import list_settings

    with suppress(ConfigError):  # stored settings that are no longer possible: the new ones mend that
        before = {line.name: line.value for line in list_settings(corpus.config)}
        for line in list_settings(settings):
            if line.value != before[line.name]:
                say(f"{line.name} {before[line.name]} -> {line.value}")


def tell_waiting(corpus: Corpus) -> int:
    """Say which ballots count for nothing yet: a survey may look complete without them; return how many there are."""
    from expertmine.answers.survey import count_ballots

    held = count_ballots(corpus)
    if held["new"]:
        say(f"{count(held['new'], 'ballot')} not matched yet; `expertmine run {corpus.path}` does it")
    if held["in_doubt"]:
        told = f"{held['in_doubt']} of {held['ballots']} ballots wait for"
        say(f"{told} `expertmine nominations review {corpus.path}`")
    return held["ballots"]


def code_of(acquired: Acquired) -> int:
    """Return the exit code: a file refused or a record kept back makes it 'partial'."""
    return PARTIAL if acquired.withdrawn or acquired.refused else 0


def _tell_what_next(corpus: Corpus, acquired: Acquired) -> int:
    """Say what brings the new records into the answers; return the exit code."""
    if acquired.new_files:
        say(f"`expertmine run {corpus.path}` brings the new records into the answers")
    return code_of(acquired)


def _tell(acquired: Acquired) -> None:
    say(
        f"{count(acquired.new_files, 'new file')}, {acquired.known_files} known; the corpus holds"
        f" {count(acquired.articles, 'article')}, {count(acquired.mentions, 'mention')},"
        f" {count(acquired.rejects, 'reject')}"
    )
    if acquired.withdrawn:
        first = ", ".join(map(str, acquired.withdrawn[:10]))
        say(f"found but not delivered: {count(len(acquired.withdrawn), 'record')}, first PMIDs: {first}")
    for reason in acquired.refused:
        say(f"refused: {reason}")


acquiring_verbs = (fetch, add, run)
