"""Theme colours: a theme's hue follows from where it lies on the map, so that neighbours look alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

NO_THEME = "#8b929c"


def colour_themes(places: Sequence[tuple[float, float]]) -> list[str]:
    """Give each place a hue by its direction from their middle, evenly spread and equally bright to the eye."""
    if not places:
        return []
    middle = (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
    turns = [math.atan2(y - middle[1], x - middle[0]) for x, y in places]
    order = sorted(range(len(places)), key=lambda place: (turns[place], places[place]))
    colours = [""] * len(places)
    for step, place in enumerate(order):
        lightness = (0.62, 0.7, 0.55)[step % 3] if len(places) > 6 else 0.64
        colours[place] = oklch(lightness, 0.13, 0.42 + 2 * math.pi * step / len(places))
    return colours


def oklch(lightness: float, chroma: float, hue: float) -> str:
    """Turn a colour of the OKLCH space (Ottosson 2020), hue in radians, into '#rrggbb'."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(max(part, 0.0), 1.0))):02x}" for part in linear)


def _gamma(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
