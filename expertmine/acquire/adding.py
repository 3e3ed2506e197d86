"""Files that somebody has: each is kept whole or refused, and one that is refused costs no other."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from expertmine.acquire.files import files_in, named_path, read_bytes, stored_name
from expertmine.acquire.tables import acquiring, bring_up_to_date, parsed_files
from expertmine.corpus import Corpus, Draft
from expertmine.corpus.disk import bytes_hash
from expertmine.errors import ConfigError, DataError
from expertmine.progress import track

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired:
    """What came in, so that nothing is lost in silence: files, and what the corpus holds after them."""

    new_files: int
    known_files: int
    articles: int = 0
    mentions: int = 0
    rejects: int = 0
    withdrawn: tuple[int, ...] = ()
    """PMIDs that the source found and then did not deliver."""
    refused: tuple[str, ...] = ()
    """Why files were refused, a message for each; the others were taken."""


def add(corpus: Corpus, *files: str | Path | pd.DataFrame | pa.Table) -> Acquired:
    """Add files of records: PubMed XML, MEDLINE or nbib text, PubMed's CSV export, plain or gzipped; or DataFrames.

    Of a folder, the files with such names are taken. Each file is read whole before it is stored, and stored before
    the next is read; a file that was added before changes nothing, and neither does the order of the files. One bad
    record is kept in `rejects`, with its place and reason; the rest of its file counts. An `.md5` file beside a file
    is obeyed.

    Parameters
    ----------
    corpus
        Where they go; the folder is made if it does not exist.
    files
        Paths of files or folders, or DataFrames (or Arrow tables) with one record a row (see `Corpus.from_frame`).

    Raises
    ------
    ConfigError
        If nothing is named, or a path is empty.
    DataError
        If every file is missing, empty, cut, of no known kind or not what its checksum says. If only some are, the
        others are taken and `refused` says why.
    """
    if not files:
        raise ConfigError("name at least one file or folder of records")
    with acquiring(corpus, "articles", "mentions") as draft:
        sources = [source for one in files for source in _inside(one)]
        known = {file.sha256 for file in corpus.raw_files()}
        new, refused = 0, []
        for source in track(sources, "reading files", len(sources)):
            try:
                new += _keep(corpus, draft, source, known)
            except DataError as error:
                refused.append(str(error))
        if refused and len(refused) == len(sources):
            raise DataError("; ".join(refused))
        came = Acquired(new_files=new, known_files=len(sources) - new - len(refused), refused=tuple(refused))
        return take_in(corpus, draft, came, verb="add")


def take_in(corpus: Corpus, draft: Draft, came: Acquired, *, verb: str) -> Acquired:
    """Make the tables from all raw files, publish them, and return what came with what the corpus holds now."""
    bring_up_to_date(corpus, draft)
    told = {"new_files": came.new_files, "known_files": came.known_files, "refused_files": len(came.refused)}
    draft.publish(verb=verb, details=told)
    held = corpus.manifest.tables
    counts = {name: held[name].rows for name in ("articles", "mentions", "rejects")}
    log.info("%s: done", verb, extra=told | counts)
    return replace(came, articles=counts["articles"], mentions=counts["mentions"], rejects=counts["rejects"])


def _inside(given: str | Path | pd.DataFrame) -> list[Path] | list[pd.DataFrame]:
    """Return the files of a folder, or the folder itself where none of them holds records; else what was given."""
    if not isinstance(given, str | Path):
        return [given]
    return files_in(named_path(given)) or [Path(given)]


def _keep(corpus: Corpus, draft: Draft, source: Path | pd.DataFrame, known: set[str]) -> bool:
    """Keep one file and what was read from it; say whether it was new."""
    from expertmine.sources.files import open_file
    from expertmine.sources.parsing import parse_file
    from expertmine.sources.tabular import check_columns, pack_frame

    if isinstance(source, Path):
        name, data = stored_name(source), read_bytes(source)
    else:
        data = pack_frame(source)
        name = f"frame-{bytes_hash(data)[:12]}.jsonl"
    digest = bytes_hash(data)
    if digest in known:
        return False
    check_columns(open_file(data, source=name))
    parsed_files(corpus).write(digest, parse_file(data, source=name))  # refuses what cannot be used
    draft.keep_file(name, data, kind="records")
    known.add(digest)
    return True
