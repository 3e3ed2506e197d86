"""Scan one topic of PubMed: fetch, run, print who leads its niches unseen by volume, write the report.

    python scripts/scan_topic.py "fibromuscular dysplasia[mesh]" --email me@uni.edu --corpus corpora/fmd

The same as `expertmine scan --query`, as an example of the library in a program of one's own; `scan_topic` can be
imported.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import expertmine as em

if TYPE_CHECKING:
    import pandas as pd


def scan_topic(source: em.PubMed, *, into: Path, config: em.Config | None = None) -> pd.DataFrame:
    """Fetch what the source finds, run every stage, write `report.html`; return the foremost of each niche."""
    corpus = em.Corpus(into)
    em.fetch(corpus, source)
    em.run(corpus, config)
    em.report(corpus, to=into / "report.html")
    return em.micro_influencers(corpus, top=3)


def main() -> int:
    """Scan from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("query")
    parser.add_argument("--email", required=True, help="yours; NCBI asks for it")
    parser.add_argument("--corpus", type=Path, required=True, help="folder that is made or added to")
    parser.add_argument("--config", type=Path, help="settings in TOML")
    options = parser.parse_args()
    config = em.Config.load(options.config) if options.config else None
    try:
        found = scan_topic(em.PubMed(options.query, email=options.email), into=options.corpus, config=config)
    except em.ExpertmineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(found[["name", "topic", "why"]].to_string(index=False))
    print(f"report: {options.corpus / 'report.html'}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
