"""A stage of the work, and the hashes by which it is known whether its tables are up to date."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import pyarrow as pa

from expertmine.config import Config
from expertmine.corpus import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A pure function from declared tables to declared tables; `version` goes up when its results change.

    A stage gets those of its own published tables that it `resumes` as `former`, so that what it found holds still;
    those that it also `remakes`, only if it and all stages before it have the versions and settings by which they were
    made. They are no part of its fingerprint: with nothing new the stage is skipped like any other. `outside` names a
    function of its settings that hashes what the tables depend on but no corpus holds, such as a model.
    """

    name: str
    function: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    version: int = 1
    resumes: tuple[str, ...] = ()
    remakes: tuple[str, ...] = ()
    outside: str = ""

    def load(self) -> Callable[..., pa.Table | tuple[pa.Table, ...]]:
        """Import the function now, not before: stages bring heavy libraries with them."""
        return _loaded(self.function)

    def hash_outside(self, settings: msgspec.Struct) -> str:
        """Hash what the tables depend on and no corpus holds; '' if that is nothing."""
        return str(_loaded(self.outside)(settings)) if self.outside else ""


def hash_recipe(stages: Sequence[Stage], config: Config) -> str:
    """Hash how the last stage's tables come about, whatever they come from: versions and settings up to it."""
    settings = {stage.name: msgspec.to_builtins(getattr(config, stage.name)) for stage in stages}
    for section in settings.values():
        section.pop("refit_above", None)  # when to begin anew is not how
    outside = [stage.hash_outside(getattr(config, stage.name)) for stage in stages if stage.outside]
    asked = [(stage.name, stage.version, settings[stage.name]) for stage in stages] + [one for one in outside if one]
    return hashlib.sha256(msgspec.json.encode(asked, order="sorted")).hexdigest()[:16]


def stage_fingerprint(stage: Stage, *, draft: Draft, settings: msgspec.Struct) -> str:
    """Hash all that a stage's tables depend on: its version, its settings, the content of what it reads.

    What lies outside the corpus has a hash of its own behind that, which `made_outside` returns.
    """
    entries = {name: draft.entry(name) for name in stage.reads}
    asked = {
        "stage": stage.name,
        "version": stage.version,
        "settings": msgspec.to_builtins(settings),
        "reads": {name: entry.sha256 if entry else None for name, entry in entries.items()},
    }
    made_from, outside = hashlib.sha256(msgspec.json.encode(asked, order="sorted")), stage.hash_outside(settings)
    return made_from.hexdigest() + (f".{outside}" if outside else "")


def made_outside(fingerprint: str) -> str:
    """Return the hash of what lay outside the corpus when tables of this fingerprint were made; '' if nothing did."""
    return fingerprint.partition("-")[0].partition(".")[2]


def _loaded(function: str) -> Callable[..., Any]:
    module, name = function.rsplit(".", 1)
    return cast("Callable[..., Any]", getattr(importlib.import_module(module), name))
