"""What is typed where a name was asked, and what may be a name after all."""

import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.nominations import weigh_nominations
from expertmine.nominations.names import name_key
from expertmine.nominations.phrases import no_name
from expertmine.nominations.review import list_doubts, read_review
from expertmine.tables import TABLES
from tests.nominations.village import ballot, ballots, person, score, tables

PHRASES = [
    "the team in Lyon", "see above", "See above.", "ask my boss", "My boss", "the people in Ostvik",
    "Same as above", "same", "Ditto", "as before", "siehe oben", "voir ci-dessus", "Head of Cardiology",
    "our professor", "everyone here", "Any colleague of mine", "the young doctors", "Dept. of Pain, Ostvik",
    "I don't know anybody", "a surgeon in Karlund", "Ostvik University", "Ida Voss and team",
    "https://ostvik.example/voss", "Ostvik, the team", "i would ask around", "(see above)", "word " * 31,
]  # fmt: skip
ADDRESSES = ["ida.voss@ostvik.example", " <ida.voss@ostvik.example> ", "mailto:i_voss+x@mail.ostvik.example"]
WORDS_THAT_ARE_NAMES = (
    "See", "My", "The", "An", "Ask", "To", "He", "She", "You", "Her", "Him", "With", "From", "And", "Head",
    "Boss", "Ward", "Chief", "Same", "In", "Or", "No", "Not", "Any", "All", "Me", "I", "We", "Who", "Do", "Can",
    "Have", "Is", "Are", "Of", "Above", "Group", "Fellow", "Person", "Surgeon", "Nurse", "Doctor", "Professor",
    "Hospital", "Clinic", "Other", "Some",
)  # fmt: skip
PARTICLES = (
    "van", "van der", "von", "zu", "de", "de la", "d'", "di", "da", "dos", "af", "av", "ter", "op de", "in 't", "el",
    "al-", "bin", "ibn", "ben", "ould", "y", "e", "i", "Ní", "Mac", "O'", "St.",
)  # fmt: skip
INVENTED = (
    "Ida", "Voss", "Zsófia", "Jean-Luc", "Anne-Sofie", "Nguyễn", "Þórdís", "Łaska", "İnci", "N'Diaye", "I.",
    "J.-P.", "JM", "王", "小明", "山田", "たろう", "김", "민지", "Иван", "Петрова", "محمد", "علي", "मीरा", "สมชาย",
    "Ελένη", "דנה", "গীতা", "தமிழ்",
)  # fmt: skip
SCRIPTS = st.text(st.characters(categories=["Lo", "Mn"]), min_size=1, max_size=6)
NAME_WORDS = st.sampled_from([*WORDS_THAT_ARE_NAMES, *INVENTED]) | SCRIPTS
NAMES = st.lists(NAME_WORDS | st.sampled_from(PARTICLES), min_size=1, max_size=6)


@pytest.mark.parametrize("text", PHRASES)
def test_a_phrase_is_no_name(text: str) -> None:
    assert no_name(text) != ""


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_no_name(text: str) -> None:
    assert no_name(text) == "an e-mail address"


STOCK = {("see", "above"), ("from", "above"), ("same", "person")}


@given(NAMES, st.sampled_from([" ", "-", ", "]))
def test_names_of_any_culture_are_left_alone_whatever_their_words_mean_in_english(words: list[str], by: str) -> None:
    pairs = zip([word.casefold() for word in words], [word.casefold() for word in words[1:]], strict=False)
    said = any(pair in STOCK for pair in pairs) or [word.casefold() for word in words] == ["same"]
    first_is_office = words[0] in {"Head", "Chief", "Professor"} and words[1:2] == ["Of"]
    opens = [word.casefold() for word in words[:2]] in (["same", "as"], ["i", "can"], ["i", "would"])
    text = by.join([words[0], " ".join(words[1:])]) if words[1:] else words[0]
    if not (said or first_is_office or opens):
        assert no_name(text) == ""


@pytest.mark.parametrize("first", ["My", "The", "An", "All", "Any", "Some", "Other", "Her", "See", "Ask", "Same"])
@pytest.mark.parametrize("last", ["Boss", "Chief", "Head", "Fellow", "Group", "Person", "Hospital", "Ones", "As", "Or"])
def test_two_words_of_a_phrase_are_a_name_if_both_have_capitals(first: str, last: str) -> None:
    assert no_name(f"{first} {last}") == ("a phrase" if first == "Same" and last in {"Person", "Ones"} else "")


@given(st.lists(st.sampled_from(INVENTED + PARTICLES), min_size=1, max_size=6))
def test_names_typed_in_small_letters_or_capitals_are_left_alone(words: list[str]) -> None:
    assert no_name(" ".join(words).lower()) == no_name(" ".join(words).upper()) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Voss, Ida, head of department",
        "Ida Voss (my boss)",
        "Prof. Ida Voss, the team leader",
        "Ida Voss, Ostvik University",
    ],
)
def test_a_remark_behind_a_name_makes_it_no_phrase(name: str) -> None:
    assert no_name(name) == ""


@pytest.mark.parametrize(
    "typed", ["Ida Voss <i.v@ostvik.example>", "Ida Voss, i.v@ostvik.example", "Ida Voss i.v@x.example"]
)
def test_an_address_behind_a_name_is_no_part_of_it(typed: str) -> None:
    assert no_name(typed) == ""
    assert name_key(typed) == "ida voss"


def test_a_name_all_in_brackets_is_a_name() -> None:
    assert name_key("(Ida Voss)") == "ida voss"
    assert name_key("7 (advice)") == "7"


def test_a_long_cell_is_looked_at_in_a_moment() -> None:
    begun = time.process_time()
    assert no_name("a." * 16_000) == ""
    assert time.process_time() - begun < 1, "from every letter on, it takes many"


TYPED = ["see above", "ida.voss@ostvik.example", "Zyx Wombat"]


def weigh(decided: str = "", rater: str = "A. Orr") -> tuple[pa.Table, ...]:
    read = read_review(f"nominee,topic,decision\n{decided}".encode(), source="doubts.csv")
    ruled = TABLES["decisions"].rows({"number": number, **row} for number, row in enumerate(read, 1))
    return weigh_nominations(ballots([ballot(rater, typed) for typed in TYPED]), **tables(), decisions=ruled)


def test_what_is_no_name_is_nobody_until_a_reader_says_who_is_meant() -> None:
    _, nominees, unmatched, standing = weigh()
    assert nominees["name"].to_pylist() == ["Zyx Wombat"]
    assert standing.num_rows == 1
    reasons = dict(zip(unmatched["nominee"].to_pylist(), unmatched["reason"].to_pylist(), strict=True))
    assert reasons == {typed: f"{typed!r} is {no_name(typed)}, no name: who is meant?" for typed in TYPED[:2]}
    asked = [ballot("A. Orr", typed) for typed in TYPED]
    assert [row["nominee"] for row in list_doubts(unmatched.to_pylist(), ballots(asked).to_pylist(), {})] == TYPED[
        1::-1
    ]
    decided = weigh("see above,t1,new\nida.voss@ostvik.example,t1,skip\n")
    assert sorted(decided[1]["name"].to_pylist()) == ["Zyx Wombat", "see above"]
    assert decided[2]["reason"].to_pylist() == ["set aside by the review"]


def test_an_address_that_may_be_somebodys_is_asked_about_with_the_candidate() -> None:
    ida = person("p1", "Ida", "Voss")
    village = tables([ida], [score("p1", "t1")])
    typed = ballots([ballot("A. Orr", "ida.voss@ostvik.example"), ballot("B. Kar", "Ida Voss <i.v@ostvik.example>")])
    nominations, _, unmatched, _ = weigh_nominations(typed, **village)
    assert nominations["nominee"].to_pylist() == ["p1"], "a name beside an address is read"
    [row] = unmatched.to_pylist()
    assert (row["nominee"], row["candidates"], row["chances"][0] > 0.5) == ("ida.voss@ostvik.example", ["p1"], True)


def test_a_rater_may_be_known_by_an_address() -> None:
    assert weigh(rater="a.orr@ostvik.example")[3].num_rows == 1
