"""Words: which are counted, which end a phrase, and the one form under which a word is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_LABELS = (
    "abstract aim aims background conclusion conclusions discussion findings introduction method methods objective "
    "objectives purpose result results summary"
)
_HOUSEKEEPING = (
    "although among article authors based cm compared da described et etc fig figure found included including kg "
    "level mean mg min ml mm month months observed p paper performed present presented reported respectively "
    "eg hg ie i.e. e.g. i. e. iu mg/day mg/kg mmhg sd se showed shown significant significantly similar studied studies study suggest suggests table total use "
    "used useful using versus vs week weeks whereas year years"
)
_ACADEMIC = (
    "ability able abnormal absence access according accuracy achieve achieved activities addition additional "
    "adequate adult adults advanced advantage advantages affect affected age aged allow allowed alternative "
    "analyses analysis analyzed animal animals appear appears application applications applied approach approaches "
    "area areas assess assessed assessment assigned associated association associations author available average "
    "aspect aspects better beneficial benefit benefits best bilateral book case cases category cause caused causes "
    "challenge challenges change changed changes chapter characteristic characteristics characterized children "
    "clear clinical clinically cohort combination combined common commonly comparable comparative compare "
    "comparing comparison complete completed complex concentration concentrations concept concerning conditions "
    "conducted consecutive consensus considered consistent contrast control controlled controls correlated "
    "correlation course cross-sectional current currently daily data day days decrease decreased define defined "
    "degree demonstrate demonstrated demonstrates dependent design designed detected determine determined "
    "develop developed development difference differences different difficult direct discuss discussed dose "
    "doses double-blind due duration earlier early effect effective effectiveness effects efficacy elevated "
    "emerging enhance enhanced enrolled establish established estimate estimated evaluate evaluated evaluating "
    "evaluation evaluations evidence examine examined example excellent existing expected experience experimental "
    "exhibit exhibited expert extent factor factors failed failure favorable feature features female females final "
    "finding fold follow follow-up followed following follow-ups form formed frequency frequently full function "
    "functional functions future general generally generation good grade great greater group groups half healthy "
    "help high higher highest highlight highly history hour hours human humans hypothesis hypothesized identified "
    "identify impact implicated importance important improve improved improvement improvements improves increase "
    "increased increases increasing indicate indicated indicates indication indications individual individuals "
    "influence information initial insight insights interest intervention interventions investigate investigated "
    "investigation involved involving issue issues key known knowledge lack large largest last late later lead "
    "leading leads left less levels likely limitation limitations limited literature little long longer long-term "
    "low lower lowest main maintain maintained major majority make makes male males man management marked markedly "
    "maximum means measure measured measurement measurements measures mechanism mechanisms median men method "
    "mid-term midterm mild minimal minimum moderate model models modified multiple natural necessary need needed "
    "negative new normal novel number numbers observation obtained occur occurred occurs old older open optimal "
    "option options order original outcome outcomes overall overview parameter parameters participants particular "
    "particularly past patient patients people performance period periods perspective perspectives phase placebo "
    "placebo-controlled point points poor population populations positive possible possibly post potential "
    "potentially practice predict predicted presence preliminary prevent previous previously primary prior "
    "problem problems procedure procedures process produce produced product promising properties property "
    "proposed prospective prospectively protocol prove provide provided provides published quality question "
    "questions randomised randomized randomly range rate rates rating ratio reason received receiving recent "
    "recently recommend recommendations recommended record recorded reduce reduced reduces reducing reduction "
    "refer regard regarding related relation relationship relative relatively relevance relevant remain remained "
    "remains report reporting reports represent required requires research respect response responses "
    "retrospective retrospectively reveal revealed review reviewed reviews right risk risks role safe safety "
    "sample samples satisfactory scale scales score scores second secondary section seen select selected series "
    "set several severe short shorter short-term show shows side significance single site sites situation size "
    "small specific standard state statistically status step strategies strategy strong stronger sub-group "
    "subgroup subject subjects subsequent successful successfully sufficient suggested suggesting suitable "
    "superior support supported supports survey symptoms systematic systematically technique techniques term "
    "terms test tested testing tests therapeutic therapies therapy third time times today tool tools topic topics "
    "treat treated treating treatment treatments trend trends trial trials type types typical typically "
    "understanding underwent unique unknown update useful user users value values variable variables variety "
    "various volunteers well whole wide widely women work yield young younger "
    "de la le les el los las del des du une un der die das und bei mit von zur im et en y e o os as dos das do"
)
_NUMBER = re.compile(
    r"[<>=~±+-]*\d[\d.,:/x×+-]*-?(?:st|nd|rd|th|y|yrs?|years?|months?|mo|weeks?|wk|days?|hours?|hr?s?|min|minutes?|"
    r"s|[µmnkc]?[gmlL]|mcg|mmhg|iu|fold|points?|times|items?|%|and|to|year-old|years-old|month-old)?"
)
_UNFOLDED = frozenset(
    "aids always ascites asbestos atlas bias biceps canvas caries chaos diabetes feces herpes lens measles pancreas "
    "perhaps psoas quadriceps rabies scabies series species sometimes texas towards triceps".split()
)
_PLURALS = (
    ("ss", 0, ""), ("us", 0, ""), ("is", 0, ""), ("yses", 2, "is"), ("noses", 2, "is"), ("broses", 2, "is"),
    ("boses", 2, "is"), ("roses", 2, "is"), ("stases", 2, "is"), ("ruses", 2, ""), ("nuses", 2, ""),
    ("sses", 2, ""), ("xes", 2, ""), ("ches", 2, ""), ("shes", 2, ""), ("ies", 3, "y"), ("s", 1, ""),
)  # fmt: skip
"""What a word ends in, how many letters go, what takes their place; the first that fits."""
_PARTS = re.compile(r"[^\W\d_]{3,}(?:[-/][^\W\d_]{3,})+")
_KEPT_SINGLES = frozenset("bcdegkq")


@lru_cache(maxsize=1)
def _stops() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words never counted, and with them those that are counted but end a phrase."""
    from spacy.lang.en.stop_words import STOP_WORDS

    uncounted = frozenset(STOP_WORDS) | frozenset(f"{_LABELS} {_HOUSEKEEPING}".split())
    return uncounted, uncounted | frozenset(_ACADEMIC.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as printed: the forms it is counted under (none: not counted), and whether a phrase ends at it."""

    surface: str
    forms: tuple[str, ...]
    ends_phrase: bool


@lru_cache(maxsize=1 << 17)
def read_word(surface: str) -> Word:
    """Return what the printed word counts as."""
    lower = surface.lower()
    if not _is_word(lower):
        return Word(surface, (), ends_phrase=True)
    uncounted, ending = _stops()
    folded = fold(lower)
    if lower in uncounted or folded in uncounted:
        return Word(surface, (), ends_phrase=True)
    ends = lower in ending or folded in ending or (lower.endswith("ly") and len(lower) > 6)
    forms = tuple(fold(part) for part in re.split("[-/]", lower)) if _PARTS.fullmatch(lower) else (folded,)
    return Word(surface, tuple(form for form in forms if form not in uncounted), ends_phrase=ends)


def _is_word(lower: str) -> bool:
    if len(lower) == 1:
        return lower in _KEPT_SINGLES
    return len(lower) <= 60 and any(map(str.isalpha, lower)) and not _NUMBER.fullmatch(lower)


def fold(word: str) -> str:
    """Return the lower-case word without an English plural ending; folding twice changes nothing.

    >>> [fold(word) for word in ("Biopsies", "hearts", "diabetes", "stenosis", "virus")]
    ['biopsy', 'heart', 'diabetes', 'stenosis', 'virus']
    """
    lower = word.lower()
    if len(lower) < 4 or not lower.endswith("s") or lower in _UNFOLDED or not lower[-2].isalpha():
        return lower
    return next((lower[: len(lower) - cut] + tail for ending, cut, tail in _PLURALS if lower.endswith(ending)))


def fold_phrase(phrase: str) -> str:
    """Return the form under which two spellings of a phrase meet: lower case, no plurals, hyphens as spaces."""
    return " ".join(fold(word) for word in re.split(r"[\s/-]+", phrase) if word)
