"""What each part of the score does for a question: rankings with one part switched off, or on, at a time.

    python scripts/ablate.py CORPUS TRUTH --text "…" [--k 50]
    python scripts/ablate.py CORPUS TRUTH --k 20                 # a truth that has queries

The corpus must have been run until 'identity' at least; it is only read. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
from msgspec.structs import replace

from expertmine.authority import COMPONENTS
from expertmine.config import AuthoritySettings, Config
from expertmine.corpus import Corpus
from expertmine.evaluate import evaluate_experts, read_truth
from expertmine.text import relevance

FOREVER = 1e9
"""A half-life in years with which no article is old."""


class Varied(Corpus):
    """A corpus that is asked with other settings than its own."""

    def __init__(self, path: Path, settings: AuthoritySettings) -> None:
        super().__init__(path)
        self._varied = Config(authority=settings)

    @property
    def config(self) -> Config:
        """The other settings."""
        return self._varied


def variants(own: AuthoritySettings) -> Iterator[tuple[str, AuthoritySettings]]:
    """Yield the settings as they are, with one part switched off, and with one that is off switched on."""
    yield "all", own
    for part in own.weights:
        yield f"without {part}", replace(own, weights={name: w for name, w in own.weights.items() if name != part})
    for part in COMPONENTS:
        if part not in own.weights:
            yield f"with {part}", replace(own, weights=own.weights | {part: 0.5})
    yield "without recency", replace(own, half_life=FOREVER)


@contextmanager
def without(**none: int) -> Iterator[None]:
    """Ask with no feedback, or with no neighbours."""
    asked: Callable[..., pa.Table] = relevance.score_relevance
    relevance.score_relevance = partial(asked, **none)
    try:
        yield
    finally:
        relevance.score_relevance = asked


def ablate(path: Path, truth: pd.DataFrame, *, text: str | None, k: int) -> pd.DataFrame:
    """Return the figures of our ranking, a row for each part that is off."""
    own = AuthoritySettings(bootstraps=0)
    rows = {name: _figures(Varied(path, settings), truth, text, k) for name, settings in variants(own)}
    for part in ("feedback", "neighbours"):
        with without(**{part: 0}):
            rows[f"without {part}"] = _figures(Varied(path, own), truth, text, k)
    return pd.DataFrame(rows).T


def _figures(corpus: Corpus, truth: pd.DataFrame, text: str | None, k: int) -> dict[str, float]:
    rows = evaluate_experts(corpus, truth, text=text, k=k, draws=0).to_dict("records")
    ours = next(row for row in rows if row["ranking"] == "expertmine")
    return {str(name): float(value) for name, value in ours.items() if name not in ("ranking", "experts", "absent")}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--text")
    parser.add_argument("--k", type=int, default=20)
    options = parser.parse_args()
    table = ablate(options.corpus, read_truth(options.truth, needs=("last_name",)), text=options.text, k=options.k)
    print("| part | " + " | ".join(table.columns) + " |\n" + "|---" * (1 + len(table.columns)) + "|")
    for name, row in table.iterrows():
        print(f"| {name} | " + " | ".join(f"{value:.3f}".lstrip("0") for value in row) + " |")


if __name__ == "__main__":
    main()
