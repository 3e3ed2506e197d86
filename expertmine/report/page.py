"""The page: everything the report says, put into the templates."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from expertmine.report.datamap import draw_map
from expertmine.report.experts import list_themes, scale_niches
from expertmine.report.flow import describe_flow
from expertmine.report.influencers import FULL, by_niche, list_influencers
from expertmine.report.material import Material
from expertmine.report.peers import summarise_peers
from expertmine.report.provenance import describe
from expertmine.wording import count, ordinal

HERE = Path(__file__).parent
HEADLINES = 12
SHORT = 12
"""Letters of a hash that are shown."""
BRIEF = 3
"""Papers of a person on paper that is printed in brief, as in `report.css`."""


def render_page(material: Material) -> str:
    """Render the whole report."""
    scales = scale_niches(material)
    influencers = list_influencers(material, scales)
    people, peers = int(material.micro["person_id"].nunique()), summarise_peers(material)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=_title(material),
            figures=_figures(material, people=people, raters=peers.raters),
            years=_years(material),
            material=material,
            influencers=influencers,
            people=people,
            headlines=sorted(influencers, key=lambda one: one.niche.unstable)[:HEADLINES],
            led=by_niche(influencers),
            full=FULL,
            brief=BRIEF,
            map=draw_map(material, influencers),
            themes=list_themes(material, scales),
            facets=sorted({facet for niche in material.niches for facet, _ in niche.facets}),
            peers=peers,
            method=describe(material),
            flow=describe_flow(material),
            settings=material.config,
        )
    )


def _title(material: Material) -> str:
    name = material.area.name if material.area else "A corpus of literature"
    return name[:1].upper() + name[1:]


def environment() -> Environment:
    """Return the templates' environment: everything escaped, nothing undefined."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"ordinal": ordinal, "counted": count, "percent": lambda share: f"{share:.0%}"}
    made.filters["brief"] = lambda digest: digest[:SHORT]
    # Only the package's own files and what `datamap` has escaped itself pass without autoescape.
    made.globals |= {"own_file": lambda name: Markup((HERE / "static" / name).read_text(encoding="utf-8"))}
    made.filters["trusted"] = Markup
    return made


def _figures(material: Material, *, people: int, raters: int) -> list[tuple[int, str]]:
    tables, places = material.tables, len(material.micro)
    where = "" if places == people else f", in {places:,} places of niches"
    figures = [
        (len(tables["articles"]), "article", "articles"),
        (len(tables["persons"]), "person on them", "people on them"),
        (len(material.niches), "niche", "niches"),
        (people, f"micro-influencer{where}", f"micro-influencers{where}"),
        *([(raters, "peer heard", "peers heard")] if raters else []),
    ]
    return [(number, one if number == 1 else more) for number, one, more in figures]


def _years(material: Material) -> tuple[int, int] | None:
    years = material.tables["articles"]["year"].dropna()
    return (int(years.min()), int(years.max())) if len(years) else None
