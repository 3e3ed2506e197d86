"""Institutions and countries read from affiliations."""

from __future__ import annotations

import pytest

from expertmine.identity.places import read_country, read_institution


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
