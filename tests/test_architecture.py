"""The house's rules that a linter does not know."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import expertmine as em
from expertmine.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "expertmine").rglob("*.py"))
HEAVY = (
    "torch",
    "sklearn",
    "spacy",
    "duckdb",
    "pandas",
    "scipy",
    "hdbscan",
    "openTSNE",
    "sentence_transformers",
    "Bio",
)


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def test_importing_expertmine_is_light() -> None:
    code = f"import sys, expertmine; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_sorted_documented_and_there() -> None:
    assert em.__all__ == sorted(em.__all__)
    for name in em.__all__:
        assert inspect.getdoc(getattr(em, name)), name


@pytest.mark.parametrize("name", [n for n in em.__all__ if inspect.isfunction(getattr(em, n))])
def test_public_verbs_are_short_to_call(name: str) -> None:
    parameters = inspect.signature(getattr(em, name)).parameters.values()
    assert sum(p.name not in TABLES for p in parameters) <= 6  # a stage has one for each table that it reads
    assert sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters) <= 3
    assert not any(p.kind is p.VAR_KEYWORD for p in parameters)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_so_are_its_functions(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
    long = [f.name for f in functions(path) if (f.end_lineno or f.lineno) - f.lineno >= 40 + docstring_lines(f)]
    assert long == []


def docstring_lines(function: ast.FunctionDef) -> int:
    return len((ast.get_docstring(function) or "").splitlines())


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils.py", "helpers.py", "misc.py", "base.py", "common.py"}
    assert [path for path in MODULES if path.name in drawers] == []


def test_only_the_command_line_prints() -> None:
    for path in MODULES:
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        prints = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]
        assert not prints or "cli" in path.parts, path


def test_no_clock_and_no_global_chance_outside_the_journal_and_the_network() -> None:
    forbidden = ("datetime.now", "time.time(", "date.today", "np.random.rand", "np.random.seed", "random.seed")
    for path in MODULES:
        if not {"sources", "cli"} & set(path.parts):  # where input comes from
            assert not [word for word in forbidden if word in path.read_text()], path


def test_no_stage_takes_a_logarithm_whose_last_digit_is_the_machines() -> None:
    rooms = {"text", "embed", "topics", "identity", "authority", "nominations"}
    for path in MODULES:
        if rooms & set(path.parts) or path.stem in {"contributions", "influence", "communities"}:
            calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
            taken = {f"{ast.unparse(call.value)}.{call.attr}" for call in calls}
            assert not taken & {f"{of}.{name}" for of in ("math", "np") for name in ("log", "log1p", "exp")}, path
