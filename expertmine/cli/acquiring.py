"""Verbs that change a corpus: fetch, add, run, scan, refresh, nominations add."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expertmine.cli.output import progress_bar, say

if TYPE_CHECKING:
    from expertmine.acquire import Acquired
    from expertmine.sources import PubMed

CORPUS = click.argument("corpus", type=click.Path(path_type=Path))
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
CONFIG = click.option("--config", type=click.Path(path_type=Path), help="Settings in TOML.")
PARTIAL = 4


def source_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Say who asks PubMed; read from the environment too, so that no key need stand in a command line."""
    verb = click.option("--email", envvar="EXPERTMINE_EMAIL", help="Yours; NCBI asks for it. [env: EXPERTMINE_EMAIL]")(
        verb
    )
    return click.option("--api-key", envvar="NCBI_API_KEY", help="NCBI key: three times as fast. [env: NCBI_API_KEY]")(
        verb
    )


@click.command()
@CORPUS
@click.option("--query", required=True, help="What to ask PubMed, in its own syntax.")
@source_options
def fetch(corpus: Path, query: str, email: str | None, api_key: str | None) -> int:
    """Fetch what PubMed finds for a query into CORPUS."""
    from expertmine.acquire import fetch as fetch_into
    from expertmine.corpus import Corpus

    with progress_bar():
        acquired = fetch_into(Corpus(corpus), _pubmed(query, email, api_key))
    return _tell(acquired)


@click.command()
@CORPUS
@FILES
def add(corpus: Path, files: tuple[Path, ...]) -> int:
    """Add FILES (PubMed XML, MEDLINE or nbib, plain or gz; or folders of them) to CORPUS."""
    from expertmine.acquire import add as add_to
    from expertmine.corpus import Corpus

    with progress_bar():
        acquired = add_to(Corpus(corpus), *files)
    return _tell(acquired)


@click.command()
@CORPUS
@CONFIG
@click.option("--until", help="The last stage to run.")
def run(corpus: Path, config: Path | None, until: str | None) -> None:
    """Bring every table of CORPUS up to date; what is up to date already is not computed again."""
    _run(corpus, config, until=until)


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="[CORPUS | FILE…]")
@click.option("--query", help="Ask PubMed instead of reading files.")
@CONFIG
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Folder of the corpus. [default: named after the input]"
)
@source_options
def scan(
    inputs: tuple[Path, ...], query: str | None, config: Path | None, corpus: Path | None, **who: str | None
) -> int:
    """Do it all: acquire, run, show the micro-influencers, write the report."""
    from expertmine.cli.asking import show_influencers

    folder = _corpus_of(inputs, query, corpus)
    code = 0
    if query is not None:
        code = fetch.callback(corpus=folder, query=query, **who)  # type: ignore[misc]
    elif inputs != (folder,):
        if corpus is None:
            _refuse_mixture(folder, inputs)
        code = add.callback(corpus=folder, files=inputs)  # type: ignore[misc]
    _run(folder, config)
    show_influencers(folder)
    _report(folder)
    return code


@click.command()
@CORPUS
@source_options
def refresh(corpus: Path, email: str | None, api_key: str | None) -> int:
    """Ask PubMed again what CORPUS was asked for, and bring it up to date; the job for a timer."""
    from expertmine.acquire import fetch as fetch_into
    from expertmine.corpus import Corpus
    from expertmine.errors import ConfigError

    opened = Corpus(corpus)
    if not opened.queries:
        raise ConfigError(
            f"{opened!r} was never fetched, so there is nothing to refresh; `expertmine fetch` a query into it"
        )
    before = opened.table("articles").num_rows
    with progress_bar():
        codes = [_tell(fetch_into(opened, _pubmed(query, email, api_key))) for query in opened.queries]
    _run(corpus, None)
    say(f"{opened.table('articles').num_rows - before} new articles; generation {opened.generation}")
    return max(codes)


@click.group()
def nominations() -> None:
    """Peer nominations: add surveys, see what peers say, review the names that matched nobody for sure."""


@nominations.command("add")
@CORPUS
@FILES
def add_survey(corpus: Path, files: tuple[Path, ...]) -> None:
    """Add survey FILES (CSV, one nomination a row) to CORPUS."""
    from expertmine.acquire import add_nominations
    from expertmine.corpus import Corpus

    counts = add_nominations(Corpus(corpus), *files)
    say(f"{counts['ballots']} ballots, {counts['rejects']} rejects in all; `expertmine run {corpus}` matches the names")


def _run(corpus: Path, config: Path | None, *, until: str | None = None) -> None:
    from expertmine.config import Config
    from expertmine.corpus import Corpus
    from expertmine.pipeline import run as run_stages

    opened = Corpus(corpus)
    before = opened.generation
    settings = Config.load(config) if config is not None else None
    with progress_bar():
        after = run_stages(opened, settings, until=until)
    say(f"nothing to do: generation {after} is up to date" if after == before else f"published generation {after}")


def _report(corpus: Path) -> None:
    from expertmine.corpus import Corpus
    from expertmine.report import report

    say(f"report: {report(Corpus(corpus), to=corpus / 'report.html')}")


def _corpus_of(inputs: tuple[Path, ...], query: str | None, corpus: Path | None) -> Path:
    """Decide which folder a scan works in: the one given, the corpus named, or one named after the input."""
    if (query is None) == (not inputs):
        raise click.UsageError("give files, a corpus, or --query: one of them")
    if corpus is not None:
        return corpus
    if query is not None:
        words = "-".join("".join(c if c.isalnum() else " " for c in query.lower()).split()[:6])
        return Path(f"{words[:60] or 'query'}.corpus")
    if len(inputs) == 1 and (inputs[0] / "corpus.toml").is_file():
        return inputs[0]
    return Path(inputs[0].name.split(".")[0] + ".corpus")


def _refuse_mixture(folder: Path, inputs: tuple[Path, ...]) -> None:
    """Refuse a folder named after the input that already holds other records: two `records.xml` are two corpora."""
    from expertmine.corpus import Corpus
    from expertmine.corpus.generations import file_hash

    held = {file.sha256 for file in Corpus(folder).raw_files()}
    if held and not any(file_hash(path) in held for path in inputs if path.is_file()):
        raise click.UsageError(
            f"'{folder}' holds other records already; name a folder with --corpus (that one, to add to it)"
        )


def _pubmed(query: str, email: str | None, api_key: str | None) -> PubMed:
    from expertmine.sources import PubMed

    if not email:
        raise click.UsageError("NCBI asks for your e-mail address: give --email or set EXPERTMINE_EMAIL")
    return PubMed(query, email=email, api_key=api_key)


def _tell(acquired: Acquired) -> int:
    """Say what came in; a source that kept something back makes the exit code 'partial'."""
    say(
        f"{acquired.new_files} new files, {acquired.known_files} known; the corpus holds {acquired.articles} articles,"
        f" {acquired.mentions} mentions, {acquired.rejects} rejects"
    )
    if acquired.withdrawn:
        first = ", ".join(map(str, acquired.withdrawn[:10]))
        say(f"{len(acquired.withdrawn)} records were found but not delivered, first PMIDs: {first}")
    return PARTIAL if acquired.withdrawn else 0


acquiring_verbs = (fetch, add, run, scan, refresh, nominations)
