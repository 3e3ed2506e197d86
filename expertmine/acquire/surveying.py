"""What peers say comes in, is ruled upon, and goes again when a rater asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from expertmine.acquire.files import read_bytes, stored_name
from expertmine.acquire.tables import bring_up_to_date, columns_of, decisions, refuse_given
from expertmine.corpus import Corpus
from expertmine.corpus.generations import bytes_hash
from expertmine.corpus.journal import RawFile
from expertmine.errors import ConfigError, DataError
from expertmine.pipeline import run_stages


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
        What these surveys are about, for those without such a column.

    Returns
    -------
    dict
        How many ballots and rejects the corpus has now.

    Raises
    ------
    DataError
        If a file cannot be used; then nothing of any of them is stored.
    """
    from expertmine.nominations import survey_columns

    arrived = [(stored_name(Path(path)), read_bytes(Path(path))) for path in files]
    how = [survey_columns(data, source=name, columns=columns, topic=topic) for name, data in arrived]
    with corpus.writing() as draft:
        refuse_given(corpus, draft, "ballots")
        for (name, data), headers in zip(arrived, how, strict=True):
            held, noted = corpus.raw_files(), columns_of(corpus)
            digest = bytes_hash(data)
            draft.keep_file(_free_name(name, digest, held), data, kind="survey")
            note = {"survey": digest, "columns": headers, "topic": topic}
            if noted.get(digest, {}) | {"number": 0} != note | {"number": 0}:
                told = json.dumps({**note, "number": sum(file.kind == "columns" for file in held) + 1}, sort_keys=True)
                draft.keep_file(f"columns-{digest[:12]}.json", told.encode(), kind="columns")
        bring_up_to_date(corpus, draft)
        draft.publish(verb="nominations")
    return {name: corpus.table(name).num_rows for name in ("ballots", "rejects")}


def add_decisions(corpus: Corpus, *files: str | Path) -> int:
    """Add review files with the column `decision` filled in; the next run obeys, the last ruling on a typing holds.

    Returns
    -------
    int
        How many decisions the corpus has now.

    Raises
    ------
    DataError
        If a file is no review file, or a decision is neither an id, nor a candidate's number, 'new' or 'skip'; then
        nothing is stored.
    """
    from expertmine.nominations.review import read_review

    arrived = [(stored_name(Path(path)), read_bytes(Path(path))) for path in files]
    for name, data in arrived:
        read_review(data, source=name)
    with corpus.writing() as draft:
        refuse_given(corpus, draft, "ballots", "decisions")
        for name, data in arrived:
            draft.keep_file(name, data, kind="decisions")
        bring_up_to_date(corpus, draft)
        draft.publish(verb="decisions")
    return len(decisions(corpus))


def forget_rater(corpus: Corpus, rater: str, *, institution: str | None = None) -> int:
    """Remove all that a rater said, from the files that came in too, and compute anew what had come of it.

    Surveys that held the rater's answers are kept as what the others said; older generations are deleted. What others
    said of the same human stays.

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
        How many ballots are gone.

    Raises
    ------
    ConfigError
        If nobody of that name said anything.
    """
    from expertmine.nominations.ballots import read_ballots, without_rater, write_ballots

    with corpus.writing() as draft:
        refuse_given(corpus, draft, "ballots")
        noted, gone = columns_of(corpus), 0
        for file in (file for file in corpus.raw_files() if file.kind == "survey"):
            how = noted.get(file.sha256, {})
            told, topic = how.get("columns"), how.get("topic")
            held, _ = read_ballots(corpus.read_raw(file), source=file.name, columns=told, topic=topic)
            left = without_rater(held, rater, institution=institution)
            if left.num_rows < held.num_rows:
                gone += held.num_rows - left.num_rows
                draft.forget_file(file, write_ballots(left) if left.num_rows else None)
                for note in _notes_on(corpus, file):
                    draft.forget_file(note, None)
        if not gone:
            raise ConfigError("no rater of that name said anything; type the name as it stands in the survey")
        bring_up_to_date(corpus, draft)
        if draft.made_from("nominations"):
            run_stages(draft, corpus.config)
        draft.publish(verb="forget a rater")
        draft.purge()
    return gone


def _notes_on(corpus: Corpus, survey: RawFile) -> list[RawFile]:
    notes = [file for file in corpus.raw_files() if file.kind == "columns"]
    return [file for file in notes if json.loads(corpus.read_raw(file))["survey"] == survey.sha256]


def _free_name(name: str, digest: str, held: list[RawFile]) -> str:
    """Return the name, told apart if another survey came under it: places are counted by file."""
    taken = {file.name for file in held if file.kind == "survey" and file.sha256 != digest}
    if name not in taken:
        return name
    path = Path(name)
    if (other := f"{path.stem}-{digest[:8]}{path.suffix}") in taken:
        raise DataError(f"'{name}' and another survey cannot be told apart by name; rename it")
    return other
