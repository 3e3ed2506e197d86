"""The picture of the map in the README: the demo's report in a headless Chromium, all but the map left out.

    python scripts/draw_picture.py [--report corpora/demo/report.html] [--to docs/map.png]

`make picture` makes the demo anew first.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZE = (1100, 742)
ALONE = """<style>
body { max-width: none; padding: 5px; } figure.map { margin: 0; } #map { height: 732px; }
body > :not(main), main > :not(#map-section), #map-section > :not(figure), figcaption { display: none; }
</style></head>"""


def draw_picture(report: Path, to: Path, *, browser: str) -> None:
    """Write the map of a report as a PNG of 256 colours."""
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "map.html", Path(folder) / "map.png"
        page.write_text(report.read_text(encoding="utf-8").replace("</head>", ALONE, 1), encoding="utf-8")
        asked = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
        asked += ["--virtual-time-budget=5000", f"--user-data-dir={folder}/profile", f"--screenshot={shot}"]
        asked += [f"--window-size={SIZE[0]},{SIZE[1]}", page.as_uri()]
        subprocess.run([browser, *asked], check=True, capture_output=True, timeout=120)
        with Image.open(shot) as image:
            image.convert("RGB").quantize(256).save(to, optimize=True)


def main() -> int:
    """Draw it; exit code 2 without a browser or a report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", type=Path, default=ROOT / "corpora" / "demo" / "report.html")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "map.png")
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        parser.error(f"found none of {', '.join(BROWSERS)}; install one")
    if not options.report.is_file():
        parser.error(f"there is no '{options.report}'; `make demo` writes one")
    draw_picture(options.report, options.to, browser=browser)
    return 0


if __name__ == "__main__":
    sys.exit(main())
