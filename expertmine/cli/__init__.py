"""The verbs as typed in a shell; the only room that prints. How a verb went, its exit code says (`exits`)."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from expertmine.cli.acquiring import acquiring_verbs
from expertmine.cli.asking import asking_verbs
from expertmine.cli.evaluating import evaluate
from expertmine.cli.exits import INTERRUPTED, exit_code
from expertmine.cli.identifying import identity
from expertmine.cli.nominating import nominations
from expertmine.cli.output import EVENTS, say
from expertmine.cli.probing import probing_verbs
from expertmine.cli.refreshing import refreshing_verbs
from expertmine.cli.scanning import scan
from expertmine.cli.surveying import surveying_verbs
from expertmine.errors import ExpertmineError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="expertmine")
@click.option("-v", "--verbose", count=True, help="Log what is done (twice: in detail) to stderr.")
@click.option(
    "--log", type=click.Choice(["text", "json"]), default="text", help="json: a line per event, for machines."
)
def expertmine(verbose: int, log: str) -> None:
    """Find the people who lead a niche, whom volume metrics miss."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose + (log == "json"), 2)]
    handler, root = _handler(log), logging.getLogger()
    root.addHandler(handler)
    EVENTS.set(handler if log == "json" else None)
    click.get_current_context().call_on_close(lambda: root.removeHandler(handler))
    logging.getLogger("expertmine").setLevel(level)


def _handler(form: str) -> logging.Handler:
    """Log to stderr; counts and places only, no person's name."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        from pythonjsonlogger.json import JsonFormatter

        handler.setFormatter(JsonFormatter("{asctime}{levelname}{name}{message}", style="{", timestamp=True))
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    return handler


for verb in (scan, *acquiring_verbs, *refreshing_verbs, *asking_verbs, *probing_verbs, evaluate, identity, nominations):
    expertmine.add_command(verb)
for verb in surveying_verbs:
    nominations.add_command(verb)


def main() -> None:
    """Run the verb and leave with the exit code that says how it went."""
    sys.exit(run_verb(sys.argv[1:]))


def run_verb(arguments: list[str]) -> int:
    """Run one verb; every expected failure becomes a message on stderr and an exit code."""
    EVENTS.set(None)  # what is wrong before --log is read is told in words
    with _interrupts() as interrupts:
        try:
            outcome = expertmine.main(arguments, prog_name="expertmine", standalone_mode=False)
        except click.ClickException as error:
            if EVENTS.get() is None:
                error.show()
            else:
                say(f"error: {error.format_message()}", level=logging.ERROR)
            return error.exit_code
        except (KeyboardInterrupt, click.Abort, Exception) as error:
            if interrupts or isinstance(error, (KeyboardInterrupt, click.Abort)):
                say("interrupted; finished stages are kept, run the same command again to go on", level=logging.WARNING)
                return INTERRUPTED
            if not isinstance(error, ExpertmineError):
                raise
            say(f"error: {error}", level=logging.ERROR)
            return exit_code(error)
    return outcome if isinstance(outcome, int) else 0


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Give the interrupts that came: DuckDB and processes beside turn them into errors of their own."""
    came: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        if _importing(frame):  # a compiled library broken off while it sets itself up aborts the process
            threading.Timer(0.1, os.kill, (os.getpid(), number)).start()
            return
        came.append(number)
        raise KeyboardInterrupt

    foremost = threading.current_thread() is threading.main_thread()  # only there may a handler be set
    ours = (
        foremost and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # a shell's background ignores them
    if ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield came
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _importing(frame: FrameType | None) -> bool:
    """Say whether the verb is, in this frame, inside an import."""
    while frame and frame.f_code is not run_verb.__code__:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            return True
        frame = frame.f_back
    return False
