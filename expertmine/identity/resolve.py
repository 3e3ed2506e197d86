"""The stage: mentions in, persons and identities out."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from expertmine.config import IdentitySettings, checked_section
from expertmine.identity.alternatives import draw_alternatives
from expertmine.identity.blocking import block_of, find_pairs
from expertmine.identity.clustering import cluster_mentions
from expertmine.identity.confidence import weigh_memberships
from expertmine.identity.evidence import COLUMNS, Sources, gather_evidence, possible
from expertmine.identity.marks import mark_affiliations, mark_companions, mark_signatures, telling_words
from expertmine.identity.model import PairModel, load_model
from expertmine.identity.persons import describe_persons, name_persons
from expertmine.identity.reading import Floats, Ints, Mentions, read_mentions
from expertmine.identity.rulings import count_waiting, find_ruled
from expertmine.identity.strangers import doubt_strangers
from expertmine.identity.successions import join_successions
from expertmine.portable import log as natural_log
from expertmine.progress import announce
from expertmine.tables import TABLES, Frame

log = logging.getLogger(__name__)

ANCHOR = 1e6
"""Evidence of one ORCID on both sides: more than any number of doubtful pairs can outvote."""
CERTAIN_ORCID = 12.0
"""Log-odds of such a pair where the confidence of a mention is weighed."""
STEPS = 3
NOTHING: Mapping[str, Frame] = {}


def resolve_persons(  # noqa: PLR0913 - a stage has a parameter for each table that it reads
    mentions: Frame,
    articles: Frame,
    *,
    terms: Frame,
    citations: Frame,
    corrections: Frame | None = None,
    former: Mapping[str, Frame] = NOTHING,
    settings: IdentitySettings = IdentitySettings(),
) -> tuple[pa.Table, pa.Table]:
    """Find who is behind each mention of a human.

    Pairs of mentions with like names are weighed by a logistic model over what names, company, addresses, language,
    years and citations say (Torvik & Smalheiser 2009 weigh the same kinds of evidence), and joined by average
    linkage unless something forbids it: different names on one paper, different ORCIDs, names that cannot be one.

    Parameters
    ----------
    mentions, articles, terms, citations, corrections
        Tables of these names. Mentions of groups, and those without a surname, are left out. What people ruled
        in `corrections` holds against all evidence.
    former
        The table `identities` as it was, if there is one: persons keep their ids.
    settings
        `threshold`: the probability at which two mentions are taken for one human.

    Returns
    -------
    persons, identities
        Each mention of a human has one row in `identities`. A person's id is 'p', the PMID, a dot and the position
        of the earliest mention when the person was first found; it does not depend on the order of rows.

    Raises
    ------
    ConfigError
        If a setting is out of its range.
    TableError
        If a table breaks its declaration.
    ModelError
        If the shipped model cannot be read.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> mention = {"affiliations": [], "equal_contribution": False, "last": "Exemplar", "position": 1}
    >>> rows = [{**mention, "pmid": 2, "fore": "Ada B"}, {**mention, "pmid": 1, "fore": "A"}]
    >>> empty = {name: TABLES[name].empty() for name in ("articles", "terms", "citations")}
    >>> persons, identities = resolve_persons(TABLES["mentions"].rows(rows), **empty)
    >>> persons["name"].to_pylist(), identities["person_id"].to_pylist()
    (['Ada B Exemplar'], ['p1.1', 'p1.1'])
    """
    settings = checked_section(settings, IdentitySettings)
    announce("who is who", 0, STEPS)
    given = {"mentions": mentions, "articles": articles, "terms": terms, "citations": citations}
    given |= {"corrections": corrections, "identities": former.get("identities")}
    tables = {
        name: TABLES[name].empty() if frame is None else TABLES[name].arrow(frame) for name, frame in given.items()
    }
    waiting = count_waiting(tables["corrections"], tables["mentions"])
    if waiting:
        log.warning("rulings that wait for a mention that is not in the corpus: %d", waiting)
    return identify(tables, load_model(), settings)


def identify(tables: dict[str, pa.Table], model: PairModel, settings: IdentitySettings) -> tuple[pa.Table, pa.Table]:
    """Resolve with any model: `resolve_persons` with the shipped one, the training with one under test."""
    mentions, pairs, evidence = weigh_pairs(tables, model)
    if not len(mentions):
        return TABLES["persons"].empty(), TABLES["identities"].empty()
    announce("who is who", 1, STEPS)
    rulings = find_ruled(mentions, tables.get("corrections", TABLES["corrections"].empty()))
    bar = _log_odds(settings.threshold)
    label, ties = cluster_mentions(mentions, pairs, evidence - bar, rulings)
    ties.log_odds[:] += bar
    label = join_successions(mentions, label, ties, rulings)
    announce("who is who", 2, STEPS)
    person_id = name_persons(mentions, label, tables.get("identities", TABLES["identities"].empty()))
    confidence = weigh_memberships(label, pairs, np.minimum(evidence, CERTAIN_ORCID))
    confidence[list({end for pair in rulings.same for end in pair})] = 1.0
    identities = {"pmid": mentions.pmid, "position": mentions.position, "person_id": person_id}
    doubt = {"confidence": confidence, "stays": draw_alternatives(ties, confidence, seed=settings.seed)}
    persons = describe_persons(mentions, person_id)
    announce("who is who", STEPS, STEPS)
    return persons, TABLES["identities"].arrow(pa.table({**identities, **doubt}))


def weigh_pairs(tables: dict[str, pa.Table], model: PairModel) -> tuple[Mentions, tuple[Ints, Ints], Floats]:
    """Return the mentions, the pairs that are compared, and the log-odds of each pair that it is one human."""
    mentions, pairs, columns = prepare_evidence(tables, model.surnames)
    weighed = doubt_strangers(block_of(mentions), pairs, columns, np.round(model.weigh(columns), 9))
    one, two = (mentions.orcid[side] for side in pairs)
    return mentions, pairs, np.where((one == two) & (one >= 0), ANCHOR, weighed)


def prepare_evidence(
    tables: dict[str, pa.Table], surnames: dict[str, int]
) -> tuple[Mentions, tuple[Ints, Ints], Floats]:
    """Return the mentions, the pairs of them that may be one human, and what speaks for it, a row per pair."""
    mentions = read_mentions(tables["mentions"], tables["articles"])
    if not len(mentions):
        nobody = np.zeros(0, dtype=np.int64)
        return mentions, (nobody, nobody), np.zeros((0, len(COLUMNS)))
    block = block_of(mentions)
    affiliations = mark_affiliations(mentions)
    sources = Sources(
        block=block,
        companions=mark_companions(mentions, block),
        affiliations=affiliations,
        signatures=mark_signatures(tables["terms"], mentions.papers),
        articles=tables["articles"],
        citations=tables["citations"],
        surnames=surnames,
    )
    first, second, level = possible(mentions, *find_pairs(mentions, telling_words(mentions, affiliations)))
    return mentions, (first, second), gather_evidence(mentions, (first, second, level), sources)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return float(natural_log(bounded / (1 - bounded)))
