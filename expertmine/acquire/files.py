"""Files that people name: found in folders, read, held against the checksum beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from expertmine.errors import DataError

RECORD_NAMES = re.compile(r"^[^.].*\.(xml|nbib|medline|txt|csv|jsonl)(\.gz)?$", re.IGNORECASE)
# The two forms in use: "MD5(pubmed26n0001.xml.gz)= 0123…" and "0123…  pubmed26n0001.xml.gz".
_MD5 = re.compile(r"\b[0-9a-fA-F]{32}\b")


def files_in(folder: Path) -> list[Path]:
    """Return the files of a folder that are called as record files are, but for those of corpora in it."""
    corpora = [found.parent for found in folder.rglob("corpus.toml")]
    named = (path for path in sorted(folder.rglob("*")) if RECORD_NAMES.search(path.name) and path.is_file())
    return [path for path in named if not any(path.is_relative_to(corpus) for corpus in corpora)]


def stored_name(path: Path) -> str:
    """Return the file's name as text that can be stored, also where the system's bytes are none."""
    return path.name.encode("utf-8", "replace").decode()


def read_bytes(path: Path) -> bytes:
    """Read a file whole.

    Raises
    ------
    DataError
        If it is a folder, cannot be read, or an `.md5` file beside it says that it is not what was sent.
    """
    if path.is_dir():
        raise DataError(
            f"folder '{path}' holds no files called *.xml, *.nbib, *.medline, *.txt, *.csv or *.jsonl (or .gz of them)"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read '{path}': {error.strerror or error}; check the path") from error
    _check_md5(path, data)
    return data


def _check_md5(path: Path, data: bytes) -> None:
    sidecar = path.with_name(f"{path.name}.md5")
    if not sidecar.is_file():
        return
    promised = _MD5.search(sidecar.read_text(encoding="utf-8", errors="replace"))
    if promised is None:
        raise DataError(f"'{sidecar}' holds no MD5 checksum; download it again, or remove it to add '{path.name}'")
    found = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if found != promised[0].lower():
        raise DataError(
            f"'{path}' is not what '{sidecar.name}' says: its MD5 is {found}, expected {promised[0].lower()};"
            " nothing was read from it: download it again"
        )
