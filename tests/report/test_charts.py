from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from expertmine.report.charts import BAR_WIDTH, TREND_HEIGHT, Dot, draw_bar, draw_trend, spread_labels
from expertmine.report.colours import colour_themes, oklch

real = st.floats(0, 50, allow_nan=False)


@given(st.tuples(real, real, real).map(sorted), real)
def test_a_score_lies_in_its_interval_and_both_lie_on_the_scale(values: list[float], more: float) -> None:
    low, score, high = values
    bar = draw_bar(score, low=low, high=high, full=high + more)
    slack = 0.16  # rounding to a tenth
    assert -slack <= bar.start <= bar.at + slack
    assert bar.at <= bar.start + bar.width + slack <= BAR_WIDTH + 3 * slack


def test_a_score_without_bounds_has_no_interval() -> None:
    bar = draw_bar(2.0, low=0.0, high=math.inf, full=4.0)
    assert (bar.at, bar.width, bar.words) == (BAR_WIDTH / 2, 0.0, "no interval")


@given(st.lists(st.integers(1950, 2030), min_size=1, max_size=200))
def test_a_trend_has_one_column_a_year_with_papers_and_the_tallest_fills_the_height(years: list[int]) -> None:
    trend = draw_trend(years, span=(1950, 2030))
    heights = [float(found) for found in re.findall(r"v-([\d.]+)h", trend.path)]
    assert len(heights) == len(set(years))
    assert max(heights) == TREND_HEIGHT
    best = max(sorted(set(years)), key=years.count)
    assert trend.words.endswith(f"most in {best} ({years.count(best)})")


@given(st.lists(st.tuples(st.floats(40, 700), st.floats(20, 380)), max_size=40))
def test_labels_never_lie_on_each_other(places: list[tuple[float, float]]) -> None:
    dots = [Dot(x, y, "both", "words", True) for x, y in places]
    labelled = spread_labels(dots, names=["Ama Abelund"] * len(dots), width=720)
    boxes = []
    for dot in labelled:
        if dot.label:
            start = dot.x + 9 if dot.anchor == "start" else dot.x - 9 - 70
            boxes.append((start, dot.y - 6, start + 70, dot.y + 6))
    for one, box in enumerate(boxes):
        for other in boxes[one + 1 :]:
            assert box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]
    assert [(dot.x, dot.y) for dot in labelled] == places


def test_colours_are_those_of_the_published_space() -> None:
    assert oklch(1, 0, 0) == "#ffffff"
    assert oklch(0, 0, 0) == "#000000"
    assert oklch(0.627955, 0.257683, math.radians(29.2339)) == "#ff0000"
    assert oklch(0.452014, 0.313214, math.radians(264.052)) == "#0000ff"


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=30, unique=True))
def test_every_theme_has_its_own_colour(places: list[tuple[int, int]]) -> None:
    colours = colour_themes([(float(x), float(y)) for x, y in places])
    assert len(set(colours)) == len(places)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)
