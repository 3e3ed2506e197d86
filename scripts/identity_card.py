"""The card of the identity model: on what it was trained, how good it is, where it is weak."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from expertmine.identity.model import CERTAIN
from expertmine.identity.reading import Floats, Ints


def write_card(out: Path, report: list[dict[str, Any]], *, corpora: list[str], least: int) -> str:
    """Say what the model is, on what it was trained, how good it is and where it is weak."""
    columns = ["corpus", "precision", "recall", "f1", "b3_f1", "best key f1"]
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    lines += ["| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in report]
    log_odds, same = (np.concatenate([row[part] for row in report]) for part in ("log_odds", "same"))
    table, error = calibration(1 / (1 + np.exp(-log_odds)), same)
    sums = [f"- `{file}`: sha256 {_sha256(out / file)}" for file in ("weights.json", "surnames.json")]
    return CARD.format(
        corpora=", ".join(corpora), certain=CERTAIN, least=least, scores="\n".join(lines),
        calibration=table, error=f"{error:.3f}", sums="\n".join(sums),
    )  # fmt: skip


def calibration(probability: Floats, same: Ints) -> tuple[str, float]:
    """Return the reliability table of ten bins, and the expected calibration error."""
    place = np.minimum((probability * 10).astype(int), 9)
    lines, error = ["| probability | pairs | mean | observed |", "|---|---|---|---|"], 0.0
    for step in range(10):
        inside = place == step
        if inside.any():
            mean, observed = float(probability[inside].mean()), float(same[inside].mean())
            error += abs(mean - observed) * float(inside.mean())
            lines.append(f"| {step / 10:.1f} to {step / 10 + 0.1:.1f} | {inside.sum()} | {mean:.3f} | {observed:.3f} |")
    return "\n".join(lines), error


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


CARD = """# identity

Says how surely two mentions with like names are one human. A logistic regression, its signs held to sense, over the
columns of `expertmine.identity.evidence.COLUMNS`, written by
`scripts/train_identity.py`. Log-odds are cut at ±{certain:g}.

- `weights.json`: intercept and weights.
- `surnames.json`: how many bearers (different initials) the common surnames have, from {least} up. Counts only.

## Trained on
PubMed-layout records with ORCIDs kept apart as truth: labelled pairs within each corpus and in all of them as one;
and pairs whose names were cut to initials, judged by the full names. Corpora (those without ORCIDs give surnames
only): {corpora}.

## Measured
Each corpus with a model, and surnames, that have not seen it; on labelled mentions; pairwise but for b3_f1. The best
of three name keys beside it (surname with first initial, with all initials, with the full fore name).

{scores}

Calibration of the pair probabilities, the same way: expected calibration error {error}.

{calibration}

## Weak where
ORCID truth follows profiles, so some of the errors are the truth's. Few labelled pairs differ in spelling of the
surname or print a nickname; e-mail, citations and journals had little to say. East Asian names with initials only,
without addresses, stay doubtful: see each mention's confidence.

## Checksums
{sums}
"""
