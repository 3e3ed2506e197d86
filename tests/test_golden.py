"""The sample, run to the end: what it finds is what it found, and the planted people are among them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from expertmine import evaluate
from expertmine.answers import list_topics, micro_influencers
from expertmine.corpus import Corpus
from expertmine.errors import DataError
from tests.conftest import SAMPLE
from tests.elsewhere import ELSEWHERE

GOLDEN = Path(__file__).parent / "golden" / "sample.json"
TRUTH = SAMPLE / "truth"


def found(corpus: Corpus) -> dict[str, object]:
    """What a reader of the sample's answers would notice had it changed."""
    people = micro_influencers(corpus, top=0)
    people["quadrant"] = people["quadrant"].astype(object).where(people["quadrant"].notna(), None)
    niches = list_topics(corpus)
    return {
        "rows": {name: entry.rows for name, entry in sorted(corpus.manifest.tables.items())},
        "topics": {row["topic_id"]: [row["name"], row["size"]] for row in niches.to_dict("records")},
        "micro_influencers": [
            [row["name"], row["topic_id"], row["niche_rank"], row["niche_papers"], row["quadrant"]]
            for row in people.sort_values(["topic_id", "niche_rank", "person_id"]).to_dict("records")
        ],
    }


def test_the_sample_gives_what_it_gave(sample: Corpus) -> None:
    """Golden run; after a change that is meant, write it anew: `python -m tests.test_golden`."""
    assert found(sample) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_planted_micro_influencers_are_found_and_few_others(sample: Corpus) -> None:
    ours, volume = evaluate.evaluate_influencers(
        sample,
        planted=pd.read_csv(TRUTH / "micro_influencers.csv"),
        mentions=pd.read_csv(TRUTH / "mentions.csv"),
        people=pd.read_csv(TRUTH / "people.csv"),
    ).to_dict("records")
    assert ours["recall"] >= 0.8
    assert ours["false_discovery"] <= 0.1
    assert volume["recall"] < 0.3


def test_planted_people_of_another_corpus_are_refused(sample: Corpus) -> None:
    mentions = pd.DataFrame({"pmid": [1], "position": [1], "person": ["P1"]})
    people = pd.DataFrame({"person": ["P1"], "name": ["Ada Vrasta"]})
    with pytest.raises(DataError, match="none of the truth's mentions is in this corpus"):
        evaluate.evaluate_influencers(sample, planted=people, mentions=mentions, people=people)


def test_none_of_the_twelve_homonyms_is_an_expert(sample: Corpus) -> None:
    with (TRUTH / "people.csv").open(encoding="utf-8") as file:
        homonyms = {row["person"] for row in csv.DictReader(file) if row["role"] == "homonym"}
    with (TRUTH / "mentions.csv").open(encoding="utf-8") as file:
        places = [(int(r["pmid"]), int(r["position"])) for r in csv.DictReader(file) if r["person"] in homonyms]
    assert len(places) == len(homonyms) == 12
    who = sample.frame("identities").set_index(["pmid", "position"])["person_id"]
    people = [who[place] for place in places]
    assert len(set(people)) == 12, "twelve stay twelve"
    assert not set(people) & set(micro_influencers(sample, top=0)["person_id"])
    assert not set(people) & set(sample.frame("influencers")["person_id"]), "nor in any niche's top"


@pytest.mark.slow
def test_another_machine_and_number_of_threads_give_the_same_bytes(sample: Corpus, tmp_path: Path) -> None:
    """The sample as an old processor makes it, in one thread but two processes, elsewhere, against that made here."""
    config = tmp_path / "config.toml"
    config.write_text("[topics]\nredraws = 0\n[authority]\nbootstraps = 20\n", encoding="utf-8")
    folder = tmp_path / "elsewhere"
    for words in (
        ["add", str(folder), str(SAMPLE / "pubmed")],
        ["nominations", "add", str(folder), str(SAMPLE / "nominations.csv")],
        ["run", str(folder), "--config", str(config)],
    ):
        command = [sys.executable, "-m", "tests.elsewhere", *words]
        subprocess.run(command, env={**os.environ, **ELSEWHERE}, check=True, capture_output=True, cwd=SAMPLE.parents[1])
    here, there = (corpus.manifest.tables for corpus in (sample, Corpus(folder)))
    assert {name: entry.sha256 for name, entry in here.items()} == {name: each.sha256 for name, each in there.items()}
    assert set(here) >= {"articles", "vectors", "topics", "identities", "scores", "influencers"}


if __name__ == "__main__":
    import tempfile

    from expertmine.acquire import add, add_nominations
    from expertmine.pipeline import run

    with tempfile.TemporaryDirectory() as name:
        corpus = Corpus(Path(name) / "corpus")
        add(corpus, SAMPLE / "pubmed")
        add_nominations(corpus, SAMPLE / "nominations.csv")
        run(corpus)
        text = json.dumps(found(corpus), ensure_ascii=False, indent=1)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
