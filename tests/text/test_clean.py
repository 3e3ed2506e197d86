from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertmine.text.clean import clean_abstract, clean_title


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("BACKGROUND: Stents help.\nMETHODS: We looked.", "Stents help.\nWe looked."),
        ("PATIENT(S): Ten women.\nMAIN OUTCOME MEASURE(S): Pain.", "Ten women.\nPain."),
        ("Summary of Background Data: Pain is common.", "Pain is common."),
        ("Purpose: To see. Methods: We looked. Results: Seen.", "To see. We looked. Seen."),
        ("Pain fell.\nFUNDING: The Fund of Funds.", "Pain fell."),
        ("Pain fell.\nTRIAL REGISTRATION: NCT01234567.", "Pain fell."),
        ("Pain fell. Copyright © 2019 Publisher Inc. All rights reserved.", "Pain fell."),
        ("Pain fell. © 2020 The Writers. A Journal published by Press.", "Pain fell."),
        ("Pain fell. (c) 2001 by Press, Inc.", "Pain fell."),
        ("Pain fell. (c)2001 Press.", "Pain fell."),
        ("Pain (a) rose, (b) stayed, (c) fell.", "Pain (a) rose, (b) stayed, (c) fell."),
        ("Pain fell. (ABSTRACT TRUNCATED AT 250 WORDS)", "Pain fell."),
        ("Pain fell (NCT01234567).", "Pain fell ( )."),
        ("Aspirin: an old drug for pain.", "Aspirin: an old drug for pain."),
        ("COX-2: a target.", "COX-2: a target."),
        ("Deformable image registration: a survey of methods.", "Deformable image registration: a survey of methods."),
        ("Seen.\nIMAGE REGISTRATION: Lungs were moved.", "Seen.\nLungs were moved."),
        ("Seen.\nSystematic review registration number: CRD42019.", "Seen."),
        ("P &lt; <i>in vivo</i>", "P &lt;  in vivo"),
        ('<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">x</mml:math><sub/>', "x"),
        ("Tumours <or=3 cm and >or=5 cm, a<b and c>d", "Tumours <or=3 cm and >or=5 cm, a<b and c>d"),
    ],
)
def test_labels_and_publishers_lines_go_and_prose_stays(raw: str, clean: str) -> None:
    assert clean_abstract(raw) == clean


def test_a_title_that_shouts_is_lowered_and_brackets_of_a_translated_one_go() -> None:
    assert clean_title("[Pain in\n the knee].") == "Pain in the knee."
    assert clean_title("[Pain in the knee (author's transl)]") == "Pain in the knee (author's transl)"
    assert clean_title("[Uptake of [18F]FDG].") == "Uptake of [18F]FDG."
    assert clean_title("[18F]FDG in the knee with [177Lu]") == "[18F]FDG in the knee with [177Lu]"
    assert clean_title("PAIN IN THE KNEE") == "pain in the knee"
    assert clean_title("MRI") == "MRI"


def test_signs_that_nobody_sees_part_no_word() -> None:
    assert clean_abstract("au\u00additory MSCs\u200b, a\ufeffnalysis") == "auditory MSCs, analysis"
    assert clean_title("Fibro\u00admuscular dys\u200bplasia") == "Fibromuscular dysplasia"


@given(st.text(max_size=300))
def test_any_text_is_cleaned_without_a_crash_and_stays_one_title_line(text: str) -> None:
    assert len(clean_title(text).splitlines()) <= 1
    assert "" not in clean_abstract(text).split("\n") or clean_abstract(text) == ""


@given(st.lists(st.sampled_from(["pain", "knee", "stent", "artery", "therapy", "outcome"]), min_size=1, max_size=8))
def test_plain_prose_is_left_as_it_is(words: list[str]) -> None:
    assert clean_abstract(" ".join(words)) == " ".join(words)
