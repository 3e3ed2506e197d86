"""Verbs that hold a corpus, or a survey, against what is known to be true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import CORPUS, length
from expertmine.cli.nominating import columns_told
from expertmine.cli.output import answers, progress_bar
from expertmine.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus

LABELS = ("label", "topic", "niche")
"""Columns of a truth that name an article's topic, the surest first."""


@click.group()
def evaluate() -> None:
    """Hold a corpus against what is known to be true."""


TRUTH = click.argument("truth", type=click.Path(path_type=Path))


@evaluate.command("identity")
@CORPUS
@click.argument("truth", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--reliability",
    type=click.Choice(["pairs", "draws"]),
    help="How often what is probable is so: that two mentions are one human; that one belongs to its person.",
)
@answers(spare=("b3_precision", "b3_recall", "mentions", "b3_f1"))
def evaluate_identity(corpus: Corpus, truth: tuple[Path, ...], reliability: str | None) -> pd.DataFrame:
    """Compare persons with TRUTH (CSVs: pmid, position, and a column naming the person: orcid or person)."""
    import pandas as pd

    from expertmine import evaluate

    files = [evaluate.read_truth(file, needs=("pmid", "position")) for file in truth]
    known = pd.concat(files, ignore_index=True).drop_duplicates()
    if reliability == "pairs":
        return evaluate.evaluate_pairs(truth=known, **corpus.tables("mentions", "articles", "terms", "citations"))
    tables = corpus.tables("identities", "mentions")
    if reliability == "draws":
        return evaluate.evaluate_draws(tables["identities"], known)
    return evaluate.evaluate_identity(tables["identities"], known, mentions=tables["mentions"])


@evaluate.command("topics")
@CORPUS
@TRUTH
@answers()
def evaluate_topics(corpus: Corpus, truth: Path) -> pd.DataFrame:
    """Compare topics with TRUTH (CSV: pmid and a label; of several columns that called label, topic or niche)."""
    from expertmine import evaluate

    tables = corpus.tables("topics", "assignments")
    known = evaluate.read_truth(truth, needs=("pmid",))
    others = [name for name in known.columns if name not in ("pmid", "position")]
    label = others[0] if len(others) == 1 else next((name for name in LABELS if name in others), None)
    if not others:
        raise DataError(f"'{truth}' has no column beside pmid; expected one with a label")
    if label is None:
        raise DataError(f"'{truth}' has the columns {', '.join(others)}; call the one to compare with 'label'")
    known = known[["pmid", label]].dropna()
    labels = dict(zip(known["pmid"], known[label].astype(str), strict=True))
    return evaluate.evaluate_topics(tables["topics"], tables["assignments"], labels=labels)


@evaluate.command("influencers")
@CORPUS
@TRUTH
@answers()
def evaluate_influencers(corpus: Corpus, truth: Path) -> pd.DataFrame:
    """Compare micro-influencers with those planted in a synthetic corpus (TRUTH: its folder `truth`)."""
    from expertmine import evaluate

    if truth.is_file():
        raise DataError(
            f"'{truth}' is a file; expected the folder with micro_influencers.csv, mentions.csv and people.csv"
        )
    return evaluate.evaluate_influencers(
        corpus,
        planted=evaluate.read_truth(truth / "micro_influencers.csv", needs=("person",)),
        mentions=evaluate.read_truth(truth / "mentions.csv", needs=("pmid", "position", "person")),
        people=evaluate.read_truth(truth / "people.csv", needs=("person", "name")),
    )


@evaluate.command("experts")
@CORPUS
@TRUTH
@click.option("--text", help="The question; by default the `query` column of TRUTH.")
@length(20, "Length of the list for hidden recall.")
@answers(spare=("experts", "absent"))
def evaluate_experts(corpus: Corpus, truth: Path, text: str | None, k: int) -> pd.DataFrame:
    """Compare rankings, ours and rivals', with TRUTH (CSV: last_name, initials, a label above 0 for experts)."""
    from expertmine import evaluate

    known = evaluate.read_truth(truth, needs=("last_name",))
    with progress_bar():
        return evaluate.evaluate_experts(corpus, known, text=text, k=k)


@evaluate.command("backtest")
@CORPUS
@click.option("--cut", type=int, required=True, help="The last year that is known.")
@length(10, "Length of the list for hidden recall.")
@answers()
def evaluate_backtest(corpus: Corpus, cut: int, k: int) -> pd.DataFrame:
    """Score people from what was known at the end of a year, and compare with the years after it."""
    from expertmine import evaluate

    with progress_bar():
        return evaluate.evaluate_backtest(corpus, cut=cut, k=k)


@evaluate.command("standing")
@click.argument("survey", type=click.Path(path_type=Path))
@columns_told
@click.option("--draws", type=click.IntRange(min=1), default=50, show_default=True, help="Halves of the raters drawn.")
@length(20)
@answers()
def evaluate_standing(survey: Path, columns: dict[str, str], topic: str | None, draws: int, k: int) -> pd.DataFrame:
    """See which measure's top k of SURVEY survives when half of the raters did not answer."""
    from expertmine import evaluate
    from expertmine.acquire.files import read_bytes
    from expertmine.nominations import read_ballots

    ballots, _ = read_ballots(read_bytes(survey), source=survey.name, columns=columns, topic=topic)
    return evaluate.evaluate_standing(ballots, draws=draws, k=k)
