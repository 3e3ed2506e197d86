"""Verbs that ask: status, topics, experts, why, influencers, report, table, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from expertmine.cli.acquiring import CORPUS
from expertmine.cli.nominating import columns_told
from expertmine.cli.output import answers, progress_bar, say, tell_unanalysed
from expertmine.cli.screen import SMALL
from expertmine.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from expertmine.corpus import Corpus

LABELS = ("label", "topic", "niche")
"""Columns of a truth that name an article's topic, the surest first."""
BEST = 10
"""Niches listed for a text."""
MISSING = 10
"""Unknown words of a question that are told."""
TOP = click.option("--top", default=20, show_default=True, help="How many; 0 for all.")


@click.command()
@CORPUS
@answers()
def status(corpus: Path) -> pd.DataFrame:
    """Show what CORPUS holds, table by table."""
    import pandas as pd

    from expertmine.corpus import Corpus

    opened = Corpus(corpus)
    tables = opened.manifest.tables
    if not tables:
        opened.table("articles")  # says what is missing and what to do
    say(f"generation {opened.generation}; {len(opened.raw_files())} raw files; queries: {opened.queries or 'none'}")
    for search in opened.searches():
        say(f"asked of PubMed: {search.query} ({len(search.hits)} found, {len(search.withdrawn)} never sent)")
    if opened.held_back is not None:
        say(f"a refresh is held back: {opened.held_back}")
    for when, verb, outcome, _ in opened.runs(last=3):
        say(f"{when} UTC: {verb}, {outcome}")
    rows = [(name, entry.rows, entry.origin, entry.sha256[:12]) for name, entry in tables.items()]
    return pd.DataFrame(rows, columns=["table", "rows", "origin", "sha256"])


@click.command()
@CORPUS
@click.argument("text", required=False)
@click.option("--top", type=int, help="How many; 0 for all.  [default: all; with TEXT the 10 best that match at all]")
@click.option("--history", is_flag=True, help="What became of the topics, fit by fit; TEXT may be one topic's id.")
@answers(
    *("topic_id", "layer", "size", "match", "stability", "unstable", "trend", "name", "phrases"),
    *("number", "event", "before", "after", "papers", "share"),
    spare=("layer", "stability", "trend"),
)
def topics(corpus: Path, text: str | None, top: int | None, history: bool) -> pd.DataFrame:  # noqa: FBT001 - a flag
    """List the topics of CORPUS; with TEXT, the niches that are about it and the phrases that matched.

    Topics marked `unstable` are hardly found again when a fifth of the articles is missing: rely on them for nothing.
    """
    from expertmine.answers import list_topics, topic_history
    from expertmine.corpus import Corpus

    if history:
        return topic_history(Corpus(corpus), text)
    opened = Corpus(corpus)
    _say_missing(opened, text)
    found = list_topics(opened, text, top=top if top is not None else BEST if text else 0)
    return found[found["match"] >= SMALL] if text and top is None else found


@click.command()
@CORPUS
@click.option("--topic", help="A topic's id or name.")
@click.option("--text", help="A question in words, instead of a topic.")
@TOP
@answers("rank", "rank_low", "rank_high", "tie", "name", "score", "low", "high", "identity", "person_id", "unstable")
def experts(corpus: Path, topic: str | None, text: str | None, top: int) -> pd.DataFrame:
    """Rank the people of a topic, or of a question in words."""
    from expertmine.answers import experts as ask
    from expertmine.corpus import Corpus

    opened = Corpus(corpus)
    _say_missing(opened, text)
    return ask(opened, topic, text=text, top=top)


@click.command()
@CORPUS
@click.argument("person")
@click.option("--topic", help="A topic's id or name.")
@click.option("--text", help="A question in place of a topic.")
@answers("pmid", "year", "points", "identity", "journal", "title", "unstable")
def why(corpus: Path, person: str, topic: str | None, text: str | None) -> pd.DataFrame:
    """Show the articles behind PERSON's score in a topic, or for a question."""
    from expertmine.answers import why as ask
    from expertmine.corpus import Corpus

    rows = ask(Corpus(corpus), person, topic, text=text)
    say(f"{person}: {len(rows)} articles, {rows['points'].sum():.2f} points in all, which is the score")
    return rows


@click.command()
@CORPUS
@click.option("--topic", help="A niche's id or name; by default every niche.")
@click.option("--top", default=10, show_default=True, help="How many per niche; 0 for all.")
@answers(
    "name",
    "identity",
    "topic",
    "unstable",
    "niche_rank",
    "volume_rank",
    "niche_papers",
    "papers",
    "nominators",
    "q",
    "quadrant",
    spare=("identity", "quadrant", "nominators", "q", "papers"),
)
def influencers(corpus: Path, topic: str | None, top: int) -> pd.DataFrame:
    """List the micro-influencers, with every margin of the definition."""
    from expertmine.answers import micro_influencers
    from expertmine.corpus import Corpus

    return micro_influencers(Corpus(corpus), topic, top=top)


@click.command()
@CORPUS
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The HTML file to write.")
def report(corpus: Path, output: Path) -> None:
    """Write the report of CORPUS as one HTML file."""
    from expertmine.corpus import Corpus
    from expertmine.report import report as write_report

    with progress_bar():
        say(f"report: {write_report(Corpus(corpus), to=output)}")
    tell_unanalysed(corpus)


@click.command()
@CORPUS
@click.argument("name")
@answers()
def table(corpus: Path, name: str) -> pd.DataFrame:
    """Print one table of CORPUS, e.g. identities, scores, rejects."""
    from expertmine.corpus import Corpus

    return Corpus(corpus).frame(name)


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
def evaluate_identity(corpus: Path, truth: tuple[Path, ...], reliability: str | None) -> pd.DataFrame:
    """Compare persons with TRUTH (CSVs: pmid, position, and a column naming the person: orcid or person)."""
    import pandas as pd

    from expertmine import evaluate
    from expertmine.corpus import Corpus

    files = [evaluate.read_truth(file, needs=("pmid", "position")) for file in truth]
    known = pd.concat(files, ignore_index=True).drop_duplicates()
    if reliability == "pairs":
        return evaluate.evaluate_pairs(
            truth=known, **Corpus(corpus).tables("mentions", "articles", "terms", "citations")
        )
    tables = Corpus(corpus).tables("identities", "mentions")
    if reliability == "draws":
        return evaluate.evaluate_draws(tables["identities"], known)
    return evaluate.evaluate_identity(tables["identities"], known, mentions=tables["mentions"])


@evaluate.command("topics")
@CORPUS
@TRUTH
@answers()
def evaluate_topics(corpus: Path, truth: Path) -> pd.DataFrame:
    """Compare topics with TRUTH (CSV: pmid and a label; of several columns that called label, topic or niche)."""
    from expertmine import evaluate
    from expertmine.corpus import Corpus

    tables = Corpus(corpus).tables("topics", "assignments")
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
def evaluate_influencers(corpus: Path, truth: Path) -> pd.DataFrame:
    """Compare micro-influencers with those planted in a synthetic corpus (TRUTH: its folder `truth`)."""
    from expertmine import evaluate
    from expertmine.corpus import Corpus

    if truth.is_file():
        raise DataError(
            f"'{truth}' is a file; expected the folder with micro_influencers.csv, mentions.csv and people.csv"
        )
    return evaluate.evaluate_influencers(
        Corpus(corpus),
        planted=evaluate.read_truth(truth / "micro_influencers.csv", needs=("person",)),
        mentions=evaluate.read_truth(truth / "mentions.csv", needs=("pmid", "position", "person")),
        people=evaluate.read_truth(truth / "people.csv", needs=("person", "name")),
    )


@evaluate.command("experts")
@CORPUS
@TRUTH
@click.option("--text", help="The question; by default the `query` column of TRUTH.")
@click.option(
    "--k", type=click.IntRange(min=1), default=20, show_default=True, help="Length of the list for hidden recall."
)
@answers(spare=("experts", "absent"))
def evaluate_experts(corpus: Path, truth: Path, text: str | None, k: int) -> pd.DataFrame:
    """Compare rankings, ours and rivals', with TRUTH (CSV: last_name, initials, a label above 0 for experts)."""
    from expertmine import evaluate
    from expertmine.corpus import Corpus

    known = evaluate.read_truth(truth, needs=("last_name",))
    with progress_bar():
        return evaluate.evaluate_experts(Corpus(corpus), known, text=text, k=k)


@evaluate.command("backtest")
@CORPUS
@click.option("--cut", type=int, required=True, help="The last year that is known.")
@click.option(
    "--k", type=click.IntRange(min=1), default=10, show_default=True, help="Length of the list for hidden recall."
)
@answers()
def evaluate_backtest(corpus: Path, cut: int, k: int) -> pd.DataFrame:
    """Score people from what was known at the end of a year, and compare with the years after it."""
    from expertmine import evaluate
    from expertmine.corpus import Corpus

    with progress_bar():
        return evaluate.evaluate_backtest(Corpus(corpus), cut=cut, k=k)


@evaluate.command("standing")
@click.argument("survey", type=click.Path(path_type=Path))
@columns_told
@click.option("--draws", default=50, show_default=True, help="Halves of the raters drawn.")
@click.option("--k", type=click.IntRange(min=1), default=20, show_default=True, help="Length of the top.")
@answers()
def evaluate_standing(survey: Path, columns: dict[str, str], topic: str | None, draws: int, k: int) -> pd.DataFrame:
    """See which measure's top k of SURVEY survives when half of the raters did not answer."""
    from expertmine import evaluate
    from expertmine.acquire.files import read_bytes
    from expertmine.nominations import read_ballots

    ballots, _ = read_ballots(read_bytes(survey), source=survey.name, columns=columns, topic=topic)
    return evaluate.evaluate_standing(ballots, draws=draws, k=k)


def _say_missing(corpus: Corpus, text: str | None) -> None:
    """Say which words of a question no article is counted by."""
    from expertmine.answers.topics import missing_words

    if text and (missing := missing_words(corpus, text)):
        more = f" and {len(missing) - MISSING} more" if len(missing) > MISSING else ""
        say(f"unknown to this corpus, or too rare in it to be counted: {', '.join(missing[:MISSING])}{more}")


asking_verbs = (status, topics, experts, why, influencers, report, table, evaluate)
