"""Files on a disk: hashed, linked, replaced in one step; what it refuses becomes an error with a remedy."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expertmine.errors import ConfigError, DataError


def file_hash(path: Path) -> str:
    """Hash a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_hash(data: bytes) -> str:
    """Hash bytes as a file that holds them is hashed."""
    return hashlib.sha256(data).hexdigest()


def replace_file(path: Path, data: bytes) -> None:
    """Replace a small file as `replacing` does, and wait until its folder has the name, too."""
    with replacing(path) as aside:
        aside.write_bytes(data)
    sync_path(path.parent)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to, and put what was written in the place of the file; after an error nothing is left of it.

    A reader, or a crash, sees the old or the new file and nothing between.
    """
    aside = path.with_name(path.name + ".tmp")
    try:
        yield aside
        sync_path(aside)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)  # what a full disk took of it
        raise


def make_home(path: Path) -> None:
    """Make the folder of a file; one called `private` is closed to others."""
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True, mode=0o700 if path.parent.name == "private" else 0o777)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that names the file and the remedy; to be missing is no fault."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(
            f"cannot read '{path}': {error.strerror or error}; check who may read it, and the disk"
        ) from error


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that names the folder and the remedy."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        found = getattr(error, "strerror", None) or error
        raise DataError(
            f"cannot write in '{path}': {found}; check that the folder is writable, the disk not full, or choose"
            " another folder"
        ) from error


def link_file(source: Path, target: Path) -> None:
    """Give a file a second name, or a copy that has it."""
    try:
        os.link(source, target)
    except OSError:  # some filesystems know no hard links
        shutil.copy2(source, target)


def sync_path(path: Path) -> None:
    """Wait until the disk has the file, or the folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def folder_path(path: str | Path) -> Path:
    """Return where a corpus's folder is, wherever the program goes.

    Its name is text: libraries that read and write tables take no other.
    """
    if not isinstance(path, str | Path) or path == "":
        raise ConfigError(f"the path is {path!r}, expected that of the corpus's folder ('.' is the present one)")
    path = Path(path).expanduser().absolute()
    told = str(path).encode("utf-8", "replace").decode()
    if told != str(path):
        raise DataError(f"the name '{told}' is no Unicode; rename the folder, or name another one")
    return path
