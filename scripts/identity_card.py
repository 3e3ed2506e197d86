"""The card of the identity model: on what it was trained, how good it is, where it is weak."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from expertmine.corpus.disk import file_hash
from expertmine.evaluate.reliability import tabulate_reliability
from expertmine.identity.model import CERTAIN


def write_card(out: Path, report: list[dict[str, Any]], *, corpora: list[str], least: int) -> str:
    """Say what the model is, on what it was trained, how good it is and where it is weak."""
    columns = ["corpus", "precision", "recall", "f1", "b3_f1", "best key f1"]
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    lines += ["| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in report]
    log_odds, same = (np.concatenate([row[part] for row in report]) for part in ("log_odds", "same"))
    table = tabulate_reliability(1 / (1 + np.exp(-log_odds)), same == 1)
    sums = [f"- `{file}`: sha256 {file_hash(out / file)}" for file in ("weights.json", "surnames.json")]
    return CARD.format(
        corpora=", ".join(corpora), certain=CERTAIN, least=least, scores="\n".join(lines),
        calibration=_bins(table), error=f"{table['error'].iloc[-1]:.3f}", sums="\n".join(sums),
    )  # fmt: skip


def _bins(table: pd.DataFrame) -> str:
    rows = table.iloc[:-1].to_dict("records")
    lines = [f"| {row['probability']} | {row['pairs']} | {row['mean']:.3f} | {row['observed']:.3f} |" for row in rows]
    return "\n".join(["| probability | pairs | mean | observed |", "|---|---|---|---|", *lines])


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


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
surname or print a nickname; citations and journals had little to say, years nothing. East Asian names with initials
only, without addresses, stay doubtful: see each mention's confidence.

## Checksums
{sums}
"""
