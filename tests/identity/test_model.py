"""The shipped model and its card."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from expertmine.identity.evidence import COLUMNS
from expertmine.identity.model import load_model

FOLDER = Path(str(files("expertmine"))).parent / "models" / "identity"


def test_card_tells_the_checksums_of_the_files() -> None:
    card = (FOLDER / "card.md").read_text(encoding="utf-8")
    for file in ("weights.json", "surnames.json"):
        assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() in card


def test_weights_have_the_sign_that_sense_demands() -> None:
    weight = dict(zip(COLUMNS, load_model().weights, strict=True))
    assert min(weight[column] for column in ("companions", "affiliation_close", "text", "email", "cites")) > 0
    assert max(weight[column] for column in ("surname_common", "given_common", "surname_other")) < 0
    assert weight["years"] <= 0
