"""Where a mention works: the institution and the country an affiliation names, read by rule."""

from __future__ import annotations

import re
from functools import lru_cache

from expertmine.identity.names import fold

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CONTACT = re.compile(r"(?i)\s*\b(?:electronic address|e-?mail|correspondence)\b[^,;]*:?.*$")
_ABBREVIATIONS = (
    "Univ", "Dept", "Depts", "Hosp", "Inst", "Med", "Lab", "Labs", "Res", "Div", "Fac", "Sch", "Coll", "Natl", "Nat",
    "Sci", "Agric", "Assoc", "No", "St", "Ste", "Mt", "Ft", "Kgs", "Co", "Pvt", "Pte", "Prof", "Dr", "Drs", "Gr", "Av",
    "Ave", "Avda", "Rd", "Str", "Bldg", "Rm", "Km", "Apdo", "Edo", "Cd", "ul", "Jl",
)  # fmt: skip
"""What comes before a full stop that ends no part, beside single letters."""
_GOES_ON = "".join(rf"(?<!\b{word}\.)" for word in _ABBREVIATIONS)
_INITIAL = r"(?:(?<!\b[^\W\d_]\.)|(?<=\bU\.S\.A\.)|(?<=\bU\.K\.))"
_COMPANY = r"\b(?:inc|incorporated|ltd|limited|gmbh|llc|corp|corporation|plc)\b"
_SEPARATOR = re.compile(rf"(?i)\s*[,;](?!\s*{_COMPANY})\s*|\.(?=\s){_GOES_ON}{_INITIAL}\s+")
_MARKER = re.compile(r"^[\s\d*†‡§¶#|()\[\]]+(?=[^\W\d])(?!(?:st|nd|rd|th)\b)")
_LEAD = re.compile(r"^(?:(?i:from|and|at)\s+(?:[Tt]he\s+)?|the\s+)")
_BRACKET = re.compile(r"[()\[\]]")
_UNCLOSED = re.compile(r"\s*(?:\([^()]*|\[[^\[\]]*)$")
_UNOPENED = re.compile(r"^([^()\[\]]*)[)\]]")
_POSTCODE = re.compile(r"(?i)\b[\w-]*\d[\w-]*\b|\b(?:cedex|b\.?p)\b")
_STATE = re.compile(r"\b([A-Z]{2})(?:\s+\d{5}(?:-\d{4})?)?$")
_UNIVERSITY = (
    r"\buniver|^u\.? (?![sk]\b)[a-z]|\buniv\b|\bcollege hospital|\bhochschule|\bpol[iy]te[ck]|\bacademy of|\b[eé]cole"
)
_COLLEGE = r"\bcoll(?:ege)?\b(?! (?:park|station))"
_HOSPITAL = (
    r"\bhosp(?:i[ct]|\b)|\bh[oô]pita|\bospedal|\w*spital\b|\bsygehus|sjukhus\b|ziekenhuis\b|\bklinik|\bclinic\b|\bclinique"
    r"|\binfirmary|\bmed(?:ical)?\.? c(?:ent|tr\b)|krankenhaus|klinikum\b"
)
_FORM = (
    r"[^\W\d]\)? (?-i:AG(?=$| &)|KGaA|mbH|S\.?p\.?A|S\.?[rR]\.?[lL]|SARL|S\.A\.S|S\.L|B\.?V|N\.V|A/S|ApS|Oyj?|K\.K|Corp"
    r"|Pty|Ltda)\b(?!-)"
)
"""Legal forms behind a name, in the letters in which they are no words.

'AG Voss' is a working group, '1234 BV' a postcode.
"""
_STATE_OR_FORM = (
    r"^(?!.*\b(?:depart|dept|institut|cent(?:er|re|ro)|school|laborator|academ|street|st|ave|avenue|road|rd)\w*\b)"
    r".*[^\W\d]\)? (?-i:AB|AS|Co|KK|NV|SE)$"
)
"""Legal forms that end a name, as states, directions and counties do; those seldom end a company's."""
_TRADE = (
    r"^(?!.*\b(?:depart|dept|division|facult|school|institut|laborator|cent(?:er|re)|unit)\w*\.? (?:of|for|de)\b)"
    r".*(?:\bpharma\b|\bpharmaceuticals?\b|\btherapeutics\b|\ss\.?a\.?$"
    rf"|{_FORM}|(?:\band|&) co(?:mpany)?$)"
)
"""The trade of a company, where no faculty teaches it, or its legal form."""
_NAMED = tuple(
    re.compile(rf"(?i){words}")
    for words in (
        _UNIVERSITY,
        _COLLEGE,
        _HOSPITAL,
        r"\binst(?:itut|\b)|\bistitut|\bfoundation|\bmax[- ]planck|\bcns?rs?\b|\binserm|\bministry|\bagency",
        rf"{_COMPANY}|{_TRADE}",
        r"\bcent(?:er|re|ro)\b|\bctr\b|\bsch(?:ool|\b)|\bfac(?:ult|\b)",
        r"\bdepart|\bdept",
    )
)
"""What names an institution, the whole before its parts: a college may be one of a university."""
_SUPPLIES = (
    r"\b(?:services|products|suppl(?:y|ies|ier)|equipment|devices|solutions|systems|software|technolog\w*|consult\w*"
    r"|research)\b"
)
"""What a company sells to hospitals, by which it is known to be none."""
_KINDS = (
    ("hospital", re.compile(rf"(?i)^(?=.*(?:{_HOSPITAL}))(?=.*{_COMPANY})(?!.*{_SUPPLIES})")),
    ("industry", re.compile(rf"(?i){_COMPANY}")),
    ("hospital", re.compile(rf"(?i){_HOSPITAL}|\bchu\b|\bhealth system|\bmedical group|\bnhs\b|\birccs\b")),
    ("university", re.compile(rf"(?i){_UNIVERSITY}|{_COLLEGE}|\bschool of|\bfacult|\binstitute of technology")),
    (
        "government",
        re.compile(
            r"(?i)\bministr|\bagency|\bnational institutes? of|\bcenters? for disease|\bveterans|\bpublic health\b"
            r"|\bfood and drug|\bcouncil\b|\bgovernment|\bfederal|\bnational cent"
        ),
    ),
    ("industry", re.compile(rf"(?i){_TRADE}|{_STATE_OR_FORM}")),
)
"""What an institution is, by its name; the first that fits: a university hospital is a hospital, and so is one that is
run as a company; a college of pharmacy is no industry."""
_CODE = re.compile(r"\s*\b[A-Z]{2,3}$")
_PARTLY = re.compile(r"(?i)(?:north|south|east|west|central).*|upper|lower|inner|new|of|the|and|del?")
"""Words before the name of a country or state that make it another's: Western Australia, Santiago de Chile."""
_WORD = re.compile(r"(?:[^\W\d_].*){3}")
_PROVINCE = re.compile(r"^(?:co|county) | (?:province|prefecture|state)$")
_STREET = re.compile(
    r"(?i)(?<=\w )st\b|\b(?:street|road|rd|av(?:e|da|enue)?|boulevard|via|rue|str)\b|stra(?:ss|ß)e\b"
    r"|\b(?:box|bag|suite|apdo|apartado|postal)\b"
)
_ALIASES = {
    "usa": "US", "us": "US", "united states of america": "US", "america": "US", "uk": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB", "korea": "KR",
    "south korea": "KR", "republic of korea": "KR", "peoples republic of china": "CN", "pr china": "CN",
    "p r china": "CN", "prc": "CN", "mainland china": "CN", "hong kong sar": "HK", "russia": "RU", "turkey": "TR",
    "turkiye": "TR", "czech republic": "CZ", "the netherlands": "NL", "holland": "NL", "iran": "IR", "taiwan": "TW",
    "republic of china": "TW", "vietnam": "VN", "viet nam": "VN", "brasil": "BR", "deutschland": "DE", "espana": "ES",
    "italia": "IT", "uae": "AE", "ksa": "SA", "west germany": "DE", "ussr": "RU", "macedonia": "MK", "syria": "SY",
    "u s a": "US", "u s": "US", "u k": "GB", "n ireland": "GB", "republic of ireland": "IE", "dpr korea": "KP",
    "democratic republic of the congo": "CD", "democratic republic of congo": "CD", "dr congo": "CD",
    "d r congo": "CD", "new south wales": "AU", "inner mongolia": "CN",
    "ivory coast": "CI", "the gambia": "GM", "palestine": "PS", "bolivia": "BO", "venezuela": "VE", "tanzania": "TZ",
}  # fmt: skip
_GEORGIAN = re.compile(r"(?i)\b(?:tbilisi|batumi|kutaisi|georgian|republic of georgia)\b")
"""What tells the country of Georgia from the state, whose affiliations often end with it."""
_CITIES = frozenset(("new york", "washington", "singapore", "hong kong", "luxembourg", "monaco"))
"""Cities that are called like their state or country, and so are known by nothing else standing there."""
_BIG = frozenset((
    "amsterdam", "auckland", "baghdad", "bamako", "berlin", "bologna", "budapest", "dakar", "dhaka", "dublin", "geneva",
    "hamburg", "harare", "istanbul", "lima", "ljubljana", "madrid", "milano", "montevideo", "munich", "oslo", "paris",
    "roma", "taipei", "tehran", "tokyo", "torino", "zurich",
))  # fmt: skip
"""Cities that are provinces, too, and so large that what stands before them is a part of them: a campus, a street."""


def read_institution(affiliation: str) -> str | None:
    """Return the part of an affiliation that names an institution, a university before its department.

    >>> read_institution("1 Dept of Pain, St Example Hospital, 12 High St, Leeds LS1 3EX, UK. x@example.org")
    'St Example Hospital'
    """
    parts = [part for part in _parts(affiliation) if re.search(r"[^\W\d_]{3}", part)]
    for kind in _NAMED:
        for part in parts:
            if kind.search(part):
                return part
    return next((part for part in parts if not _is_country(part)), None)


def first_address(affiliation: str) -> str:
    """Return the first of several addresses that stand in one line: up to the semicolon after its country.

    >>> first_address("Example University, Oslo, Norway; Example Hospital, Vienna, Austria")
    'Example University, Oslo, Norway'
    >>> first_address("Department of Pain; Example Hospital; Vienna, Austria")
    'Department of Pain; Example Hospital; Vienna, Austria'
    """
    line = affiliation.split("\n")[0]
    for end in re.finditer(r";\s", line):
        *parts, last = _parts(line[: end.start()]) or ("",)
        if read_country(last) and not _is_other(last) and any(map(_is_other, parts)):
            return line[: end.start()]
    return line


def read_kind(institution: str) -> str | None:
    """Return what an institution is: hospital, university, industry or government; None if its name does not say.

    >>> read_kind("Example University Hospital"), read_kind("Example Pharma Ltd"), read_kind("Example Institute")
    ('hospital', 'industry', None)
    """
    return next((kind for kind, pattern in _KINDS if pattern.search(institution)), None)


def read_city(affiliation: str) -> str | None:
    """Return the city: the last part before the country that is no institution, street or postcode.

    A province is passed over where a city stands before it.

    >>> read_city("Example University, High Street 2, 1010 Vienna, Austria."), read_city("Clinic, Boston, MA 02115")
    ('Vienna', 'Boston')
    """
    country = read_country(affiliation)
    if country is None:
        return None
    places = [_before(country, part) for part in reversed(_parts(affiliation))]
    named = (_CODE.sub("", place) for place in places if not _is_country(place))
    cities = list(filter(_WORD.search, named))
    last = next(iter(cities), "")
    province = fold(last) not in _BIG and _PROVINCE.sub("", fold(last)) in _provinces()
    if province and len(cities) > 2 and not _is_other(cities[1]):  # what comes first of all is who works there
        last = cities[1]
    if last and not _is_other(last):
        return last
    return next((place for place in places if fold(place) in _CITIES), None)


def _before(country: str, part: str) -> str:
    """Return what stands before the country and its state: 'Boston Massachusetts 02115 U.S.A' is Boston."""
    words = _POSTCODE.sub(" ", part).split()
    for start in range(1, len(words)) if words and fold(words[-1]) in _last_words() else ():
        code = _countries().get(fold(" ".join(words[start:])))
        if code and _country_names()[code] == country and not _PARTLY.fullmatch(words[start - 1]):
            return _before(country, " ".join(words[:start]))
    return " ".join(words).rstrip(" -(")


def _is_country(part: str) -> bool:
    return fold(part).removeprefix("the ") in _countries()


def _is_other(part: str) -> bool:
    """Tell whether it is a street or an institution."""
    return bool(_STREET.search(part)) or any(kind.search(part) for kind in _NAMED)


@lru_cache(maxsize=1)
def _provinces() -> frozenset[str]:
    import pycountry

    names = [fold(one.name) for one in pycountry.subdivisions if one.country_code != "US"]
    return frozenset(name.removesuffix(" sheng") for name in names)  # as China's are listed


@lru_cache(maxsize=1 << 14)
def read_country(affiliation: str) -> str | None:
    """Return the country, in English, that an affiliation ends with.

    >>> read_country("Example University, 1010 Vienna, Austria."), read_country("Clinic, Boston, MA 02115")
    ('Austria', 'United States')
    """
    for part in reversed(_parts(affiliation)[-3:]):
        code = _country_code(fold(_POSTCODE.sub(" ", part))) or _by_state(part)
        if code:
            return _country_names()["US" if code == "GE" and not _GEORGIAN.search(affiliation) else code]
    return None


@lru_cache(maxsize=1 << 10)
def _parts(affiliation: str) -> tuple[str, ...]:
    first = affiliation.split("\n")[0]
    bare = _CONTACT.sub("", EMAIL.sub("", first))
    parts = (_clean(part) for part in _SEPARATOR.split(bare))
    return tuple(part for part in parts if part not in ("", "and"))


def _clean(part: str) -> str:
    """Take off footnote marks, 'From the', and brackets whose other half stands in another part."""
    whole = _MARKER.sub("", part.strip(" ."))
    if _BRACKET.search(whole):
        whole = _UNOPENED.sub(r"\1", _UNCLOSED.sub("", whole))
    return _LEAD.sub("", whole).strip()


def emails_of(text: str) -> list[str]:
    """Return the e-mail addresses printed in an affiliation."""
    return [found.lower() for found in EMAIL.findall(text)]


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    """Return the usual English name by ISO code."""
    import pycountry

    return {country.alpha_2: str(getattr(country, "common_name", country.name)) for country in pycountry.countries}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Return the ISO code by every folded name of a country and of a state of the US."""
    import pycountry

    states = (one for one in pycountry.subdivisions if one.country_code == "US")  # they print their country least
    known = {fold(state.name): "US" for state in states if state.name != "Georgia"}
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")):
            known[fold(name)] = country.alpha_2
            known[fold(name.split(",")[0])] = country.alpha_2
    del known[""]
    return known | _ALIASES


@lru_cache(maxsize=1)
def _last_words() -> frozenset[str]:
    return frozenset(name.rsplit(" ", 1)[-1] for name in _countries())


def _country_code(words: str) -> str | None:
    """Look up the whole part, then its last words: '1010 Vienna Austria'."""
    tokens = words.split()
    for start in range(len(tokens)):
        code = _countries().get(" ".join(tokens[start:]))
        if code:
            return code
    return None


def _by_state(part: str) -> str | None:
    """Read 'MA 02115', capitals only: in other cases such letters are words."""
    import pycountry

    found = _STATE.search(part)
    known = found and pycountry.subdivisions.get(code=f"US-{found[1]}")  # type: ignore[no-untyped-call]
    return "US" if known else None
