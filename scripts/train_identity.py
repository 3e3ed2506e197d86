"""Train the model that says whether two mentions are one human, and write it with its card to models/identity.

    python scripts/train_identity.py FOLDER [--out models/identity]

FOLDER holds PubMed XML (NAME.xml.gz), beside some of it NAME.orcid.csv (pmid, position, orcid) with the truth. What
is learned from: labelled pairs within each corpus and in all of them as one, and, since every full name tells what an
initial would have hidden, the pairs of papers whose names are cut to initials, as journals print them. How good it is
is measured on each corpus with a model that has not seen it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from identity_card import write_card
from record_files import read_records

from expertmine.config import IdentitySettings
from expertmine.evaluate.identity import KEYS, evaluate_identity
from expertmine.identity.compatibility import Level, compare_given
from expertmine.identity.evidence import COLUMNS, LEVELS
from expertmine.identity.model import PairModel
from expertmine.identity.names import Name, read_name
from expertmine.identity.reading import Floats, Ints
from expertmine.identity.resolve import identify, prepare_evidence
from expertmine.tables import TABLES
from expertmine.text import read_terms

LEAST_BEARERS = 5
"""Bearers from which a surname is worth remembering."""
MASKINGS = 2
LABELLED = 3.0
"""What a labelled pair counts beside one that full names decide."""
PENALTY = 1.0
UNKNOWN = -1
FOR = {"companions", "affiliation", "affiliation_close", "email", "text", "text_alike", "journal", "cites"}
AGAINST = {"surname_spelling", "surname_other", "surname_common", "given_common", "rivals", "nothing_shared", "years"}
Tables = dict[str, pa.Table]
Truth = dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs to learn from: evidence, one human or not, and the corpora they come from."""

    evidence: Floats
    same: Ints
    corpora: npt.NDArray[np.str_]
    weight: float

    def without(self, corpus: str | None) -> Sample:
        """Return the pairs that have no part in a corpus."""
        kept = (self.corpora != corpus).all(axis=1)
        return Sample(self.evidence[kept], self.same[kept], self.corpora[kept], self.weight)


def main() -> None:
    """Read, train, measure, write."""
    parser = argparse.ArgumentParser(description="Train the identity model.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "models" / "identity")
    given = parser.parse_args()
    files = sorted(given.folder.glob("*.xml.gz"))
    corpora = {file.name.removesuffix(".xml.gz"): read_corpus(file) for file in files}
    truths = {name: read_truth(given.folder / f"{name}.orcid.csv") for name in corpora}
    truths = {name: truth for name, truth in truths.items() if len(truth)}
    bearers = {name: known_bearers(tables) for name, tables in corpora.items()}
    samples = list(collect_samples(corpora, truths, bearers))
    write_model(given.out, fit(samples, None, common_surnames(bearers, None)))
    report = [measure_corpus(name, corpora[name], truths[name], (samples, bearers)) for name in truths]
    (given.out / "card.md").write_text(
        write_card(given.out, report, corpora=sorted(corpora), least=LEAST_BEARERS), encoding="utf-8"
    )


def read_corpus(file: Path) -> Tables:
    """Read a file of PubMed XML into tables, terms among them."""
    records = read_records(file)
    held = {"articles": records.articles, "mentions": records.mentions, "citations": records.citations}
    return {**held, "terms": read_terms(records.articles)}


def read_truth(file: Path) -> Truth:
    """Read who is behind each labelled mention; nothing where there is no such file."""
    if not file.exists():
        return {}
    rows = pd.read_csv(file, dtype={"orcid": str})
    places = zip(rows["pmid"].tolist(), rows["position"].tolist(), strict=True)
    return dict(zip(places, rows["orcid"].tolist(), strict=True))


def names_of(tables: Tables) -> Iterator[Name]:
    """Yield the distinct names of a corpus."""
    columns = [tables["mentions"][part].to_pylist() for part in ("last", "fore", "initials", "suffix")]
    for last, *rest in sorted(set(zip(*columns, strict=True)), key=str):
        if last and last.strip():
            yield read_name(last, *rest)


def known_bearers(tables: Tables) -> set[tuple[str, str]]:
    """Return the surnames of a corpus with the different initials under which they occur."""
    return {(name.key, "".join(token[0] for token in name.given[:2])) for name in names_of(tables)}


def common_surnames(bearers: dict[str, set[tuple[str, str]]], without: str | None) -> dict[str, int]:
    """Count the bearers of common surnames, one corpus left out."""
    everybody = set().union(*(known for name, known in bearers.items() if name != without))
    counts = Counter(surname for surname, _ in everybody)
    return {surname: count for surname, count in sorted(counts.items()) if count >= LEAST_BEARERS}


def collect_samples(
    corpora: dict[str, Tables], truths: dict[str, Truth], bearers: dict[str, set[tuple[str, str]]]
) -> Iterator[Sample]:
    """Yield the labelled pairs of each corpus, of all as one, and of each with names cut to initials."""
    owner = {pmid: name for name, truth in truths.items() for pmid, _ in truth}
    labels = {mention: human for truth in truths.values() for mention, human in truth.items()}
    for name in truths:
        surnames = common_surnames(bearers, name)
        yield labelled_pairs(corpora[name], labels, surnames, owner)
        for turn in range(MASKINGS):
            yield masked_pairs(corpora[name], surnames, name, turn)
    together = {part: pa.concat_tables([corpora[name][part] for name in truths]) for part in TABLE_NAMES}
    yield labelled_pairs(together, labels, common_surnames(bearers, None), owner)


TABLE_NAMES = ("articles", "mentions", "citations", "terms")


def labelled_pairs(tables: Tables, labels: Truth, surnames: dict[str, int], owner: dict[int, str]) -> Sample:
    """Return the pairs of which both mentions are labelled."""
    read, (first, second), evidence = prepare_evidence(tables, surnames)
    human = np.array([labels.get(key, "") for key in zip(read.pmid.tolist(), read.position.tolist(), strict=True)])
    known = (human[first] != "") & (human[second] != "")
    first, second = first[known], second[known]
    corpus = np.array([owner.get(pmid, "") for pmid in read.pmid.tolist()])
    same = (human[first] == human[second]).astype(np.int64)
    return Sample(evidence[known], same, np.column_stack([corpus[first], corpus[second]]), LABELLED)


def masked_pairs(tables: Tables, surnames: dict[str, int], name: str, turn: int) -> Sample:
    """Return the pairs that initials leave open in half of the papers and full names decide."""
    full = {(row["pmid"], row["position"]): row for row in tables["mentions"].to_pylist()}
    hidden = [cut_to_initials(row) if is_masked(row["pmid"], turn) else row for row in full.values()]
    cut = {**tables, "mentions": TABLES["mentions"].rows(hidden)}
    read, (first, second), evidence = prepare_evidence(cut, surnames)
    given = [_given(full[key]) for key in zip(read.pmid.tolist(), read.position.tolist(), strict=True)]
    seen = [read.names[name].given for name in read.name.tolist()]
    same = np.array([_verdict((given[a], given[b]), (seen[a], seen[b])) for a, b in zip(first, second, strict=True)])
    known = (same != UNKNOWN) & (read.paper[first] != read.paper[second])
    return Sample(evidence[known], same[known], np.full((int(known.sum()), 2), name), 1.0)


def _verdict(printed: tuple[Any, Any], seen: tuple[Any, Any]) -> int:
    """Say what full names say of a pair of which only initials were seen."""
    if compare_given(*seen) >= Level.FULL:
        return UNKNOWN
    level = compare_given(*printed)
    return 0 if level == Level.CONFLICT else 1 if Level.FULL <= level < Level.VARIANT else UNKNOWN


def _given(row: dict[str, Any]) -> tuple[str, ...]:
    return read_name(row["last"], row["fore"], row["initials"]).given


def is_masked(pmid: int, turn: int) -> bool:
    """Choose half of the papers, another half each turn."""
    return hashlib.blake2s(f"{pmid} {turn}".encode()).digest()[0] % 2 == 0


def cut_to_initials(row: dict[str, Any]) -> dict[str, Any]:
    """Return a mention as a journal prints it that spares its ink."""
    if not row["last"]:
        return row
    initials = [token[0].upper() for token in _given(row)]
    return {**row, "fore": " ".join(initials) or None, "initials": "".join(initials) or None}


def fit(samples: Iterable[Sample], without: str | None, surnames: dict[str, int]) -> PairModel:
    """Fit the logistic regression, one corpus left out."""
    parts = [sample.without(without) for sample in samples]
    evidence, same = np.vstack([part.evidence for part in parts]), np.concatenate([part.same for part in parts])
    scale = np.where(evidence.std(axis=0) > 0, evidence.std(axis=0), 1.0)
    scale[: len(LEVELS)] = 1.0
    intercept, *weights = minimise_loss(
        evidence / scale, same, np.repeat([part.weight for part in parts], [len(part.same) for part in parts])
    )
    return PairModel(tuple(round(w / s, 4) for w, s in zip(weights, scale, strict=True)), round(intercept, 4), surnames)


def minimise_loss(evidence: Floats, same: Ints, weight: Floats) -> list[float]:
    """Return intercept and weights of the penalised logistic regression whose signs make sense.

    Corpora differ in the years they span and in how common their names are at once; without signs the model would
    learn that years apart speak for one human.
    """
    from scipy.optimize import minimize

    columns = np.column_stack([np.ones(len(same)), evidence])
    sides = 2.0 * same - 1.0

    def loss(chosen: Floats) -> tuple[float, Floats]:
        margin = sides * (columns @ chosen)
        slope = columns.T @ (-weight * sides / (1 + np.exp(np.clip(margin, -50, 50))))
        slope[1:] += PENALTY * chosen[1:]
        return float(weight @ np.logaddexp(0, -margin) + PENALTY / 2 * (chosen[1:] ** 2).sum()), slope

    bounds = [(None, None), *((0 if c in FOR else None, 0 if c in AGAINST else None) for c in COLUMNS)]
    options = {"maxiter": 5000, "ftol": 1e-12, "gtol": 1e-7}
    found = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B", options=options)
    return [float(weight) for weight in found.x]


def measure_corpus(
    name: str, tables: Tables, truth: Truth, learned: tuple[list[Sample], dict[str, set[tuple[str, str]]]]
) -> dict[str, Any]:
    """Resolve a corpus with a model that has not seen it; keep the pair probabilities for the calibration."""
    samples, bearers = learned
    model = fit(samples, name, common_surnames(bearers, name))
    labelled = labelled_pairs(tables, truth, model.surnames, {pmid: name for pmid, _ in truth})
    _, identities = identify(tables, model, IdentitySettings())
    known = pd.DataFrame([(*mention, human) for mention, human in truth.items()], columns=["pmid", "position", "orcid"])
    scores = evaluate_identity(identities, known, mentions=tables["mentions"])
    whole = scores[scores["names"] == "all"].set_index("method")
    return {
        "corpus": name,
        **{score: float(whole[score]["resolved"]) for score in ("precision", "recall", "f1", "b3_f1")},
        "best key f1": whole.loc[list(KEYS), "f1"].max(),
        "log_odds": model.weigh(labelled.evidence),
        "same": labelled.same,
    }


def write_model(out: Path, model: PairModel) -> None:
    """Write weights and surnames, the same bytes for the same model."""
    out.mkdir(parents=True, exist_ok=True)
    weights = {"intercept": model.intercept, "weights": dict(zip(COLUMNS, model.weights, strict=True))}
    (out / "weights.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    (out / "surnames.json").write_text(json.dumps(model.surnames, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
