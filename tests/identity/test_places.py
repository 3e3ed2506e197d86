"""Institutions and countries read from affiliations."""

from __future__ import annotations

import pytest

from expertmine.identity.places import read_city, read_country, read_institution, read_kind


@pytest.mark.parametrize(
    ("affiliation", "institution", "country"),
    [
        ("Department of Pain, Example University, Vienna, Austria.", "Example University", "Austria"),
        ("1 St Example Hospital, Leeds, LS1 3EX, UK. a@example.org", "St Example Hospital", "United Kingdom"),
        ("Division of Pain, Example Medical Center, Boston, MA 02115", "Example Medical Center", "United States"),
        ("Example University, Atlanta, GA", "Example University", "United States"),
        ("Example University, Tbilisi, Georgia", "Example University", "Georgia"),
        ("Example Institute, Seoul, Republic of Korea", "Example Institute", "South Korea"),
        ("Example Institute, Wuhan, P.R. China", "Example Institute", "China"),
        ("Example Pharma Inc., Basel, Switzerland; Electronic address: a@b.org", "Example Pharma Inc", "Switzerland"),
        ("Department of Pain", "Department of Pain", None),
        ("", None, None),
    ],
)
def test_an_affiliation_names_institution_and_country(
    affiliation: str, institution: str | None, country: str | None
) -> None:
    assert (read_institution(affiliation), read_country(affiliation)) == (institution, country)


@pytest.mark.parametrize(
    ("affiliation", "city", "kind"),
    [
        ("Department of Pain, Example University Hospital, 1010 Vienna, Austria.", "Vienna", "hospital"),
        ("Example University, 12 High Street, Leeds LS1 3EX, UK", "Leeds", "university"),
        ("Example Medical Center, Boston, MA 02115", "Boston", "hospital"),
        ("Example University, Xi'an, Shaanxi Province, P.R. China", "Xi'an", "university"),
        ("Example University, Beijing, China", "Beijing", "university"),
        ("Example Pharma Inc., Basel, Switzerland", "Basel", "industry"),
        ("Ministry of Example, Oslo, Norway", "Oslo", "government"),
        ("Example Institute, Norway", None, None),
        ("Department of Pain", None, None),
    ],
)
def test_an_affiliation_names_city_and_kind(affiliation: str, city: str | None, kind: str | None) -> None:
    assert (read_city(affiliation), read_kind(read_institution(affiliation) or "")) == (city, kind)
