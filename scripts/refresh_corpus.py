"""Refresh corpora, for a timer: ask PubMed again what each was asked for, and bring it up to date.

    python scripts/refresh_corpus.py corpora/fmd corpora/scad --email me@uni.edu

A corpus that cannot be refreshed stays as it is and the others go on; the exit code is the worst of all.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import expertmine as em


def refresh_corpus(folder: Path, *, email: str) -> int:
    """Refresh one corpus; return how many articles are new."""
    corpus = em.Corpus(folder)
    before = corpus.table("articles").num_rows
    for query in corpus.queries:
        em.fetch(corpus, em.PubMed(query, email=email))
    em.run(corpus)
    added: int = corpus.table("articles").num_rows - before
    return added


def main() -> int:
    """Refresh from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--email", required=True, help="yours; NCBI asks for it")
    options = parser.parse_args()
    from expertmine.cli import exit_code

    worst = 0
    for folder in options.corpora:
        try:
            print(f"{folder}: {refresh_corpus(folder, email=options.email)} new articles")
        except em.ExpertmineError as error:
            print(f"{folder}: {error}", file=sys.stderr)
            worst = max(worst, exit_code(error))
    return worst


if __name__ == "__main__":
    sys.exit(main())
