"""Where the report's numbers come from, beside the manifest: settings, files, versions, what was rejected."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import PurePath

import msgspec

from expertmine.config import Config
from expertmine.report.material import Material
from expertmine.report.reasons import count_rejects


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting as run; `own` where it is not the default."""

    name: str
    value: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is needed, beside the manifest, to make the same report again."""

    settings: list[SettingLine]
    files: list[tuple[str, str]]
    versions: list[tuple[str, str]]
    rejects: list[tuple[str, int]]


def describe(material: Material) -> Provenance:
    """Collect it; nothing in it depends on the clock or on where the corpus lies."""
    return Provenance(
        settings=list_settings(material.config),
        files=[(PurePath(file.name).name, file.sha256) for file in material.files],
        versions=_versions(),
        rejects=count_rejects(material.tables["rejects"]["reason"]),
    )


def list_settings(config: Config) -> list[SettingLine]:
    """List every setting, written as people read it."""
    asked, usual = msgspec.to_builtins(config), msgspec.to_builtins(Config())
    return [
        SettingLine(f"{section}.{name}", _written(value), value != usual[section][name])
        for section, values in asked.items()
        for name, value in values.items()
    ]


def _written(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner:g}" for name, inner in value.items())
    return "not set" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _versions() -> list[tuple[str, str]]:
    """Python, this library, and everything it stands on, as installed."""
    try:
        needed = metadata.requires("expertmine") or []
        names = [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in needed if "extra ==" not in line]
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        names = []
    found = [(name, _version(name)) for name in ("expertmine", *sorted(names))]
    return [*found[:1], ("python", platform.python_version()), *found[1:]]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
