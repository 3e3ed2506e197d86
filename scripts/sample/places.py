"""Invented institutions in invented cities of real countries, and the many ways their address is printed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_CITY_HEADS = (
    "Varn", "Ostrel", "Quelm", "Ilmar", "Drusk", "Tolv", "Phemb", "Yelb", "Zurm", "Orbek", "Wesk", "Glandr",
    "Mirvo", "Sulk", "Hreb", "Novl", "Eskw", "Ruvo",
)  # fmt: skip
_COUNTRIES = (
    ("Germany", ("holt", "mindau")),
    ("Netherlands", ("hoven-Oost", "drecht")),
    ("France", ("eville-sur-Oudre", "agnac")),
    ("Italy", ("asco di Sotto", "ovarra")),
    ("Spain", ("averde", "uenta la Alta")),
    ("United Kingdom", ("wick-on-Thrae", "bourne")),
    ("Sweden", ("ostad", "evik")),
    ("Poland", ("owiec", "ynska")),
    ("USA", ("ville Falls", "burg Springs")),
    ("Canada", ("ton Lake", "mouth Bay")),
    ("Japan", ("amoto-cho", "ishiba")),
    ("Australia", ("agong", "illup")),
    ("Brazil", ("andira", "opolis")),
    ("South Korea", ("cheong-ri", "san-dong")),
    ("Türkiye", ("köyü", "hisarlar")),
)
_DEPARTMENTS = (
    "Nephrology", "Vascular Medicine", "Radiology", "Vascular Surgery", "Internal Medicine", "Human Genetics",
    "Cardiology", "Clinical Pharmacology", "Obstetrics", "Paediatrics", "Physiology", "Medical Psychology",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A university or a hospital."""

    city: str
    country: str
    kind: str

    @property
    def name(self) -> str:
        """The official name."""
        return f"University of {self.city}" if self.kind == "university" else f"Hospital of {self.city}"

    @property
    def domain(self) -> str:
        """A domain that can never exist."""
        town = "".join(letter for letter in self.city.lower() if letter.isascii() and letter.isalpha())
        return f"{town}-{'uni' if self.kind == 'university' else 'hosp'}.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A person's desk: a department of a place."""

    department: str
    place: Place


def found_places(rng: Random) -> list[Place]:
    """Found a university and a hospital in each of 54 cities."""
    places: list[Place] = []
    taken: set[str] = set()
    while len(taken) < 54:
        country, tails = rng.choice(_COUNTRIES)
        city = rng.choice(_CITY_HEADS) + rng.choice(tails)
        if city not in taken:
            taken.add(city)
            places += [Place(city=city, country=country, kind=kind) for kind in ("university", "hospital")]
    return places


def find_post(places: list[Place], rng: Random, kind: str | None = None) -> Post:
    """Employ somebody, at a place of that kind if one is asked for."""
    open_places = [place for place in places if kind in (None, place.kind)]
    return Post(department=rng.choice(_DEPARTMENTS), place=rng.choice(open_places))


def address(post: Post, rng: Random) -> str:
    """Print a post as one of many house styles would."""
    place, department = post.place, post.department
    short, tail = ("Univ.", "University") if place.kind == "university" else ("Hosp.", "Hospital")
    styles = (
        f"Department of {department}, {place.name}, {place.city}, {place.country}.",
        f"Department of {department}, {place.name}, {place.city}, {place.country}.",
        f"Dept. of {department}, {short} of {place.city}, {place.country}.",
        f"{place.name}, Department of {department}, {place.city}, {place.country}",
        f"Division of {department}, {place.city} {tail}, {place.country}.",
        f"From the {place.name}, {place.city}.",
        f"{place.name}, {rng.randrange(1000, 99999)} {place.city}, {place.country}.",
    )
    return rng.choice(styles)
