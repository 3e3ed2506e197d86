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
        ("Example University, Atlanta, Georgia 30322.", "Example University", "United States"),
        ("Example University, Sydney, New South Wales", "Example University", "Australia"),
        ("Example University, Hohhot, Inner Mongolia", "Example University", "China"),
        ("Example Hospital, Belfast, N. Ireland", "Example Hospital", "United Kingdom"),
        ("Example University, Kinshasa, DR Congo", "Example University", "Congo, The Democratic Republic of the"),
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


@pytest.mark.parametrize(
    ("affiliation", "institution"),
    [
        ("Univ. of Examplia, Medical School, Oslo, Norway", "Univ. of Examplia"),
        ("Dept. of Pain, Example Hospital, Oslo, Norway", "Example Hospital"),
        ("Dept. of Pain, Hosp. of Examplia, Norway", "Hosp. of Examplia"),
        ("Dept. of Pain, Example Med. Ctr., Oslo, Norway", "Example Med. Ctr"),
        ("Shanghai No. 9 Hospital, Shanghai, China", "Shanghai No. 9 Hospital"),
        ("St. Example's Hospital, Leeds, UK", "St. Example's Hospital"),
        ("Istituto C. Example, Milan, Italy", "Istituto C. Example"),
        ("Example Univ. Hosp. Oslo, Norway", "Example Univ. Hosp. Oslo"),
        ("Department of Pain. Example University. Oslo, Norway", "Example University"),
        ("Pain Unit, Oslo, U.K. Example University", "Example University"),
        ("Department of Pain (A.B., Example Institute), Oslo, Norway", "Example Institute"),
    ],
)
def test_a_full_stop_ends_a_part_unless_it_marks_an_abbreviation_or_an_initial(
    affiliation: str, institution: str
) -> None:
    assert read_institution(affiliation) == institution


@pytest.mark.parametrize(
    ("affiliation", "institution"),
    [
        ("Example Research, Inc., Boston, MA, USA", "Example Research, Inc"),
        ("Example Seeds Co., Ltd., Beijing, China", "Example Seeds Co., Ltd"),
        ("Example Genomics Pvt. Ltd, Pune, India", "Example Genomics Pvt. Ltd"),
        ("Pain Group, Example Foods, LLC. Boston, MA", "Example Foods, LLC"),
        ("Example AgriTech Limited; Leeds, UK", "Example AgriTech Limited"),
        ("Global Epidemiology, Exampla KGaA, Darmstadt, Germany", "Exampla KGaA"),
        ("Clinical Development, Exampla AG, Basel, Switzerland", "Exampla AG"),
    ],
)
def test_the_legal_form_of_a_company_stays_with_its_name(affiliation: str, institution: str) -> None:
    assert (read_institution(affiliation), read_kind(institution)) == (institution, "industry")


@pytest.mark.parametrize(
    ("affiliation", "institution"),
    [
        ("Sports Medicine Group, Boston, Massachusetts, U.S.A.", "Sports Medicine Group"),
        ("U.S.A", None),
        ("Soil Group, Glen Example, SA, 5064, Australia", "Soil Group"),
        ("(Example University)", "Example University"),
        ("Example University (A, B), Oslo, Norway", "Example University"),
        ("Example Institute (EI), Oslo, Norway", "Example Institute (EI)"),
        ("[Example University]", "Example University"),
        ("From the University of Examplia, Oslo, Norway", "University of Examplia"),
        ("Pain Group, Oslo, and the Example Hospital, Norway", "Example Hospital"),
        ("The Example University, Oslo, Norway", "The Example University"),
        ("1st Clinic of Pain, Oslo, Norway", "1st Clinic of Pain"),
    ],
)
def test_no_country_bracket_or_lead_is_taken_for_an_institution(affiliation: str, institution: str | None) -> None:
    assert read_institution(affiliation) == institution


@pytest.mark.parametrize(
    ("affiliation", "institution"),
    [
        ("College of Crops, Example University, Oslo, Norway", "Example University"),
        ("Example College, Oslo, Norway", "Example College"),
        ("Example University, College Station, TX, USA", "Example University"),
        ("Example College Hospital, Academy of Examples, Oslo, Norway", "Example College Hospital"),
        ("Department of Pain, Example School of Medicine, Boston, MA", "Example School of Medicine"),
        ("U Examplia, Dept of Pain, Boston, MA, US", "U Examplia"),
        ("U.S. Center for Pain, Example University, Boston, MA", "Example University"),
    ],
)
def test_the_whole_is_named_before_its_parts(affiliation: str, institution: str) -> None:
    assert read_institution(affiliation) == institution


@pytest.mark.parametrize(
    ("institution", "kind"),
    [
        ("College of Pharmacy", "university"),
        ("University of Veterinary Medicine and Pharmacy in Examplia", "university"),
        ("Example Pharmaceutical University", "university"),
        ("Example Medical Center Chicago Illinois U.S.A", "hospital"),
        ("Department of Pharmaceutical Chemistry", None),
        ("Laboratory of Clinical Pharmacology", None),
        ("Department of Experimental Therapeutics", None),
        ("Example Pharmaceuticals", "industry"),
        ("Example Therapeutics", "industry"),
        ("Example-Pharma Research Institute", "industry"),
        ("Laboratoires Example SA", "industry"),
        ("Example S.A", "industry"),
        ("University Products Inc", "industry"),
        ("Example Hospital Services GmbH", "industry"),
        ("Klinikum Examplia GmbH", "hospital"),
        ("Exampla AG", "industry"),
        ("Examplawerk AG & Co. KG", "industry"),
        ("E. Voss-La Tour AG", "industry"),
        ("Exampla Pharma GmbH", "industry"),
        ("Exampla KGaA", "industry"),
        ("Exampla Healthcare A/S", "industry"),
        ("Exampla Farmaceutici S.p.A", "industry"),
        ("Exampla (Europe) BV", "industry"),
        ("Exampla K.K", "industry"),
        ("Exampla Oy", "industry"),
        ("Exampla Biotech AB", "industry"),
        ("Exampla Seeds SE", "industry"),
        ("Voss and Company", "industry"),
        ("Voss & Co", "industry"),
        ("Exampla Do Co", "industry"),
        ("Universitätsklinikum Examplia AG", "hospital"),
        ("Exampla University Holding AG", "university"),
        ("Institut für Biologie AG Voss", None),
        ("AG Voss", None),
        ("NL-1234 BV Exampla", None),
        ("12 Example Street SE", None),
        ("Example Research Institute Examplia AB", None),
        ("Co-innovation Center for Examples", None),
        ("KK Exampla", None),
        ("Example Baptist Hospitals, Inc", "hospital"),
        ("Example Medical Center Corporation", "hospital"),
        ("Hospexa Ltd", "industry"),
        ("Hospiexa Ltd", "industry"),
        ("Corporate Drive", None),
        ("Kantonsspital Examplia", "hospital"),
        ("Hôpital Example", "hospital"),
        ("Example Institute of Technology", "university"),
    ],
)
def test_a_company_is_known_by_its_legal_form_or_by_a_trade_that_no_faculty_teaches(
    institution: str, kind: str | None
) -> None:
    assert read_kind(institution) == kind


@pytest.mark.parametrize(
    ("affiliation", "city"),
    [
        ("Univ. of Example Springs, Norway", None),
        ("Example University, 12 High St, St. Louis, MO 63110, USA", "St. Louis"),
        ("Example Hospital, Boston, Massachusetts, U.S.A.", "Boston"),
        ("Example Hospital; Boston Massachusetts USA", "Boston"),
        ("Example Hospital, Vienna (Austria)", "Vienna"),
        ("Example University, Perth, Western Australia, Australia", "Perth"),
        ("Example University, Santiago de Chile, Chile", "Santiago de Chile"),
        ("Example University, New York, NY, USA", "New York"),
        ("Example University, New York, New York", "New York"),
        ("Example University, Washington DC, USA", "Washington"),
        ("Example University, Ithaca, New York, USA", "Ithaca"),
        ("Example University, Singapore, Singapore", "Singapore"),
        ("Example Hospital, 31000 Toulouse cedex 9, France", "Toulouse"),
        ("Example University, Maynooth, Co. Kildare, Ireland", "Maynooth"),
        ("Example Centre, Private Bag 9, Auckland, New Zealand; and", "Auckland"),
        ("Example University, College Station, TX, USA", "College Station"),
        ("Example Orthopaedics, Hamburg, Germany", "Hamburg"),
        ("Example Trust, Bradford, UK", "Bradford"),
        ("Example University, Example Campus, Berlin, Germany", "Berlin"),
        ("Example University, Tsukuba, Ibaraki, Japan", "Tsukuba"),
    ],
)
def test_a_city_is_read_without_its_state_country_or_post_office(affiliation: str, city: str | None) -> None:
    assert read_city(affiliation) == city


@pytest.mark.parametrize(
    ("affiliation", "country"),
    [
        ("Example University, Boston, Massachusetts U.S.A.", "United States"),
        ("Example Hospital, Birmingham, U.K.", "United Kingdom"),
        ("Example University, Oslo, Norway (A.B., C.D., E.F.)", "Norway"),
        ("Example University, Oslo, Norway, and", "Norway"),
    ],
)
def test_a_country_is_read_from_initials_and_before_those_of_authors(affiliation: str, country: str) -> None:
    assert read_country(affiliation) == country
