"""What authority is made of: one small value and one small share function a component.

A component sees weighed contributions grouped by person and topic. It gives every group a value, and every
contribution the part of that value it stands for, so that a score is the sum of what single papers add to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from expertmine.portable import log1p

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)
Copies: TypeAlias = NDArray[np.int32]
"""(n, b): how often each contribution counts in each of b bootstrap samples."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Weighed contributions, sorted by group (one person in one topic) and, inside it, from the most weight down."""

    weight: Floats
    """(n,) evidence weight: strength x decay; 0 for a retracted or a future paper."""
    credit: Floats
    """(n,) credit of the place in the list, 1 for the first."""
    cited: Floats
    """(n,) citations of the paper from within the topic, by others."""
    starts: Whole
    """(g,) where each group begins."""
    best: int
    """How many papers make up depth."""
    marks: Mapping[str, Floats]
    """(n,) each: what the components of these names read of a paper; those that weigh nothing are not there."""

    @property
    def sizes(self) -> Whole:
        """(g,) contributions in each group, those that weigh nothing among them."""
        return np.diff(np.append(self.starts, len(self.weight)))

    @property
    def papers(self) -> Whole:
        """(g,) contributions of each group that weigh anything."""
        return self.total((self.weight > 0).astype(np.int64))

    def total(self, values: NDArray[Number]) -> NDArray[Number]:
        """Sum (n, …) values by group -> (g, …)."""
        return np.add.reduceat(values, self.starts, axis=0) if len(self.starts) else values[:0]

    def resampled(self, copies: Copies, values: Floats) -> Floats:
        """Sum (n,) values by group, each as often as it counts in each sample -> (g, b)."""
        from scipy.sparse import csr_array

        bounds = np.append(self.starts, len(values))
        rows = csr_array((values, np.arange(len(values)), bounds), shape=(len(self.starts), len(values)))
        return np.asarray(rows @ copies.astype(np.float64))

    def once(self) -> Copies:
        """(n, 1): every contribution as it is."""
        return np.ones((len(self.weight), 1), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the score: its value per group and bootstrap sample, and what each contribution adds to it."""

    value: Callable[[Groups, Copies], Floats]
    """(groups, copies (n, b)) -> (g, b)."""
    part: Callable[[Groups], Floats]
    """(groups) -> (n,), in proportion to what each contribution stands for."""

    def shares(self, groups: Groups) -> Floats:
        """(n,) shares that sum to 1 in each group with any weight, to 0 in the others."""
        part = self.part(groups)
        whole = np.repeat(groups.total(part), groups.sizes)
        return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def evidence_mass(groups: Groups, copies: Copies) -> Floats:
    """log(1 + Σ weight) over all papers: documents first, then their people (Balog et al. 2006, Model 2)."""
    return log1p(groups.resampled(copies, groups.weight))


def depth(groups: Groups, copies: Copies) -> Floats:
    """Mean weight of the best papers, which finds the experts whom volume hides.

    Always divided by `best`, also with fewer papers: one fitting paper is a third of a reputation, not all of it.
    """
    return groups.resampled(_among_best(groups, copies), groups.weight) / groups.best


def lead(groups: Groups, copies: Copies) -> Floats:
    """log(1 + Σ weight · place credit): evidence of those who led the work, not of those who lent a name."""
    return log1p(groups.resampled(copies, groups.weight * groups.credit))


def cited(groups: Groups, copies: Copies) -> Floats:
    """log(1 + Σ weight · place credit · citations): what others of the topic build on."""
    return log1p(groups.resampled(copies, groups.weight * groups.credit * groups.cited))


def marked(name: str, *, weighed: bool = True) -> Component:
    """log(1 + Σ mark), or Σ weight · mark: a component of papers that stand for something."""

    def part(groups: Groups) -> Floats:
        mark = groups.marks[name]
        return groups.weight * mark if weighed else np.where(groups.weight > 0, mark, 0.0)

    return Component(value=lambda groups, copies: log1p(groups.resampled(copies, part(groups))), part=part)


def _among_best(groups: Groups, copies: Copies) -> Copies:
    """How many copies of each contribution are among the best of its group, (n, b)."""
    running = np.cumsum(copies, axis=0, dtype=np.int32)
    before = np.zeros((len(groups.starts), copies.shape[1]), dtype=np.int32)
    before[1:] = running[groups.starts[1:] - 1]
    inside = running - np.repeat(before, groups.sizes, axis=0)
    taken: Copies = np.minimum(inside, groups.best) - np.minimum(inside - copies, groups.best)
    return taken


COMPONENTS: Mapping[str, Component] = {
    "mass": Component(value=evidence_mass, part=lambda groups: groups.weight),
    "depth": Component(value=depth, part=lambda groups: groups.weight * _among_best(groups, groups.once())[:, 0]),
    "lead": Component(value=lead, part=lambda groups: groups.weight * groups.credit),
    "cited": Component(value=cited, part=lambda groups: groups.weight * groups.credit * groups.cited),
    "years": marked("years", weighed=False),
    "roles": marked("roles"),
    "trials": marked("trials"),
    "company": marked("company"),
}
"""Every component by its name, which is also its column in `scores` and its key in `authority.weights`."""
