"""Small invented articles for the tests of language, vectors and topics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from expertmine.tables import TABLES

SUBJECTS = {
    "renal": "renal artery stenosis stent angioplasty restenosis hypertension kidney perfusion doppler nephrectomy",
    "knee": "knee cartilage microfracture chondrocyte implantation graft arthroscopy meniscus ligament osteotomy",
    "sleep": "sleep apnoea airway pressure snoring mandibular advancement hypopnoea tonsillectomy obesity",
    "retina": "retina macular oedema ranibizumab photocoagulation vitrectomy visual acuity fundus angiography",
}
"""Four subjects, about ten words each; the language of the invented articles."""


def article(pmid: int, title: str = "", abstract: str = "", **more: object) -> dict[str, Any]:
    """Return a row of the table `articles`."""
    plain = {"types": [], "mesh": [], "keywords": [], "languages": ["eng"], "links": []}
    kept = {"journal": "A journal", "retracted": False, "kind": "article", "version": 1}
    return {"pmid": pmid, "year": 2020, "title": title, "abstract": abstract, **plain, **kept, **more}


def heading(descriptor: str, *qualifiers: str, major: bool = False) -> dict[str, Any]:
    """Return a MeSH heading."""
    return {"descriptor": descriptor, "major": major, "qualifiers": list(qualifiers)}


def table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Return the table `articles` of these rows."""
    return TABLES["articles"].rows(rows)


def invented(number: int, *, seed: int = 0) -> tuple[pa.Table, dict[int, str]]:
    """Return that many articles, in turn about one of the subjects, and the subject of each."""
    random = np.random.default_rng(seed)
    subjects = list(SUBJECTS)
    rows, truth = [], {}
    for place in range(number):
        subject = subjects[place % len(subjects)]
        own = SUBJECTS[subject].split()
        pairs = [f"{own[word]} {own[word + 1]}" for word in range(len(own) - 1)]
        sentences = [f"The {' and the '.join(random.choice(pairs, 3, replace=False))}." for _ in range(5)]
        pmid = 1000 + 7 * place
        rows.append(article(pmid, f"Of the {' in the '.join(random.choice(pairs, 2))}", " ".join(sentences)))
        truth[pmid] = subject
    return table(rows), truth
