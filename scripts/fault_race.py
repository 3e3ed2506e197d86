"""Race against a bad service: this library and Biopython's history recipe fetch the same records through faults.

    python scripts/fault_race.py                        # 200 runs at 10 % and at 30 % of bad answers
    python scripts/fault_race.py --runs 20 --recipe-runs 20

A loopback E-utilities service spoils each answer with the given probability, every kind of fault as often as another
(`tests/eutils/faults.py`); run N of both clients gets the same dice. *complete*: the tables are those of an undisturbed
reading. *loud*: an error was raised. *silent*: no error, and something is missing. Nobody sleeps between tries.
The exit code is 1 if this library loses a run or asks more often than it may.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Literal

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from expertmine.errors import ExpertmineError  # noqa: E402
from expertmine.sources import Origin, PubMed, Records, merge_records, parse_file  # noqa: E402
from tests.eutils import Eutils, running  # noqa: E402
from tests.eutils.catalogue import Catalogue  # noqa: E402
from tests.eutils.faults import dealt  # noqa: E402

SAMPLE = ROOT / "corpora" / "sample" / "pubmed"
RECORDS, PAGE = 165, 20
LEAST = 1 + -(-RECORDS // PAGE)
"""Requests without faults: one search, and each page once; both clients need as many."""
ALLOWED = {0.1: 1.2, 0.3: 1.6}
"""How many times the least number of requests this library may make on average."""
HOME = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
Outcome = Literal["complete", "loud", "silent"]


@dataclass(frozen=True, slots=True)
class Run:
    """How one fetch ended."""

    client: str
    share: float
    outcome: Outcome
    requests: int


@cache
def catalogue() -> Catalogue:
    """Return the first records of the sample, and nothing else."""
    entries = Catalogue.read(SAMPLE).entries
    return Catalogue(entries[pmid] for pmid in islice(sorted(entries), RECORDS))


@cache
def truth() -> Records:
    """Return the tables of an undisturbed reading."""
    return read_records(b"<PubmedArticleSet>", *(one.data for one in catalogue().entries.values()))


def read_records(*data: bytes) -> Records:
    """Return the tables of one document in pieces."""
    return merge_records(parsed_pages([b"\n".join([*data, b"</PubmedArticleSet>"])]))


def parsed_pages(pages: Iterable[bytes]) -> Iterator[tuple[Origin, pa.Table]]:
    """Yield the tables of pages in order of arrival."""
    for number, data in enumerate(pages, start=1):
        origin = Origin(f"page {number}", hashlib.sha256(data).hexdigest(), number, fetched=True)
        yield from ((origin, table) for table in parse_file(data, source=origin.source))


def fetch_with_expertmine(base_url: str) -> bool:
    """Fetch, and tell whether all is there."""
    source = PubMed("all[sb]", email="race@example.org", base_url=base_url, page_size=PAGE, timeout=1.0, patience=0.0)
    merged = merge_records(parsed_pages(page.data for page in source.pages()))
    return all(getattr(merged, name).equals(getattr(truth(), name)) for name in ("articles", "mentions", "citations"))


def fetch_with_recipe(base_url: str) -> bool:
    """Fetch as the Biopython tutorial does it (Searching for and downloading abstracts using the history)."""
    from Bio import Entrez

    Entrez.email, Entrez.sleep_between_tries = "race@example.org", 0
    urllib.request.install_opener(urllib.request.build_opener(_Route(base_url), urllib.request.ProxyHandler({})))
    with Entrez.esearch(db="pubmed", term="all[sb]", usehistory="y") as handle:
        found = Entrez.read(handle)
    got: set[int] = set()
    for start in range(0, int(found["Count"]), PAGE):
        Entrez._open.previous = 0.0
        history = {"webenv": found["WebEnv"], "query_key": found["QueryKey"]}
        with Entrez.efetch(db="pubmed", retmode="xml", retstart=start, retmax=PAGE, **history) as handle:
            page = Entrez.read(handle)
        got |= {int(record["MedlineCitation"]["PMID"]) for record in page["PubmedArticle"]}
    return got == set(catalogue().entries)


class _Route(urllib.request.BaseHandler):
    """Sends Bio.Entrez's requests to the loopback service."""

    handler_order = 100

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def https_request(self, request: urllib.request.Request) -> urllib.request.Request:
        request.full_url = request.full_url.replace(HOME, self.base_url)
        return request


CLIENTS: dict[str, Callable[[str], bool]] = {"expertmine": fetch_with_expertmine, "Biopython": fetch_with_recipe}


def race(client: str, share: float, seed: int) -> Run:
    """Let one client fetch once."""
    with running(Eutils(catalogue(), fault=dealt(seed, share))) as service:
        outcome = _fetch(client, service.base_url)
        return Run(client, share, outcome, service.requests.total())


def _fetch(client: str, base_url: str) -> Outcome:
    try:
        return "complete" if CLIENTS[client](base_url) else "silent"
    except ExpertmineError:
        return "loud"
    except Exception:  # whatever the recipe raises, of Bio, urllib or its parser, its user has been told
        if client == "expertmine":
            raise
        return "loud"


def race_all(runs: Mapping[str, int], *, workers: int, shares: Iterable[float] = tuple(ALLOWED)) -> Iterator[Run]:
    """Yield every run; they mostly wait, so there are more of them at a time than processors."""
    starts = [(name, share, seed) for share in shares for name, count in runs.items() for seed in range(count)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(race, *zip(*starts, strict=True), chunksize=5)


def summary(runs: list[Run]) -> Iterator[str]:
    """Yield the table, a line for each client and share."""
    yield "| client | bad answers | runs | complete | loud | silent | requests, mean x least | worst |"
    yield "|---|---|---|---|---|---|---|---|"
    for client, share in sorted({(one.client, one.share) for one in runs}, reverse=True):
        mine = [one for one in runs if (one.client, one.share) == (client, share)]
        ends = Counter(one.outcome for one in mine)
        counts = f"{len(mine)} | {ends['complete']} | {ends['loud']} | {ends['silent']}"
        worst = max(one.requests for one in mine) / LEAST
        yield f"| {client} | {share:.0%} | {counts} | {mean_requests(mine):.2f} | {worst:.2f} |"


def mean_requests(runs: list[Run]) -> float:
    """Return the requests of a run relative to the least possible."""
    return sum(one.requests for one in runs) / len(runs) / LEAST


def main() -> int:
    """Race and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200, help="of this library, at each share")
    parser.add_argument("--recipe-runs", type=int, default=40, help="of the recipe, at each share")
    parser.add_argument("--workers", type=int, default=6, help="runs at a time")
    options = parser.parse_args()
    counts = {"expertmine": options.runs, "Biopython": options.recipe_runs}
    runs = list(race_all(counts, workers=options.workers))
    print(f"{RECORDS} records, {PAGE} a page, at least {LEAST} requests\n")
    print("\n".join(summary(runs)))
    ours = {share: [one for one in runs if (one.client, one.share) == ("expertmine", share)] for share in ALLOWED}
    lost = any(one.outcome != "complete" for mine in ours.values() for one in mine)
    return int(lost or any(mean_requests(mine) > ALLOWED[share] for share, mine in ours.items() if mine))


if __name__ == "__main__":
    sys.exit(main())
