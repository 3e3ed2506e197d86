import csv
from collections import defaultdict
from pathlib import Path

import pytest

from expertmine.config import NominationSettings
from expertmine.nominations import read_ballots, weigh_nominations
from expertmine.tables import TABLES
from tests.nominations.village import topic

EDGES = Path(__file__).resolve().parents[2].parent / "shared" / "nominations" / "physicians_edges.csv"


@pytest.mark.skipif(not EDGES.exists(), reason=f"the physicians' network is not at {EDGES}")
def test_the_physicians_network_goes_through_as_it_is() -> None:
    ballots, rejects = read_ballots(EDGES.read_bytes(), source=EDGES.name)
    with EDGES.open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    assert (ballots.num_rows, rejects.num_rows) == (len(edges), 0)
    relations = TABLES["topics"].rows(topic(each, each) for each in ("advice", "discussion", "friendship"))
    nominations, nominees, unmatched, standing = weigh_nominations(
        ballots,
        TABLES["persons"].empty(),
        topics=relations,
        scores=TABLES["scores"].empty(),
        settings=NominationSettings(reciprocal=1.0),
    )
    assert (nominations.num_rows, unmatched.num_rows) == (len(edges), 0)
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in edges:
        if edge["from"] != edge["to"]:
            asked[edge["to"], edge["relation"]].add(edge["from"])
    names = dict(zip(nominees["person_id"].to_pylist(), nominees["name"].to_pylist(), strict=True))
    degrees = {(names[row["person_id"]], row["topic_id"]): row["nominators"] for row in standing.to_pylist()}
    assert degrees == {key: len(raters) for key, raters in asked.items()}
