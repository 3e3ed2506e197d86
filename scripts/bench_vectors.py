"""How well vectors of articles serve, and how fast they are made: three tasks that need no labels of ours.

    python scripts/bench.py vectors FILE… [--pooled] [--seen NAME …] [--beside NAME=FOLDER …] [--most N] [--speed FILE]

Each FILE of records is a corpus of its own, of which `--most` records with abstracts are used (every so-manieth);
pooled they are one. `--seen` names those that the shipped encoder was trained on, FOLDER is a sentence-transformers
model to compare with. The vectors see titles and abstracts only, never the headings by which they are judged.

mesh10: MeSH headings shared with the ten nearest (Jaccard). cite: nDCG@20 of the articles it cites or that cite it.
t2a: the title finds its own abstract among all abstracts (mean reciprocal rank). per_second: articles a second from
records to the default's vectors, all steps counted, as the last line of the table says.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from record_files import read_records

from expertmine.config import EmbedSettings
from expertmine.embed import embed_articles, load_encoder
from expertmine.tables import TABLES
from expertmine.text import read_terms
from expertmine.text.clean import clean_abstract, clean_title
from expertmine.text.counts import count_terms, weigh
from expertmine.text.relevance import place_texts
from expertmine.text.terms import read_text
from expertmine.text.vectors import Array, as_matrix
from expertmine.text.wordlists import CHECK_TAGS

NEAREST, DEPTH = 10, 20
LEAST_TEXT = 200
"""Characters below which an abstract is a remark."""
SEEN = ("knee_stem_cells", "muscle_relaxants", "environmental_health", "hormone_therapy", "object_in_context")
_GENERAL = frozenset(CHECK_TAGS.split("|"))


@dataclass(frozen=True, slots=True)
class Sample:
    """Articles without headings, and what they are judged by: incidence of headings, links both ways."""

    articles: pa.Table
    headings: Array
    linked: Array

    def titles(self) -> list[str]:
        """Return the titles."""
        return [str(title) for title in self.articles["title"].to_pylist()]

    def abstracts(self) -> pa.Table:
        """Return the articles without their titles."""
        place = self.articles.schema.get_field_index("title")
        return self.articles.set_column(place, "title", pa.array([""] * self.articles.num_rows))


Similarity = Callable[[pa.Table, list[str]], Array]
"""Articles and other texts to the cosine of every text (row) with every article (column); no texts: of the articles."""


def read_sample(files: Iterable[Path], *, most: int) -> Sample:
    """Read files of records into what is embedded and what it is judged by."""
    row_of: dict[int, dict[str, Any]] = {}
    links: list[dict[str, int]] = []
    for records in map(read_records, files):
        long = [row for row in records.articles.to_pylist() if len(row["abstract"] or "") >= LEAST_TEXT]
        places = np.unique(np.linspace(0, len(long) - 1, min(most, len(long))).astype(int))
        row_of |= {long[place]["pmid"]: long[place] for place in places}
        links += records.citations.to_pylist()
    rows = [row_of[pmid] for pmid in sorted(row_of)]
    named = [{heading["descriptor"] for heading in row["mesh"]} - _GENERAL for row in rows]
    column = {name: place for place, name in enumerate(sorted(set().union(*named)))}
    headings = np.zeros((len(rows), max(len(column), 1)), np.float32)
    for place, names in enumerate(named):
        headings[place, [column[name] for name in names]] = 1
    place_of = {row["pmid"]: place for place, row in enumerate(rows)}
    linked = np.zeros((len(rows), len(rows)), bool)
    for link in links:
        if link["citing"] in place_of and link["cited"] in place_of:
            linked[place_of[link["citing"]], place_of[link["cited"]]] = True
    bare = TABLES["articles"].rows([{**row, "mesh": [], "keywords": []} for row in rows])
    return Sample(bare, headings, linked | linked.T)


def tfidf(articles: pa.Table, texts: list[str]) -> Array:
    """Return cosines of TF-IDF of words and pairs of words, fitted on the articles."""
    terms = _terms_of(articles)
    _, lexicon, _ = embed_articles(terms, articles, settings=EmbedSettings(model="lsa", dimensions=1, remainder=0))
    idf, words = np.asarray(lexicon["idf"]), lexicon["term"].combine_chunks()
    space = weigh(count_terms(terms, words), idf)
    asked = weigh(count_terms(_as_terms(texts), words), idf) if texts else space
    return np.asarray((asked @ space.T).toarray())


def fitted(settings: EmbedSettings) -> Similarity:
    """Return the cosine in the space that the stage makes with these settings."""

    def similarity(articles: pa.Table, texts: list[str]) -> Array:
        vectors, lexicon, _ = embed_articles(_terms_of(articles), articles, settings=settings)
        space = as_matrix(vectors["vector"])
        if not texts:
            return space @ space.T
        counts = count_terms(_as_terms(texts), lexicon["term"].combine_chunks())
        weights, places = weigh(counts, np.asarray(lexicon["idf"])), as_matrix(lexicon["vector"])
        return place_texts(texts, weights, places=places, encoder=load_encoder(settings.model)) @ space.T

    return similarity


def alone(model: str) -> Similarity:
    """Return the cosine of what an encoder makes of the texts, with nothing beside it."""

    def similarity(articles: pa.Table, texts: list[str]) -> Array:
        encoder = load_encoder(model)
        assert encoder is not None
        rows = articles.select(["title", "abstract"]).to_pylist()
        read = [f"{clean_title(row['title'])}\n{clean_abstract(row['abstract'])}".strip() for row in rows]
        space = np.asarray(encoder.encode(read), np.float32)
        asked = np.asarray(encoder.encode([clean_title(text) for text in texts]), np.float32) if texts else space
        return asked @ space.T

    return similarity


_read: dict[int, tuple[pa.Table, pa.Table]] = {}


def _terms_of(articles: pa.Table) -> pa.Table:
    """Return the articles' terms, read once."""
    known = _read.get(id(articles))
    if known is None or known[0] is not articles:
        known = _read[id(articles)] = (articles, read_terms(articles))
    return known[1]


def _as_terms(texts: list[str]) -> pa.Table:
    rows = [{"pmid": place, "tokens": read_text(text)[0], "phrases": []} for place, text in enumerate(texts)]
    return TABLES["terms"].rows(rows)


def shared_headings(alike: Array, headings: Array) -> float:
    """Return the mean Jaccard overlap of headings with the ten nearest, of articles that have headings."""
    nearest = _nearest(alike, NEAREST)
    common, size = headings @ headings.T, headings.sum(axis=1)
    overlap = common / np.maximum(size[:, None] + size[None, :] - common, 1)
    return float(np.take_along_axis(overlap, nearest, axis=1)[size > 0].mean()) if (size > 0).any() else float("nan")


def found_citations(alike: Array, linked: Array) -> float:
    """Return nDCG@20 of the articles linked by a citation, over articles that have any."""
    gains = np.take_along_axis(linked, _nearest(alike, DEPTH), axis=1).astype(float)
    discount = 1 / np.log2(np.arange(2, gains.shape[1] + 2))
    best = np.concatenate([[0], discount.cumsum()])[np.minimum(linked.sum(axis=1), gains.shape[1])]
    cited = best > 0
    return float(((gains @ discount)[cited] / best[cited]).mean()) if cited.any() else float("nan")


def found_abstracts(alike: Array) -> float:
    """Return the mean reciprocal rank of each title's own abstract; equals count as found before it."""
    own = np.diag(alike)[:, None]
    return float((1 / (alike >= own - 1e-7).sum(axis=1)).mean())


def _nearest(alike: Array, most: int) -> Array:
    others = np.where(np.eye(len(alike), dtype=bool), -np.inf, alike)
    return np.argsort(-np.round(others, 6), axis=1, kind="stable")[:, : min(most, len(alike) - 1)]


def measure_sample(sample: Sample, abstracts: pa.Table, similarity: Similarity) -> dict[str, float | None]:
    """Return the three measures of one kind of vectors; None where nothing can be judged."""
    alike = similarity(sample.articles, [])
    asked = similarity(abstracts, sample.titles())
    found = {
        "mesh10": shared_headings(alike, sample.headings),
        "cite": found_citations(alike, sample.linked),
        "t2a": found_abstracts(asked),
    }
    return {name: None if np.isnan(value) else round(value, 4) for name, value in found.items()}


def kinds(beside: Mapping[str, str]) -> dict[str, Similarity]:
    """Return what is compared, by name."""
    lexical = {
        f"LSA {width}": fitted(EmbedSettings(model="lsa", dimensions=width, remainder=0)) for width in (128, 256)
    }
    found = {"TF-IDF": tfidf, **lexical, "static alone": alone("static"), "default": fitted(EmbedSettings())}
    for name, folder in beside.items():
        found |= {name: alone(folder), f"LSA + {name}": fitted(EmbedSettings(model=folder))}
    return found


def measure_speed(file: Path) -> dict[str, float]:
    """Return articles a second from the records to the default's vectors, and the seconds of each step."""
    started = time.perf_counter()
    articles = read_records(file).articles
    parsed = time.perf_counter()
    terms = read_terms(articles)
    read = time.perf_counter()
    embed_articles(terms, articles)
    done = time.perf_counter()
    seconds = {"records": parsed - started, "terms": read - parsed, "embed": done - read}
    rate = articles.num_rows / (done - started)
    return {"articles": articles.num_rows, "per_second": round(rate), **{k: round(v, 1) for k, v in seconds.items()}}


def as_markdown(found: dict[str, Any]) -> str:
    """Return the measures as a table, held-out corpora first."""
    lines = ["| corpus | vectors | mesh10 | cite | t2a |", "|---|---|---|---|---|"]
    for name, corpus in sorted(found["corpora"].items(), key=lambda pair: (pair[1]["seen"], pair[0])):
        title = f"{name} ({corpus['articles']}, {'trained on' if corpus['seen'] else 'held out'})"
        for kind, measures in corpus["vectors"].items():
            cells = " | ".join("" if value is None else f"{value:.3f}"[1:] for value in measures.values())
            lines.append(f"| {title} | {kind} | {cells} |")
            title = ""
    return "\n".join(lines)


def main(words: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.py vectors", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seen", nargs="*", default=SEEN)
    parser.add_argument("--pooled", action="store_true", help="all files as one corpus")
    parser.add_argument("--beside", nargs="*", default=[], help="NAME=FOLDER of models to compare with")
    parser.add_argument("--most", type=int, default=1500)
    parser.add_argument("--speed", type=Path, help="file of records of which the speed is taken")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(words)
    corpora = {}
    beside = dict(pair.split("=", 1) for pair in given.beside)
    for files in [given.files] if given.pooled else [[file] for file in given.files]:
        sample, name = read_sample(files, most=given.most), " + ".join(file.name.split(".")[0] for file in files)
        abstracts, compared = sample.abstracts(), kinds(beside)
        measured = {kind: measure_sample(sample, abstracts, similarity) for kind, similarity in compared.items()}
        corpora[name] = {
            "articles": len(sample.headings),
            "seen": not set(name.split(" + ")).isdisjoint(given.seen),
            "vectors": measured,
        }
        print(as_markdown({"corpora": {name: corpora[name]}}), file=sys.stderr, flush=True)
    found = {"corpora": corpora, "speed": measure_speed(given.speed) if given.speed else None}
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(as_markdown(found))
    print(json.dumps(found["speed"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
