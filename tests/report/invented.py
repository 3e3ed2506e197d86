"""A finished corpus of invented people, made by hand: as large as a test asks for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from expertmine.corpus import Corpus
from expertmine.tables import TABLES, Frame

AREA = "area"
ORGANS = [
    "renal artery",
    "knee cartilage",
    "airway",
    "optic nerve",
    "coronary",
    "hepatic",
    "mitral valve",
    "bone marrow",
]
THINGS = [
    "stent",
    "scaffold",
    "graft",
    "biomarker",
    "rehabilitation",
    "imaging",
    "embolisation",
    "registry",
    "gene therapy",
]
ENDS = ["outcome in children", "restenosis", "dose finding", "in pregnancy", "cost", "after transplant", "consensus"]
SURNAMES = [
    "Abelund",
    "Brixol",
    "Caldera-Nym",
    "Dorvane",
    "Estrelin",
    "Fjordal",
    "Gwenther",
    "Huszark",
    "Ivorel",
    "Jaskola",
]
FORENAMES = ["Ama", "Benno", "Cilia", "Dario", "Edda", "Fumi", "Gesa", "Hildo", "Ilka", "Jonte", "Keno", "Lorin"]
Rows = dict[str, list[dict[str, Any]]]


def make_corpus(path: Path, *, articles: int = 300, niches: int = 12, peers: bool = True, micro: int = 6) -> Corpus:
    """Write the corpus: `micro` micro-influencers at most, a peer survey if asked for."""
    rows = invent(articles=articles, niches=niches, peers=peers, micro=micro)
    corpus = Corpus(path)
    with corpus.writing() as draft:
        for name in sorted(rows):
            sources = ("articles", "mentions", "citations", "rejects", "ballots")
            table = TABLES[name].rows(rows[name])
            if name == "scores":
                table = TABLES[name].arrow(_components(rows[name]))
            draft.put(name, table, origin="source" if name in sources else "computed")
        draft.finish("topics", fingerprint="ab" * 32)
        draft.record(queries=["renal artery[mesh] AND 1988:2024[dp]"])
        draft.publish(verb="test")
    return corpus


def _components(rows: list[dict[str, Any]]) -> Frame:
    import pandas as pd

    columns = [*TABLES["scores"].schema.names, "mass", "depth"]
    frame = pd.DataFrame(
        [row | {"mass": row["score"] * 0.6, "depth": row["score"] * 0.4} for row in rows], columns=columns
    )
    numbers = [name for name in columns if name not in ("person_id", "topic_id", "rank")]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def invent(*, articles: int, niches: int, peers: bool, micro: int) -> Rows:
    """Draw every table's rows; the same numbers give the same rows."""
    random = np.random.default_rng(articles * 1000 + niches)
    rows: Rows = {name: [] for name in TABLES if name not in ("terms", "vectors", "lexicon")}
    topics = _topics(rows, random, niches)
    persons = _persons(rows, max(articles // 2, 12))
    for number in range(articles):
        _article(rows, random, number=number, topics=topics, persons=persons)
    _contributions(rows)
    _scores(rows, random)
    if peers:
        _survey(rows, random, topics)
    _influencers(rows, micro)
    _sizes(rows)
    rows["rejects"] = [
        {"source": "sent.xml", "place": f"record {n}", "reason": ["no title", f"PMID is 'Hushed Name {n}'"][n % 2]}
        for n in range(5)
    ]
    return rows


def _topics(rows: Rows, random: np.random.Generator, niches: int) -> list[tuple[str, str, Any, Any]]:
    """Declare the area, its themes and their niches; return id, theme, place on the map, spread."""
    if not niches:
        return []
    themes = max(1, round(niches**0.5))
    add = rows["topics"].append
    blank: dict[str, Any] = {"size": 0, "stability": None, "representatives": []}
    add(
        blank
        | {
            "topic_id": AREA,
            "layer": 2,
            "parent_id": None,
            "name": "vessel repair",
            "keyphrases": ["vessel"],
            "facets": [],
        }
    )
    centres = random.normal(size=(themes, 2)) * 11
    for theme in range(themes):
        name = f"{ORGANS[theme % len(ORGANS)]}" + (f" {theme}" if theme >= len(ORGANS) else "")
        add(
            blank
            | {"topic_id": f"m{theme}", "layer": 1, "parent_id": AREA, "name": name, "keyphrases": [name], "facets": []}
        )
    found = []
    for niche in range(niches):
        theme = niche % themes
        thing, end = THINGS[(niche // themes) % len(THINGS)], ENDS[(niche * 5 + niche // 7) % len(ENDS)]
        name = f"{ORGANS[theme % len(ORGANS)]} {thing} {end}"
        facets = [{"facet": "treatment", "share": 0.6}, {"facet": "diagnosis", "share": 0.25}]
        phrases = [f"{thing} {end}", f"{thing} trial", f"long-term {thing}", "quality of life"]
        own = {"topic_id": f"n{niche}", "layer": 0, "parent_id": f"m{theme}", "name": name, "keyphrases": phrases}
        add(blank | own | {"facets": facets, "stability": round(float(random.uniform(0.3, 1)), 3)})
        place = centres[theme] + random.normal(size=2) * 3.4
        found.append((f"n{niche}", f"m{theme}", place, random.uniform(0.25, 0.9, size=2)))
    return found


def _persons(rows: Rows, count: int) -> list[str]:
    for number in range(count):
        fore, last = FORENAMES[number % len(FORENAMES)], SURNAMES[(number // len(FORENAMES) + number) % len(SURNAMES)]
        last = last if number < 120 else f"{last}-{SURNAMES[(number // 120) % 10][:4]}"
        where = f"Clinic for Vessel Repair, University Hospital of Nowhere {number % 17}"
        rows["persons"].append(
            {"person_id": f"p{number:05}", "name": f"{fore} {last}", "last": last, "initials": fore[0], "variants": []}
            | {"orcid": None, "first_year": 2001, "last_year": 2023, "papers": 0, "country": "Nowhere"}
            | {"affiliation": where if number % 5 else None}
        )  # fmt: skip
    return [row["person_id"] for row in rows["persons"]]


def _article(rows: Rows, random: np.random.Generator, *, number: int, topics: list[Any], persons: list[str]) -> None:
    pmid = 31_000_000 + number * 7
    year = int(1990 + 34 * random.beta(3, 1.2)) if number % 50 else None
    own = topics[min(int(random.beta(0.9, 1.4) * len(topics)), len(topics) - 1)] if topics else None
    title = f"Results of {own[0]} study {number}" if own else f"Untopical study {number}"
    title = {1: "<script>alert('x')</script> & </script><b>bold</b>", 2: "Naïve “quotes” \u2013 β-blockade"}.get(
        number, title
    )
    rows["articles"].append(
        {
            "pmid": pmid,
            "year": year,
            "title": title,
            "abstract": "",
            "journal": "J Invent Surg",
            "types": [],
            "mesh": [],
        }
        | {"keywords": [], "languages": ["eng"], "retracted": False, "kind": "article", "version": 1, "links": []}
    )
    place = own[2] + random.normal(size=2) * own[3] if own else random.normal(size=2) * 9
    lost = number % 6 == 0 or own is None
    place = place if not lost else place + random.normal(size=2) * 3
    rows["layout"].append({"pmid": pmid, "x": float(place[0]), "y": float(place[1]), "fitted": True})
    for topic in ([own[0], own[1], AREA] if not lost else [AREA]) if own else []:
        rows["assignments"].append({"pmid": pmid, "topic_id": topic, "strength": 0.9})
    crowd = int(own[0][1:]) * 7 if own else 0
    drawn = [(crowd + int(random.exponential(3))) % len(persons) for _ in range(3)] + [
        int(random.exponential(6)) % len(persons)
    ]
    for position, person in enumerate(dict.fromkeys(drawn), start=1):
        rows["mentions"].append(
            {"pmid": pmid, "position": position, "last": "X", "affiliations": [], "equal_contribution": False}
        )
        rows["identities"].append({"pmid": pmid, "position": position, "person_id": persons[person], "confidence": 0.9})


def _contributions(rows: Rows) -> None:
    topics: dict[int, list[str]] = {}
    for row in rows["assignments"]:
        topics.setdefault(row["pmid"], []).append(row["topic_id"])
    years = {row["pmid"]: row["year"] for row in rows["articles"]}
    for row in rows["identities"]:
        for topic in topics.get(row["pmid"], []):
            own = {"person_id": row["person_id"], "topic_id": topic, "pmid": row["pmid"], "year": years[row["pmid"]]}
            rows["contributions"].append(own | {"position": row["position"], "n_mentions": 4, "strength": 0.9})


def _scores(rows: Rows, random: np.random.Generator) -> None:
    total: Counter[tuple[str, str]] = Counter()
    for row in rows["contributions"]:
        total[row["topic_id"], row["person_id"]] += 1
        points = {"person_id": row["person_id"], "topic_id": row["topic_id"], "pmid": row["pmid"]}
        rows["evidence"].append(points | {"component": "mass", "points": 0.2})
        rows["evidence"].append(points | {"component": "depth", "points": 0.1})
    ranks: Counter[str] = Counter()
    for (topic, person), count in sorted(total.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        ranks[topic] += 1
        score, width = 0.3 * count, float(random.uniform(0.1, 0.5))
        own = {"person_id": person, "topic_id": topic, "score": score, "rank": ranks[topic]}
        rows["scores"].append(own | {"low": max(score - width, 0.0), "high": score + width})


def _survey(rows: Rows, random: np.random.Generator, topics: list[Any]) -> None:
    """Peers name people in the first niches, some without any paper; raters must never show in a report."""
    rows["nominees"] = [{"person_id": "x0", "name": "Silva Unpublished", "affiliation": "Valley Practice, Nowhere"}]
    leaders: dict[str, list[str]] = {}
    for row in rows["scores"]:
        leaders.setdefault(row["topic_id"], []).append(row["person_id"])
    for topic, *_ in topics[: max(2, len(topics) // 3)]:
        for place, person in enumerate([*leaders.get(topic, [])[:9:2], "x0"]):
            votes = int(random.integers(1, 6))
            standing = round(votes / 8, 3)
            own = {"person_id": person, "topic_id": topic, "nominators": votes, "weight": float(votes)}
            rows["standing"].append(
                own | {"standing": standing, "low": standing * 0.6, "high": min(standing * 1.5, 1.0)}
            )
            for vote in range(votes):
                edge = {
                    "nominator": f"Secret Rater {vote}",
                    "nominee": person,
                    "topic_id": topic,
                    "wave": 1,
                    "weight": 0.3,
                }
                rows["nominations"].append(edge | {"ring": False, "confidence": 1.0, "source": "survey.csv"})
                ballot = {"source": "survey.csv", "place": f"{topic}.{place}.{vote}", "rater": f"Secret Rater {vote}"}
                rows["ballots"].append(ballot | {"nominee": person, "topic": topic, "wave": 1, "weight": 1.0})
    doubt = "'Hushed Name' may be one of 2 persons of the corpus or nobody of it (0.19)"
    for number, reason in enumerate(["repeats survey.csv 3: same rater, person, topic and wave", doubt, doubt]):
        row = {"source": "survey.csv", "place": f"u{number}", "nominee": "Hushed Name", "reason": reason}
        rows["unmatched"].append(row | {"candidates": [], "chances": []})


def _influencers(rows: Rows, micro: int) -> None:
    area = {row["person_id"]: row for row in rows["scores"] if row["topic_id"] == AREA}
    peers = {(row["person_id"], row["topic_id"]): row for row in rows["standing"]}
    niche_scores = {(r["person_id"], r["topic_id"]): r for r in rows["scores"] if r["topic_id"].startswith("n")}
    papers: dict[tuple[str, str], list[int]] = {}
    for row in rows["contributions"]:
        papers.setdefault((row["person_id"], row["topic_id"]), []).append(row["pmid"])
    chosen = sorted(key for key in niche_scores if niche_scores[key]["rank"] <= 10) + sorted(
        set(peers) - set(niche_scores)
    )
    for key in chosen:
        score, peer = niche_scores.get(key), peers.get(key)
        in_niche, whole = papers.get(key, []), papers.get((key[0], AREA), [])
        votes, rank = (peer["nominators"] if peer else 0), (score["rank"] if score else 40)
        authority = score["score"] if score else 0.0
        literature = score is not None
        quadrant = {(True, True): "both", (True, False): "literature only", (False, True): "peers only"}
        volume = area[key[0]]["rank"] if key[0] in area else None
        why = (
            f"authority rank {rank} in the niche (top 10 count); volume rank {volume} in the area (outside the top 20"
            f" is hidden); {len(in_niche)} of {len(whole)} papers in the niche, 4.0 times the area's share"
            " (at least 1.9; needs above 1); q = 0.012"
            f" (at most 0.1); named by {votes} peers"
        )
        if not literature:
            why = f"no paper in this corpus; named by {votes} independent peers (needs 2)"
        special = not literature or (volume is not None and volume > 20 and len(in_niche) >= 2 and rank <= 5)
        special = special and sum(row["micro"] for row in rows["influencers"]) < micro and (literature or votes > 1)
        rows["influencers"].append(
            {"person_id": key[0], "topic_id": key[1], "authority": authority, "combined": authority + votes / 4}
            | {
                "standing": peer["standing"] if peer else None,
                "papers": len(whole),
                "niche_papers": len(in_niche),
                "led": len(in_niche) // 2,
            }
            | {"nominators": votes, "volume_rank": volume, "niche_rank": rank, "specialisation": 4.0, "lq_low": 1.9}
            | {"p": 0.004, "q": 0.012, "quadrant": quadrant.get((literature, votes > 1), "neither"), "micro": special}
            | {"why": why, "pmids": in_niche}
        )


def _sizes(rows: Rows) -> None:
    size = Counter(row["topic_id"] for row in rows["assignments"])
    for row in rows["topics"]:
        row["size"] = size[row["topic_id"]]
    papers = Counter(row["person_id"] for row in rows["identities"])
    for row in rows["persons"]:
        row["papers"] = papers[row["person_id"]]
