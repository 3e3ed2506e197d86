"""A survey of peers from panel to stop rule, on the sample corpus with invented answers.

    expertmine add CORPUS corpora/sample/pubmed && expertmine run CORPUS --until authority
    python scripts/nominate_cycle.py CORPUS "renal denervation"

Each wave: whom to ask, their questionnaires, their answers, the run, what it comes to, whether to stop. The answers are
invented from the sample's truth: a rater names people of the niche, its true authorities (those without a paper among
them) far more often than others, sometimes by initial. `docs/nominations.md` tells the same step by step.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pandas as pd

import expertmine as em
from expertmine.report.questionnaire import Asked, plan_questionnaires, write_questionnaires

TRUTH = Path(__file__).resolve().parent.parent / "corpora" / "sample" / "truth"
AUTHORITY, OTHER = 12.0, 0.2
"""How often an authority, and somebody else who wrote in the niche, comes to a rater's mind."""
SHOWN = ["wave", "asked", "raters", "named", "coverage", "unnamed", "changed", "stop"]


def who_comes_to_mind(niche: str) -> dict[str, float]:
    """Return the people of a niche of the sample's truth, with the weight by which raters think of them."""
    people = pd.read_csv(TRUTH / "people.csv", dtype=str, keep_default_na=False)
    inside = people[people["niche"] == niche]
    return {row["name"]: AUTHORITY if row["role"] == "authority" else OTHER for row in inside.to_dict("records")}


def invent_answers(questionnaire: bytes, minds: Mapping[str, float], rng: Random) -> bytes:
    """Fill in a questionnaire that went out as CSV: up to three names a question, sometimes none."""
    header, *rows = csv.reader(io.StringIO(questionnaire.decode("utf-8-sig")))
    at = header.index("nominee")
    for row in rows:
        if rng.random() < 0.8:
            name = rng.choices(list(minds), list(minds.values()))[0]
            first, *more = name.split()
            row[at] = " ".join([f"{first[0]}.", more[-1]]) if more and rng.random() < 0.1 else name
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def send_out(asked: list[Asked], minds: Mapping[str, float], *, folder: Path, seed: int) -> list[Path]:
    """Write the questionnaires, and what comes back: half of those asked answer."""
    rng, came = Random(seed), []
    for name, data in write_questionnaires(asked, form="csv"):
        if rng.random() < 0.5:
            came.append(folder / f"wave-{asked[0].wave}-{name}")
            came[-1].write_bytes(invent_answers(data, minds, rng))
    return came


def run_waves(
    corpus: em.Corpus, niche: str, *, folder: Path, waves: int = 6, size: int = 12
) -> Iterator[dict[str, object]]:
    """Ask in waves until the stop rule says enough; yield what each wave came to."""
    topic, minds = em.find_topic(corpus, niche), who_comes_to_mind(niche)
    people = em.choose_panel(corpus, topic, size=size)
    already: set[str] = set()
    for wave in range(1, waves + 1):
        already |= set(people["person_id"])
        asked = plan_questionnaires(corpus, topic, people, wave=wave)
        em.add_nominations(corpus, *send_out(asked, minds, folder=folder, seed=wave))
        em.run(corpus, corpus.config)
        found = em.rater_saturation(corpus)
        state = found[found["topic_id"] == topic].to_dict("records")
        told = {str(name): value for name, value in state[0].items()} if state else {"stop": False}
        yield {"wave": wave, "asked": len(asked), **told}
        if state and state[0]["stop"]:
            return
        people = em.next_wave(corpus, topic, size=size, suppressed=frozenset(already))


def main() -> int:
    """Ask until enough is known, then print the ten foremost by both sources."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("niche", nargs="?", default="renal denervation")
    options = parser.parse_args()
    corpus = em.Corpus(options.corpus)
    with TemporaryDirectory() as folder:
        told = pd.DataFrame(run_waves(corpus, options.niche, folder=Path(folder)))
    print(told[[name for name in SHOWN if name in told]].to_string(index=False))
    both = em.compare_sources(corpus, em.find_topic(corpus, options.niche), top=10)
    print(both[["name", "authority_rank", "standing_rank", "combined_rank", "quadrant"]].to_string(index=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
