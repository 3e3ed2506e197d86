"""Small charts as numbers: templates draw them as inline SVG, so that they print and need no script."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

BAR_WIDTH = 120.0
TINY = 1e-9
"""A scale that ends below this has nothing to show, and dividing by it would overflow."""
TREND_WIDTH, TREND_HEIGHT = 120.0, 22.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A score on its scale, in SVG units from 0 to BAR_WIDTH, and the interval in words."""

    at: float
    start: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Papers a year as one SVG path."""

    path: str
    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A person in one niche on the chart of peers against literature, in SVG units."""

    x: float
    y: float
    quadrant: str
    words: str
    micro: bool
    label: str = ""
    anchor: str = "start"


def draw_bar(score: float, *, low: float, high: float, full: float) -> Bar:
    """Place a score and its interval on a scale from 0 to `full`; an unbounded interval is not drawn."""
    scale = BAR_WIDTH / full if full > TINY else 0.0
    if not (math.isfinite(low) and math.isfinite(high)):
        return Bar(round(score * scale, 1), 0.0, 0.0, "no interval")
    start = max(low, 0.0)
    return Bar(
        round(score * scale, 1), round(start * scale, 1), round((high - start) * scale, 1), f"{low:.2f}\u2013{high:.2f}"
    )


def draw_trend(years: list[int], *, span: tuple[int, int]) -> Trend:
    """Draw one column a year over the same years for every niche, each to its own height."""
    count, (first, last) = Counter(years), span
    step = TREND_WIDTH / (last - first + 1)
    most, when = max((number, -year) for year, number in count.items())
    width = round(step * 0.8, 2)
    columns = [
        f"M{(year - first) * step:.1f} {TREND_HEIGHT:g}v-{number / most * TREND_HEIGHT:.1f}h{width}V{TREND_HEIGHT:g}z"
        for year, number in sorted(count.items())
    ]
    words = f"Papers a year, {first} to {last}: most in {-when} ({most})"
    return Trend("".join(columns), first, last, words)


def spread_labels(dots: list[Dot], *, names: list[str], width: float) -> list[Dot]:
    """Give each dot its name where there is room, in the order given; 6.6 units a letter, 14 a line."""
    taken = [(dot.x - 5, dot.y - 5, dot.x + 5, dot.y + 5) for dot in dots]
    labelled = []
    for dot, name in zip(dots, names, strict=True):
        long, left = 6.6 * len(name) + 4, dot.x > width * 0.7
        start = dot.x - 9 - long if left else dot.x + 9
        box = (start, dot.y - 7, start + long, dot.y + 7)
        free = name != "" and not any(_overlap(box, other) for other in taken)
        if free:
            taken.append(box)
        labelled.append(replace(dot, label=name if free else "", anchor="end" if left else "start"))
    return labelled


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
