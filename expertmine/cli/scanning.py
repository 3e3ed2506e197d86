"""The verb that does it all: scan = acquire + run + answer + report."""

from __future__ import annotations

import os
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import (
    CONFIG,
    Asker,
    add_files,
    asked_by,
    code_of,
    fetch_records,
    named_paths,
    read_settings,
    run_corpus,
)
from expertmine.cli.asking import tell_none
from expertmine.cli.output import say
from expertmine.cli.screen import READABLE

if TYPE_CHECKING:
    from expertmine.corpus import Corpus


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(), callback=named_paths, metavar="[CORPUS | FILE…]")
@click.option("--query", help="Ask PubMed instead of reading files.")
@CONFIG
@click.option(
    "--corpus", type=click.Path(path_type=Path), help="Folder of the corpus. [default: named after the input]"
)
@asked_by
def scan(inputs: tuple[Path, ...], query: str | None, config: Path | None, corpus: Path | None, asker: Asker) -> int:
    """Do it all: acquire, run, show the micro-influencers, write the report."""
    from expertmine.corpus import Corpus

    folder, settings, code = corpus_of(inputs, query, corpus), read_settings(config), 0
    opened = Corpus(folder)
    if corpus is None and inputs != (folder,):
        _refuse_mixture(opened, inputs, query)
    if query is not None:
        code = code_of(fetch_records(opened, asker(query)))
    elif inputs != (folder,):
        code = code_of(add_files(opened, inputs))
    run_corpus(opened, settings)
    show_influencers(opened)
    _report(opened)
    return code


def _report(corpus: Corpus) -> None:
    from expertmine.report import report

    say(f"report: {report(corpus, to=corpus.path / 'report.html')}")


def corpus_of(inputs: tuple[Path, ...], query: str | None, corpus: Path | None) -> Path:
    """Decide which folder a scan works in: the one given, the corpus named, or one named after the input."""
    if (query is None) == (not inputs):
        raise click.UsageError("give files, a corpus, or --query: one of them")
    held = [path for path in inputs if (path / "corpus.toml").is_file()]
    if held and len(inputs) > 1:
        raise click.UsageError(
            f"'{held[0]}' is a corpus; to add files to it: `expertmine scan FILE… --corpus {held[0]}`"
        )
    if corpus is not None:
        return corpus
    if query is not None:
        words = "-".join("".join(c if c.isalnum() else " " for c in query.lower()).split()[:6])
        return Path(f"{words[:60] or 'query'}.corpus")
    if held:
        return held[0]
    return Path((inputs[0].resolve().name.strip(".").split(".")[0] or "records") + ".corpus")


def _refuse_mixture(corpus: Corpus, inputs: tuple[Path, ...], query: str | None) -> None:
    """Refuse a folder named after the input that already holds other records: two `records.xml` are two corpora."""
    from expertmine.acquire.files import files_in
    from expertmine.corpus.disk import file_hash

    if query is not None:
        begun = query in corpus.queries or bool(corpus.chunks(query, 1))  # a first fetch that was killed goes on
        mixed = not begun and bool(corpus.queries or corpus.raw_files())
    else:
        held = {file.sha256 for file in corpus.raw_files()}
        files = (file for path in inputs for file in files_in(path))
        mixed = bool(held) and not any(os.access(file, os.R_OK) and file_hash(file) in held for file in files)
    if mixed:
        raise click.UsageError(
            f"'{corpus.path}' holds other records already; name a folder with --corpus (that one, to add to it)"
        )


def show_influencers(corpus: Corpus) -> None:
    """Print the foremost micro-influencer of each niche, at most ten, and why they are."""
    from expertmine.answers import micro_influencers
    from expertmine.answers.namesakes import doubt_of_volume

    rows = micro_influencers(corpus, top=1).head(10).to_dict("records")
    if not rows:
        click.echo(tell_none(corpus))
    width = min(READABLE, shutil.get_terminal_size((READABLE, 1)).columns)
    for number, row in enumerate(rows, start=1):
        doubt = " (an unstable niche)" if row["unstable"] else ""
        click.echo(f"{number:2d}. {row['name']} - {row['topic']}{doubt}")
        why = "; ".join(filter(None, [row["why"], doubt_of_volume(row, corpus.config.influence.volume_top)]))
        click.echo(textwrap.fill(why, width=width, initial_indent="    ", subsequent_indent="    "))
