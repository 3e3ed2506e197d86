"""Serve a folder of PubMed XML as the E-utilities do, until interrupted."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import date
from pathlib import Path

from tests.eutils import CAP, Eutils, running
from tests.eutils.catalogue import Catalogue
from tests.eutils.faults import dealt
from tests.eutils.script import Script, ScriptError
from tests.eutils.service import KEYED_RATE, RATE


def main() -> None:
    """Read the command line and serve."""
    chosen = _arguments()
    arrivals = f"{date.today():%Y/%m/%d}" if chosen.arrivals else ""
    eutils = Eutils(Catalogue.read(chosen.folder, arrivals=arrivals), cap=chosen.cap, rate=chosen.rate)
    eutils.keyed_rate = chosen.keyed_rate
    if chosen.real_rate:
        eutils.rate, eutils.keyed_rate = RATE, KEYED_RATE
    eutils.keys = frozenset(chosen.key) if chosen.key else None
    eutils.unknown_tag, eutils.expired_status = chosen.unknown_tag, chosen.expired_status
    eutils.fault = dealt(chosen.seed, chosen.faults)
    if chosen.script:
        eutils.script = Script.read(chosen.script, eutils.catalogue, seed=chosen.seed)
    if chosen.verbose:
        eutils.log = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: T201 - what it was asked for
    with running(eutils, port=chosen.port):
        sys.stdout.write(f"EXPERTMINE_EUTILS_BASE={eutils.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.eutils", description=__doc__)
    add = parser.add_argument
    add("folder", type=Path, help="holds .xml or .xml.gz files of PubMed records; later names override earlier ones")
    add("--port", type=int, default=0, help="0 takes any free port")
    add("--verbose", action="store_true", help="log a line per request to stderr")
    add("--arrivals", action="store_true", help="what comes into the folder later counts as created or revised today")
    add("--cap", type=int, default=CAP, help="how many hits of one search are shown")
    add("--rate", type=float, help="refuse what goes beyond so many requests a second from one address")
    add("--keyed-rate", type=float, help="the same for one API key")
    add("--real-rate", action="store_true", help=f"{RATE} a second without a key, {KEYED_RATE} with one")
    add("--key", action="append", metavar="KEY", help="a valid API key; others are refused (default: any is valid)")
    add("--unknown-tag", choices=["ignored", "everything", "refused"], default="ignored", help="what [foo] does")
    add("--expired-status", type=int, choices=[200, 400], default=400, help="of efetch after a WebEnv has expired")
    add("--script", type=Path, metavar="FILE", help="of faults, .toml or JSON lines; see tests/eutils/script.py")
    add("--faults", type=float, default=0.0, metavar="SHARE", help="of bad answers, 0 to 1, dealt by dice")
    add("--seed", type=int, default=0, help="of the dice")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (ScriptError, OSError) as error:
        sys.exit(f"error: {error}")
