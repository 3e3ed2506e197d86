"""Serve a folder of PubMed XML until interrupted."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from tests.eutils import Eutils, running
from tests.eutils.catalogue import Catalogue
from tests.eutils.faults import dealt


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.eutils", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds .xml or .xml.gz files of PubMed records")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--rate", type=float, help="refuse what goes beyond so many requests a second")
    parser.add_argument("--faults", type=float, default=0.0, metavar="SHARE", help="of bad answers, 0 to 1")
    parser.add_argument("--seed", type=int, default=0, help="of the dice that deal the faults")
    chosen = parser.parse_args()
    fault = dealt(chosen.seed, chosen.faults)
    with running(Eutils(Catalogue.read(chosen.folder), rate=chosen.rate, fault=fault), port=chosen.port) as eutils:
        sys.stdout.write(f"EXPERTMINE_EUTILS_BASE={eutils.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
