"""Answers -> one self-contained HTML page: no request leaves it, and the same corpus gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expertmine.corpus import Corpus

__all__ = ["report"]


def report(corpus: Corpus, *, to: str | Path) -> Path:
    """Write the report of a finished corpus: one HTML file that needs nothing else, offline or on paper.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    to
        The file to write, an .html; an older one is replaced, whole or not at all.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ConfigError
        If the corpus lacks a table, or `to` is no .html or .htm, is a folder or in no existing folder.
    DataError
        If the file cannot be written.
    """
    from expertmine.corpus.disk import replace_file, writable
    from expertmine.errors import ConfigError
    from expertmine.progress import announce
    from expertmine.report.material import read_material
    from expertmine.report.page import render_page

    path = Path(to).expanduser()
    if path.is_dir():
        raise ConfigError(f"'{path}' is a folder, expected a file to write the report to, such as report.html")
    if not path.parent.is_dir():
        raise ConfigError(f"there is no folder '{path.parent}' to write '{path.name}' into; make it first")
    if path.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(f"'{path}' ends in '{path.suffix}', but a report is a web page; call it {path.stem}.html")
    announce("report", 0, 2)
    page = render_page(read_material(corpus))
    announce("report", 1, 2)
    with writable(path.parent):
        replace_file(path, page.encode())
    announce("report", 2, 2)
    return path
