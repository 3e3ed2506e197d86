"""Serve a folder of PubMed XML until interrupted."""

from __future__ import annotations

import argparse
import sys
import threading

from tests.eutils import serving


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.eutils", description=__doc__)
    parser.add_argument("folder", help="holds .xml or .xml.gz files of PubMed records")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    chosen = parser.parse_args()
    with serving(chosen.folder, port=chosen.port) as base_url:
        sys.stdout.write(f"EXPERTMINE_EUTILS_BASE={base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
