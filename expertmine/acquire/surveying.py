"""What peers say comes in, is ruled upon, and goes again when a rater asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expertmine.acquire.files import read_files
from expertmine.acquire.tables import (
    acquiring,
    bring_up_to_date,
    columns_of,
    decisions,
    make_ballots_anew,
    refuse_given,
)
from expertmine.corpus import Corpus
from expertmine.corpus.disk import bytes_hash
from expertmine.corpus.journal import RawFile
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError, DataError, did_you_mean
from expertmine.pipeline import run_stages

if TYPE_CHECKING:
    from expertmine.corpus.draft import Draft


def add_nominations(
    corpus: Corpus, *files: str | Path, columns: Mapping[str, str] | None = None, topic: str | None = None
) -> dict[str, int]:
    """Add peer nominations: surveys in long or wide form, CSV or Excel, and what the questionnaire page saves.

    The next run matches the names to persons. A file that was added before changes nothing, unless it is now to be
    read in another way. How its columns were understood is stored with it.

    Parameters
    ----------
    corpus
        Where they go.
    files
        Paths.
    columns
        Which header stands for which role where the guess would be wrong; see `expertmine.nominations.read_ballots`.
    topic
        What these surveys are about; a column that would be guessed to say so is not read then.

    Returns
    -------
    dict
        How many ballots the corpus has now, and how many rejects of surveys.

    Raises
    ------
    ConfigError
        If both a topic and a column for it are told.
    DataError
        If a file cannot be used; then nothing of any of them is stored.
    """
    from expertmine.nominations import survey_columns

    checked_corpus(corpus)
    arrived = read_files(files)
    how = [survey_columns(data, source=name, columns=columns, topic=topic) for name, data in arrived]
    with acquiring(corpus, "ballots") as draft:
        for (name, data), headers in zip(arrived, how, strict=True):
            noted, digest = columns_of(corpus), bytes_hash(data)
            draft.keep_file(_free_name(corpus, name, digest), data, kind="survey")
            note = {"survey": digest, "columns": headers, "topic": topic}
            if noted.get(digest, {}) | {"number": 0} != note | {"number": 0}:
                _note(draft, {**note, "number": len(corpus.raw_files("columns")) + 1})
        bring_up_to_date(corpus, draft)
        draft.publish(verb="nominations")
    surveys = {file.name for file in corpus.raw_files("survey")}
    refused = sum(source in surveys for source in corpus.table("rejects")["source"].to_pylist())
    return {"ballots": corpus.manifest.tables["ballots"].rows, "rejects": refused}


def add_decisions(corpus: Corpus, *files: str | Path) -> int:
    """Add review files with the column `decision` filled in; the next run obeys, the last ruling on a typing holds.

    Returns
    -------
    int
        How many decisions the corpus has now.

    Raises
    ------
    DataError
        If a file is no review file, or a decision is neither an id of this corpus, nor a candidate's number, 'new' or
        'skip'; then nothing is stored.
    """
    from expertmine.nominations.review import read_review

    checked_corpus(corpus)
    arrived = read_files(files)
    people, topics = _known_ids(corpus, "persons", "nominees"), _known_ids(corpus, "topics")
    for name, data in arrived:
        for row in read_review(data, source=name):
            _check_decision(row, topics if not row["nominee"] else people | topics)
    with acquiring(corpus, "ballots", "decisions") as draft:
        for name, data in arrived:
            draft.keep_file(name, data, kind="decisions")
        bring_up_to_date(corpus, draft)
        draft.publish(verb="decisions")
    return len(decisions(corpus))


def count_idle_decisions(corpus: Corpus) -> int:
    """Return how many decisions are about what no survey holds as typed: they bind nothing."""
    from expertmine.nominations.matching import typing

    ballots = corpus.table("ballots").to_pylist()
    typed = {typing(ballot) for ballot in ballots} | {("", "", ballot["topic"]) for ballot in ballots}
    return sum(typing(decision) not in typed for decision in decisions(corpus).to_pylist())


def _known_ids(corpus: Corpus, *names: str) -> frozenset[str]:
    """Return what a decision can name: the ids of these tables; nothing in a corpus that was never run."""
    tables = [corpus.table(name) for name in names if name in corpus.manifest.tables]
    return frozenset(one for table in tables for one in table.column(0).to_pylist())


def _check_decision(row: Mapping[str, Any], known: frozenset[str]) -> None:
    from expertmine.nominations.review import NEW, SKIP

    if known and row["decision"] not in {NEW, SKIP} | known:
        which, others = (
            ("nobody and no topic", f", '{NEW}' or '{SKIP}'") if row["nominee"] else ("no topic", f" or '{SKIP}'")
        )
        raise DataError(
            f"'{row['source']}' line {row['place']}: {which} of this corpus has the id {row['decision']!r};"
            f" take one of the review file, a candidate's number{others}"
        )


def forget_rater(corpus: Corpus, rater: str, *, institution: str | None = None) -> int:
    """Remove all that a rater said, from the files that came in too, and compute anew what had come of it.

    Surveys that held the rater's answers are kept as what the others typed; older generations are deleted. What others
    said of the same human stays. After a kill the same call finishes what was begun. What a held-back refresh brought
    stays held back.

    Parameters
    ----------
    corpus
        A corpus with nominations.
    rater
        The name, typed as in the survey but for titles, case and accents.
    institution
        Forget only the rater of that name who gave this institution.

    Returns
    -------
    int
        How many rows of the surveys are gone, rejects among them; where those of the surveys were gone before a kill,
        how many ballots of an older generation.

    Raises
    ------
    ConfigError
        If nobody of that name said anything.
    """
    with checked_corpus(corpus).writing() as draft:
        refuse_given(corpus, draft, "ballots")
        gone = sum(_strike(corpus, draft, survey, rater, institution) for survey in corpus.raw_files("survey"))
        gone = gone or _left_behind(draft, rater, institution)
        if not gone:
            raise ConfigError("no rater of that name said anything; type the name as it stands in the survey")
        _compute_anew(corpus, draft, verb="forget a rater")
    return gone


def remove_survey(corpus: Corpus, name: str) -> int:
    """Remove a survey with all its ballots, and compute anew what had come of it; decisions of the review stay.

    Older generations, which hold its ballots too, are deleted. After a kill the same call finishes what was begun.

    Parameters
    ----------
    corpus
        A corpus with nominations.
    name
        The survey's name in the corpus, as in the column `source` of `ballots`, or a path that ends in it.

    Returns
    -------
    int
        How many ballots are gone.

    Raises
    ------
    ConfigError
        If the corpus has no survey of that name.
    """
    with acquiring(corpus, "ballots") as draft:
        surveys = {file.name: file for file in corpus.raw_files("survey")}
        name = Path(name).name if name not in surveys and Path(name).name in surveys else name
        gone = max((one["source"].to_pylist().count(name) for one in draft.copies("ballots")), default=0)
        if name in surveys:
            draft.forget_file(surveys[name], None)
        elif not gone:
            held = ", ".join(surveys) or "none"
            raise ConfigError(f"'{corpus.path}' has no survey '{name}'{did_you_mean(name, surveys)} (surveys: {held})")
        _compute_anew(corpus, draft, verb="remove a survey")
    return gone


def _compute_anew(corpus: Corpus, draft: Draft, *, verb: str) -> None:
    """Publish what the remaining surveys come to, and delete all that may still hold what was removed."""
    for note in _idle_notes(corpus):
        draft.forget_file(note, None)
    make_anew = make_ballots_anew if corpus.held_back else bring_up_to_date
    make_anew(corpus, draft)
    if draft.made_from("nominations"):
        run_stages(draft, corpus.config)
    draft.publish(verb=verb)
    draft.purge()


def _strike(corpus: Corpus, draft: Draft, survey: RawFile, rater: str, institution: str | None) -> int:
    """Take a rater's rows out of a survey; how the rest is to be read is noted first, for a kill may come between."""
    from expertmine.nominations.ballots import strike_rater

    how = columns_of(corpus).get(survey.sha256, {})
    told = {"columns": how.get("columns"), "topic": how.get("topic")}
    data = corpus.read_raw(survey)
    left, struck, others = strike_rater(data, rater, source=survey.name, institution=institution, **told)
    if struck:
        if others and how:
            _note(draft, {**how, "survey": bytes_hash(left)})
        draft.forget_file(survey, left if others else None)
    return struck


def _left_behind(draft: Draft, rater: str, institution: str | None) -> int:
    """Count a rater's ballots in any generation on disk: a kill may have come when the surveys no longer held them."""
    from expertmine.nominations.ballots import without_rater

    told = [
        one.num_rows - without_rater(one, rater, institution=institution).num_rows for one in draft.copies("ballots")
    ]
    return max(told, default=0)


def _note(draft: Draft, note: Mapping[str, Any]) -> None:
    """Keep how a survey's columns were understood."""
    told = json.dumps(note, sort_keys=True).encode()
    draft.keep_file(f"columns-{note['survey'][:12]}.json", told, kind="columns")


def _idle_notes(corpus: Corpus) -> list[RawFile]:
    """Return the notes on surveys that are no longer held."""
    surveys = {file.sha256 for file in corpus.raw_files("survey")}
    notes = corpus.raw_files("columns")
    return [note for note in notes if json.loads(corpus.read_raw(note))["survey"] not in surveys]


def _free_name(corpus: Corpus, name: str, digest: str) -> str:
    """Return the name, told apart if another survey came under it: places are counted by file."""
    taken = {file.name for file in corpus.raw_files("survey") if file.sha256 != digest}
    if name not in taken:
        return name
    path = Path(name)
    if (other := f"{path.stem}-{digest[:8]}{path.suffix}") in taken:
        raise DataError(f"'{name}' and another survey cannot be told apart by name; rename it")
    return other
