"""Rankings of people for a question, ours beside those of the field, against people known to be experts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from expertmine.answers.people import score_text
from expertmine.answers.rivals import Rivals, measure_fit, read_rivals
from expertmine.config import check_count
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import DataError
from expertmine.evaluate.measures import (
    Flags,
    Floats,
    area_under_curve,
    average_precision,
    hidden_recall,
    matched_area,
)
from expertmine.identity.names import fold
from expertmine.progress import track

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("is_expert", "approval_papers", "expert", "label")


@dataclass(frozen=True, slots=True)
class _Judged:
    """The people ranked for one question: which are experts, what each ranking gives them, (n,) each."""

    expert: Flags
    scores: Mapping[str, Floats]
    absent: int

    def drawn(self, rng: np.random.Generator) -> _Judged:
        """Draw as many experts and as many others anew."""
        sides = (np.flatnonzero(self.expert), np.flatnonzero(~self.expert))
        rows = np.concatenate([rng.choice(side, len(side)) for side in sides])
        return _Judged(self.expert[rows], {name: score[rows] for name, score in self.scores.items()}, self.absent)

    def measures(self, k: int) -> Floats:
        """Return MAP, AUC, hidden recall and matched AUC of each ranking, (rankings, 4)."""
        volume = self.scores["volume"]
        return np.array(
            [
                [
                    average_precision(self.expert, score),
                    area_under_curve(self.expert, score),
                    hidden_recall(self.expert, score, volume=volume, k=k),
                    matched_area(self.expert, score, volume=volume),
                ]
                for score in self.scores.values()
            ]
        )


def evaluate_experts(  # noqa: PLR0913 - a corpus, what is true of it, and how to measure
    corpus: Corpus, truth: pd.DataFrame, *, text: str | None = None, k: int = 20, draws: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Measure how well the people known to be experts are found, by each way of ranking.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    truth
        last_name, initials (optional), a label above 0 for experts (optional: then all listed are), and a `query` for
        each row unless `text` is given. People are matched by last name and first initial, as far as truth has it,
        whatever the accents.
    text
        The question, for a truth without queries; then everybody in the corpus is ranked. With queries only the
        people listed for a query are.
    k
        Length of the list for hidden recall.
    draws
        Bootstrap samples over people, experts and others apart, the same for all rankings; 0: no intervals.
    seed
        Of these draws.

    Returns
    -------
    pandas.DataFrame
        One row a ranking, ours and those of `Rivals.rank`: experts found in the corpus, experts absent from it (no
        ranking of this corpus can find them, and no measure counts them), MAP, AUC, hidden recall@k, matched AUC, each
        with the 95 % interval of its bootstrap (`_low`, `_high`; Efron 1979); means over the queries.

    Raises
    ------
    ConfigError
        If `k` is below 1, or `draws` or `seed` below 0.
    DataError
        If the truth lacks a column, names nobody or nobody of this corpus, its names are no text, its labels no
        numbers, or no word of a question occurs in the corpus.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    check_count(k, name="k", least=1)
    check_count(draws, name="draws", zero="no intervals")
    check_count(seed, name="seed")
    _check_truth(truth, asked=text is not None)
    rivals = read_rivals(corpus)
    judged = [
        _judge(corpus, question, known, rivals, everybody=text is not None)
        for question, known in _questions(truth, text)
    ]
    if not any(each.expert.any() for each in judged):
        raise DataError("none of the truth's experts is in this corpus; is it the truth of another one?")
    rng = np.random.default_rng(seed)
    samples = [
        _mean([each.drawn(rng).measures(k) for each in judged]).ravel() for _ in track(range(draws), "bootstrap", draws)
    ]
    rankings, names = list(judged[0].scores), ("MAP", "AUC", f"hidden_recall@{k}", "matched_AUC")
    found = {
        "ranking": rankings,
        "experts": np.mean([each.expert.sum() for each in judged]),
        "absent": np.mean([each.absent for each in judged]),
    }
    values = _mean([each.measures(k) for each in judged])
    bounds = pd.DataFrame(samples).quantile([0.025, 0.975]).to_numpy() if draws else np.zeros((0, 0))
    for at, name in enumerate(names):
        found[name] = values[:, at]
        for bound, end in zip(bounds, ("low", "high"), strict=False):
            found[f"{name}_{end}"] = bound.reshape(values.shape)[:, at]
    return pd.DataFrame(found)


def _mean(measured: Sequence[Floats]) -> Floats:
    """Return the mean over the questions that have a value; NaN where none has."""
    values = np.array(measured)
    known = ~np.isnan(values)
    times = np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    return np.asarray(np.where(known, values, 0.0).sum(axis=0) / times)


def _judge(corpus: Corpus, question: str, known: pd.DataFrame, rivals: Rivals, *, everybody: bool) -> _Judged:
    """Rank people for a question, and say which of them are experts; people of one name are taken for one."""
    key, labelled = ["last", "initial"], _labelled(known)
    people = _rankings(corpus, question, rivals)
    people["initial"] = _told_initials(people, labelled) if "initials" in known else ""
    ranked = people.groupby(key, as_index=False).max(numeric_only=True)
    merged = ranked.merge(labelled, on=key, how="left" if everybody else "inner")
    wanted = labelled.loc[labelled["expert"] > 0, key]
    expert = merged["expert"].fillna(0).to_numpy(dtype=np.float64) > 0
    names = merged.columns.difference([*key, "expert", "initial"], sort=False)
    scores = {str(name): merged[name].to_numpy(np.float64) for name in names}
    return _Judged(expert, scores, absent=len(wanted) - len(wanted.merge(ranked[key], on=key)))


def _check_truth(truth: pd.DataFrame, *, asked: bool) -> None:
    """Refuse a truth in which nobody could be looked up."""
    if "last_name" not in truth:
        raise DataError(f"the truth has the columns {list(truth.columns)}, expected also 'last_name'")
    if not asked and "query" not in truth:
        raise DataError("the truth has no column 'query' and no text was given; give --text")
    for name in ("last_name", "initials"):
        if name in truth and not truth[name].dropna().map(lambda cell: isinstance(cell, str)).all():
            raise DataError(f"the truth's column '{name}' holds {truth[name].dropna().iloc[0]!r}, expected text")
    needed = ["last_name"] if asked else ["last_name", "query"]
    if truth.dropna(subset=needed).empty:
        raise DataError(f"the truth has no row with {' and '.join(needed)}, expected one for each person known")


def _questions(truth: pd.DataFrame, text: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    if text is not None:
        yield text, truth
    else:
        yield from ((str(query), known) for query, known in truth.groupby("query"))


def _labelled(known: pd.DataFrame) -> pd.DataFrame:
    """Return who is an expert by last name and initial; all of a last name are one if it comes without initials."""
    label = next((name for name in LABELS if name in known), None)
    known = known.dropna(subset="last_name")
    try:
        expert = known[label].astype(float) if label else 1.0
    except ValueError as error:
        raise DataError(f"the truth's column '{label}' is no label: {error}; expected numbers") from error
    people = known.assign(last=known["last_name"].map(fold), expert=expert)
    people["initial"] = _initial(known["initials"]) if "initials" in known else ""
    people["initial"] = _told_initials(people, people)
    return people.groupby(["last", "initial"])[["expert"]].max().reset_index()


def _told_initials(people: pd.DataFrame, truth: pd.DataFrame) -> pd.Series[str]:
    """Return people's initials, none for a last name that the truth tells without."""
    return people["initial"].mask(people["last"].isin(truth.loc[truth["initial"] == "", "last"]), "")


def _initial(initials: pd.Series[str]) -> pd.Series[str]:
    return initials.fillna("").map(fold).str[:1]


def _rankings(corpus: Corpus, question: str, rivals: Rivals) -> pd.DataFrame:
    """Score every person in every way, one row a person."""
    scores = score_text(corpus, question, intervals=False).scores
    people = corpus.frame("persons", ["person_id", "last", "initials"])
    ours = scores.to_pandas().set_index("person_id")["score"]
    people["expertmine"] = people["person_id"].map(ours).fillna(0.0)
    people["last"] = people["last"].map(fold)
    people["initial"] = _initial(people["initials"])
    for name, rival in rivals.rank(measure_fit(corpus, question)).items():
        people[name] = people["person_id"].map(rival.to_dict()).fillna(0.0).astype(float)
    return people.drop(columns="person_id")
