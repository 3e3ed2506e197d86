"""The map: every article a point, coloured by theme. Bokeh draws it in the browser from data inside the page."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from expertmine.report.charts import TINY
from expertmine.report.colours import NO_THEME, colour_themes
from expertmine.report.influencers import Influencer
from expertmine.report.material import Material, Topic

if TYPE_CHECKING:
    import pandas as pd
    from bokeh.plotting import figure
    from numpy.typing import NDArray

POINTS = 15_000
"""Articles drawn at most; a browser on a phone must still turn the page."""
CELLS = 24
"""Cells across the longer side of the map, in which neighbours are counted."""
LABEL_LETTERS = 24
TITLE_LETTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A topic's name at a place of the map."""

    topic: Topic
    place: tuple[float, float]
    colour: str
    theme: bool

    def written(self) -> list[Any]:
        """Lines, x, y, colour, whether a theme: what the page needs to place it."""
        lines = textwrap.wrap(self.topic.name, LABEL_LETTERS, max_lines=2, placeholder=" …")
        return [lines, *(round(value, 3) for value in self.place), self.colour, self.theme]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMap:
    """The map as the page embeds it."""

    item: str
    """Bokeh's figure as JSON."""
    facts: str
    """Labels, the niches' names, colour -> theme, micro-influencer's anchor -> the points of their papers, as JSON."""
    script: str
    """Bokeh's own JavaScript."""
    drawn: int
    articles: int
    legend: list[tuple[str, str]]


def draw_map(material: Material, influencers: list[Influencer], *, most: int = POINTS) -> DataMap | None:
    """Draw the layout, `most` articles of it; None if it places no article."""
    points = _points(material, most)
    if points.empty:
        return None
    themes = _themes(points, material)
    colour = {theme.topic.id: theme.colour for theme in themes}
    points["colour"] = points["theme"].map(colour).fillna(NO_THEME)
    plot = _figure(points)
    _add_points(plot, points, [topic.id for topic in material.niches])
    row_of = {pmid: row for row, pmid in enumerate(points["pmid"])}
    facts = {
        "labels": [label.written() for label in themes + _niches(points, material, colour)],
        "niches": [topic.name for topic in material.niches],
        "themes": {theme.colour: theme.topic.name for theme in themes},
        "people": {i.anchor: [row_of[paper.pmid] for paper in i.papers if paper.pmid in row_of] for i in influencers},
    }
    return DataMap(
        item=_embeddable(plot),
        facts=_script_safe(json.dumps(facts, separators=(",", ":"))),
        script=_library(),
        drawn=len(points),
        articles=len(material.tables["layout"]),
        legend=[(theme.topic.name, theme.colour) for theme in themes],
    )


def _points(material: Material, most: int) -> pd.DataFrame:
    """Where each article lies, with its theme and niche; beyond `most` an even sample over the PMIDs."""
    rows = material.tables["layout"].merge(material.tables["articles"], on="pmid").sort_values("pmid")
    rows = rows.iloc[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)].reset_index(drop=True)
    membership = material.tables["assignments"].sort_values(
        ["pmid", "strength", "topic_id"], ascending=[True, False, True]
    )
    for column, topics in (("theme", material.themes), ("niche", material.niches)):
        own = membership[membership["topic_id"].isin([topic.id for topic in topics])].drop_duplicates("pmid")
        rows[column] = rows["pmid"].map(own.set_index("pmid")["topic_id"])
    return rows


def _themes(points: pd.DataFrame, material: Material) -> list[Label]:
    places = _places(points, "theme")
    shown = [theme for theme in material.themes if theme.id in places]
    colours = colour_themes([places[theme.id] for theme in shown])
    return [
        Label(topic=theme, place=places[theme.id], colour=colour, theme=True)
        for theme, colour in zip(shown, colours, strict=True)
    ]


def _niches(points: pd.DataFrame, material: Material, colour: dict[str, str]) -> list[Label]:
    """Niches with a micro-influencer first, then the largest: the first keep their place where room is short."""
    places, leading = _places(points, "niche"), set(material.micro["topic_id"])
    shown = [niche for niche in material.niches if niche.id in places]
    shown.sort(key=lambda niche: (niche.id not in leading, -niche.size, niche.id))
    return [
        Label(topic=niche, place=places[niche.id], colour=colour.get(niche.parent or "", NO_THEME), theme=False)
        for niche in shown
    ]


def _places(points: pd.DataFrame, column: str) -> dict[str, tuple[float, float]]:
    """Place each group at the middle article of its densest part: somewhere it really is, even if it is in pieces."""
    spots = points[["x", "y"]].to_numpy()
    low = spots.min(axis=0)
    cell = (spots - low) // max(float((spots.max(axis=0) - low).max()) / CELLS, TINY)
    found = {}
    for topic, rows in points.groupby(column).indices.items():
        near = _neighbours(cell[rows].astype(np.int64))
        dense = spots[rows[near == near.max()]]
        away = ((dense - np.median(dense, axis=0)) ** 2).sum(axis=1)
        x, y = dense[int(away.argmin())]
        found[str(topic)] = (float(x), float(y))
    return found


def _neighbours(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count for each point the points in its cell of the grid and the eight around it."""
    grid: NDArray[np.int64] = np.zeros((CELLS + 3, CELLS + 3), dtype=np.int64)
    np.add.at(grid, tuple(cells.T + 1), 1)
    x, y = cells.T
    near: NDArray[np.int64] = np.sum([grid[x + right, y + up] for right in range(3) for up in range(3)], axis=0)
    return near


def _figure(points: pd.DataFrame) -> figure:
    from bokeh.models import InlineStyleSheet, PanTool, Range1d, ResetTool, WheelZoomTool, ZoomInTool, ZoomOutTool
    from bokeh.plotting import figure as make_figure

    wheel = WheelZoomTool(modifiers={"ctrl": True})  # the bare wheel turns the page
    plot = make_figure(
        name="map",
        toolbar_location="above",
        sizing_mode="stretch_both",
        min_border=0,
        x_range=Range1d(start=float(points["x"].min()) - 1, end=float(points["x"].max()) + 1),
        y_range=Range1d(start=float(points["y"].min()) - 1, end=float(points["y"].max()) + 1),
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
    )
    plot.toolbar.tools = [PanTool(), wheel, ZoomInTool(), ZoomOutTool(), ResetTool()]
    plot.toolbar.stylesheets = [InlineStyleSheet(css="@media print { :host { visibility: hidden; } }")]
    plot.axis.visible = False
    plot.grid.visible = False
    plot.toolbar.logo = None
    return plot


def _add_points(plot: figure, points: pd.DataFrame, niches: list[str]) -> None:
    """Add a soft glow, the points, and the rings that mark one person's papers."""
    from bokeh.models import BooleanFilter, CDSView, ColumnDataSource, HoverTool, TapTool

    number = {niche: place for place, niche in enumerate(niches)}
    data: dict[str, Any] = {
        "x": points["x"].to_numpy("float32"),
        "y": points["y"].to_numpy("float32"),
        "niche": points["niche"].map(number).fillna(-1).to_numpy("int32"),
        "year": points["year"].fillna(0).to_numpy("int32"),
        "pmid": points["pmid"].tolist(),
        "title": [textwrap.shorten(title, TITLE_LETTERS, placeholder=" …") for title in points["title"]],
        "colour": points["colour"].tolist(),
    }
    source = ColumnDataSource(data, name="points")
    size = min(max(180 / len(points) ** 0.5, 3.2), 9)
    inside = CDSView(filter=BooleanFilter(booleans=points["theme"].notna().tolist()))
    plot.scatter("x", "y", source=source, view=inside, size=size * 4, color="colour", alpha=0.045, line_color=None)
    dots = plot.scatter("x", "y", source=source, size=size, color="colour", alpha=0.75, line_color=None)
    dots.nonselection_glyph = dots.selection_glyph = dots.glyph
    rings = ColumnDataSource({"x": [], "y": []}, name="ringed")
    plot.scatter("x", "y", source=rings, size=size + 5, fill_color=None, line_width=1.8, name="rings")
    plot.add_tools(HoverTool(renderers=[dots], tooltips=None, visible=False), TapTool(renderers=[dots], visible=False))


def _embeddable(plot: figure) -> str:
    """Write the figure as JSON; Bokeh numbers its models through the life of the process, here they start at 1."""
    from bokeh.embed import json_item

    item = json_item(plot, "map")
    numbers: dict[str, str] = {}
    return _script_safe(json.dumps(_renumber(item, numbers), separators=(",", ":")))


def _renumber(value: Any, numbers: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        named = {"id", "root_id"}
        return {
            key: numbers.setdefault(inner, f"m{len(numbers) + 1}")
            if key in named and isinstance(inner, str)
            else _renumber(inner, numbers)
            for key, inner in value.items()
        }
    return [_renumber(inner, numbers) for inner in value] if isinstance(value, list) else value


def _script_safe(text: str) -> str:
    """Escape what could end the script element that holds the JSON."""
    return text.replace("<", "\\u003c")


def _library() -> str:
    from bokeh.resources import Resources

    return "\n".join(Resources(mode="inline", components=["bokeh"], log_level="error").js_raw)
