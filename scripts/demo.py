"""The main job on the sample corpus, offline: a service on this machine hands out the records, the rest is real.

    python scripts/demo.py [--corpus corpora/demo] [--no-browser]

Fetches `corpora/sample` through Biopython from a loopback E-utilities server, adds the peer survey, runs every stage,
prints the foremost micro-influencers with the reasons, and writes the report.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "corpora" / "sample"
DEMO = ROOT / "corpora" / "demo"


def main() -> int:
    """Run the demo; the exit code is that of the last verb."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=DEMO)
    parser.add_argument("--no-browser", action="store_true", help="print the report's path only")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from expertmine.cli import run_verb
    from tests.eutils import serving

    if options.corpus == DEMO:
        shutil.rmtree(DEMO, ignore_errors=True)  # the demo's own folder, made anew each time
    elif options.corpus.exists():
        parser.error(f"'{options.corpus}' is there already; name a new folder, or remove it first")
    corpus, report = str(options.corpus), options.corpus / "report.html"
    with serving(SAMPLE / "pubmed") as base_url:
        os.environ["EXPERTMINE_EUTILS_BASE"] = base_url
        code = run_verb(["fetch", corpus, "--query", "all[sb]", "--email", "demo@example.org"])
    if code == 0:
        code = run_verb(["nominations", "add", corpus, str(SAMPLE / "nominations.csv")])
    if code == 0:
        code = run_verb(["scan", corpus])
    if code == 0 and not options.no_browser and os.environ.get("DISPLAY"):
        webbrowser.open(report.as_uri())
    return code


if __name__ == "__main__":
    sys.exit(main())
