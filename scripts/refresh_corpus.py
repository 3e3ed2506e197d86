"""Refresh corpora, for a timer: ask PubMed again what each was asked for, and bring it up to date.

    python scripts/refresh_corpus.py corpora/fmd corpora/scad --email me@uni.edu

The same as `expertmine refresh`, as an example of the library in a program of one's own; `refresh_corpora` can be
imported. A corpus that cannot be refreshed stays as it is and the others go on; the exit code is the worst of all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import expertmine as em
from expertmine.cli.exits import HELD_BACK, PARTIAL, exit_code


def refresh_corpora(folders: Iterable[Path], *, email: str) -> Iterator[tuple[Path, em.Refreshed | em.ExpertmineError]]:
    """Refresh one corpus after the other; yield what each refresh did, or why it could not."""
    for folder in folders:
        try:
            yield folder, em.refresh(em.Corpus(folder), email=email)
        except em.ExpertmineError as error:
            yield folder, error


def main() -> int:
    """Refresh from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--email", required=True, help="yours; NCBI asks for it")
    options = parser.parse_args()
    worst = 0
    for folder, outcome in refresh_corpora(options.corpora, email=options.email):
        if isinstance(outcome, em.ExpertmineError):
            print(f"{folder}: {outcome}", file=sys.stderr)
            worst = max(worst, exit_code(outcome))
        elif outcome.held_back:
            print(f"{folder}: not published: {'; '.join(outcome.held_back)}", file=sys.stderr)
            worst = max(worst, HELD_BACK)
        else:
            print(f"{folder}: generation {outcome.generation}, {outcome.articles} articles, {outcome.asked} asked for")
            worst = max(worst, PARTIAL if outcome.withdrawn else 0)
    return worst


if __name__ == "__main__":
    sys.exit(main())
