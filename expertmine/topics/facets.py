"""Facets: which side of its matter a topic is about, by MeSH qualifiers and cue words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from expertmine.text.counts import count_terms
from expertmine.text.vectors import Array

FACETS: dict[str, tuple[str, str]] = {
    "diagnosis": (
        "diagnosis|diagnostic imaging",
        "diagnosis|diagnostic|imaging|mri|magnetic resonance|ultrasound|biopsy|radiography|tomography|biomarker",
    ),
    "drug therapy": (
        "drug therapy|therapeutic use|administration & dosage",
        "pharmacotherapy|drug therapy|drug treatment|placebo|daily dose|mg/day|medication|tablet|monotherapy",
    ),
    "surgery": (
        "surgery|transplantation",
        "surgery|surgical|surgically|arthroscopic|operative|postoperative|implantation|transplantation|resection",
    ),
    "epidemiology": (
        "epidemiology|mortality|ethnology",
        "epidemiology|prevalence|incidence|registry|mortality|population based|cohort study",
    ),
    "rehabilitation": (
        "rehabilitation",
        "rehabilitation|physiotherapy|physical therapy|exercise|training|return sport|weight bearing",
    ),
    "genetics": (
        "genetics",
        "genetic|genetics|gene|mutation|polymorphism|genotype|allele|genome wide",
    ),
    "quality of life": (
        "",
        "quality life|sf 36|sf-36|eq-5d|health related|hrqol|well being|wellbeing|activity daily",
    ),
    "patient perspective": (
        "psychology",
        "patient reported|patient satisfaction|preference|patient perspective|caregiver|adherence|qualitative|"
        "satisfaction|lived experience|self report|interview",
    ),
}
"""Facet: its MeSH qualifiers, and its cue words as `terms` counts them (stop words gone, plurals folded)."""


def find_facets(articles: pa.Table, terms: pa.Table) -> Array:
    """Return whether each article (row) shows each facet (column): a qualifier, or a cue used twice or more."""
    cues = {cue: facet for facet, (_, names) in enumerate(FACETS.values()) for cue in names.split("|")}
    vocabulary = pa.array(sorted(cues))
    counts = count_terms(terms, vocabulary)
    belongs = np.zeros((len(vocabulary), len(FACETS)), np.float32)
    belongs[np.arange(len(vocabulary)), [cues[cue] for cue in vocabulary.to_pylist()]] = 1
    return np.asarray(((counts @ belongs) >= 2) | _by_qualifier(articles["mesh"].to_pylist()))


def _by_qualifier(mesh: list[list[dict[str, Any]]]) -> Array:
    wanted = [frozenset(names.split("|")) for names, _ in FACETS.values()]
    used = [{qualifier for heading in headings for qualifier in heading["qualifiers"]} for headings in mesh]
    return np.array([[bool(names & has) for names in wanted] for has in used], bool).reshape(len(mesh), len(wanted))


def describe_facets(shown: Array, *, least: float = 0.1) -> list[dict[str, Any]]:
    """Return the facets that at least that share of these articles shows, the commonest first."""
    shares = shown.mean(axis=0)
    order = sorted(range(len(shares)), key=lambda facet: (-shares[facet], facet))
    return [{"facet": list(FACETS)[facet], "share": float(shares[facet])} for facet in order if shares[facet] >= least]
