"""Files that people name: found in folders, read, held against the checksum beside them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from expertmine.errors import ConfigError, DataError

RECORD_NAMES = re.compile(r"^[^.].*\.(xml|nbib|medline|txt|csv|jsonl)(\.gz)?$", re.IGNORECASE)
# The two forms in use: "MD5(pubmed26n0001.xml.gz)= 0123…" and "0123…  pubmed26n0001.xml.gz".
_MD5 = re.compile(r"\b[0-9a-fA-F]{32}\b")


def files_in(folder: Path) -> list[Path]:
    """Return the files of a folder that are called as record files are, but for those of corpora in it.

    Links to folders are followed, each folder is visited once. What is no folder, or one that cannot be opened, stands
    for itself: who reads it is told why.
    """
    found: list[Path] = []
    seen: set[Path] = set()
    walk = os.walk(folder, followlinks=True, onerror=lambda error: found.append(Path(error.filename)))
    for place, folders, names in walk:
        real = Path(place).resolve()
        folders.sort()
        if real in seen or "corpus.toml" in names:
            folders.clear()
            continue
        seen.add(real)
        called = (Path(place) / name for name in names if RECORD_NAMES.search(name))
        found += filter(_may_be_read, called)
    return sorted(found)


def _may_be_read(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # nobody knows: who reads it is told why not


def named_path(given: str | Path) -> Path:
    """Return the path that somebody gave; an empty one would be the present folder."""
    if not isinstance(given, str | Path) or given == "":
        raise ConfigError(
            f"found {given!r}, expected the path of a file; give several one by one (*all)"
            if isinstance(given, str | list | tuple)
            else f"found a {type(given).__name__}, expected the path of a file; save a table as CSV and name that"
        )
    return Path(given)


def read_files(given: Iterable[str | Path]) -> list[tuple[str, bytes]]:
    """Read files that somebody named; each comes behind the name under which it is stored.

    Raises as `named_path` and `read_bytes`.
    """
    return [(stored_name(path), read_bytes(path)) for path in map(named_path, given)]


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
    data = _read(path)
    _check_md5(path, data)
    return data


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            next(path.iterdir(), None)  # a closed folder says so
            raise DataError(
                f"folder '{path}' holds no files called *.xml, *.nbib, *.medline, *.txt, *.csv or *.jsonl (or .gz of"
                " them)"
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read '{path}': {error.strerror or error}; check the path") from error


def _check_md5(path: Path, data: bytes) -> None:
    sidecar = path.with_name(f"{path.name}.md5")
    if not sidecar.is_file():
        return
    promised = _MD5.search(_read(sidecar).decode("utf-8", "replace"))
    if promised is None:
        raise DataError(f"'{sidecar}' holds no MD5 checksum; download it again, or remove it to add '{path.name}'")
    found = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if found != promised[0].lower():
        raise DataError(
            f"'{path}' is not what '{sidecar.name}' says: its MD5 is {found}, expected {promised[0].lower()};"
            " nothing was read from it: download it again"
        )
