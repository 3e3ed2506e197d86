"""A real browser driven from outside, as a hand on the keyboard and as a printer, through Chromium's debugging pipe."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40}


class Browser:
    """One tab; every method waits until the browser has done what it was asked."""

    def __init__(self, asked: int, told: int) -> None:
        self._asked, self._told, self._rest = asked, told, b""
        self._numbers, self._session = itertools.count(1), {}
        (tab,) = (one for one in self._call("Target.getTargets")["targetInfos"] if one["type"] == "page")
        found = self._call("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
        self._session = {"sessionId": found["sessionId"]}
        self._call("Page.enable")

    def open(self, page: Path, *, width: int = 1300) -> None:
        """Open a page and wait until its map, if it has one, is drawn."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self._call("Page.navigate", url=page.as_uri())
        self.see("""new Promise((done) => { const look = () => document.readyState === "complete"
            && document.getElementById("map")?.dataset.ready !== "" ? done(1) : setTimeout(look, 10); look(); })""")

    def see(self, expression: str) -> Any:  # noqa: ANN401 - JSON
        """Return what the expression is in the page."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other; a letter writes itself."""
        for key in keys:
            writes = {"text": "\r" if key == "Enter" else key} if key == "Enter" or len(key) == 1 else {}
            stroke = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS.get(key, ord(key[0].upper()))}
            self._call("Input.dispatchKeyEvent", type="keyDown", **stroke, **writes)
            self._call("Input.dispatchKeyEvent", type="keyUp", **stroke)

    def show_as(self, media: str) -> None:
        """Lay the page out as for this medium: 'print', or '' for the screen."""
        self._call("Emulation.setEmulatedMedia", media=media)

    def sheets(self) -> int:
        """Print the page on A4 and count the sheets."""
        paper = self._call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        return base64.b64decode(paper["data"]).count(b"/Type /Page\n")

    def roles(self) -> dict[str, str]:
        """Name -> role of what a screen reader is told of."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return {one["name"]["value"]: one["role"]["value"] for one in nodes if not one["ignored"] and "name" in one}

    def _call(self, method: str, **params: Any) -> Any:  # noqa: ANN401 - JSON
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": params, **self._session}
        os.write(self._asked, json.dumps(asked).encode() + b"\0")
        while (told := self._next()).get("id") != number:
            pass
        assert "error" not in told, told["error"]
        return told["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self._told, 1 << 20)
            assert piece, "the browser has gone"
            self._rest += piece
        told, self._rest = self._rest.split(b"\0", 1)
        found: dict[str, Any] = json.loads(told)
        return found


@contextmanager
def driving(folder: Path) -> Iterator[Browser]:
    """Start a browser with a new profile in the folder; end it afterwards."""
    (theirs, asked), (told, ours) = os.pipe(), os.pipe()
    command = f'exec "$@" 3<&{theirs} 4>&{ours}'  # the two by which Chromium is spoken to
    options = [*QUIET, "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank"]
    started = subprocess.Popen(
        ["bash", "-c", command, "bash", str(BROWSER), *options], pass_fds=(theirs, ours),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for end in (theirs, ours):
        os.close(end)
    try:
        yield Browser(asked, told)
    finally:
        started.terminate()
        started.wait(timeout=20)
        for end in (asked, told):
            os.close(end)
