"""The stage: ballots in, what they mean and what they come to out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from expertmine.config import NominationSettings, checked_section
from expertmine.nominations.directory import list_persons
from expertmine.nominations.matching import Matcher, Rulings, Unclear, Word, said, typing
from expertmine.nominations.names import folded, name_key, readings
from expertmine.nominations.rarity import learn_rarity
from expertmine.nominations.review import LATER, REPEATS, awaits_ruling
from expertmine.nominations.standing import believe, in_rings, last_year, sum_standing, warn_of_a_slip, weigh_words
from expertmine.nominations.subjects import list_subjects
from expertmine.progress import track
from expertmine.tables import TABLES
from expertmine.tables.literature import LARGEST_TEAM

if TYPE_CHECKING:
    from expertmine.tables import Frame

Tables = tuple[pa.Table, pa.Table, pa.Table, pa.Table]
Rows = Mapping[str, list[dict[str, Any]]]
"""The rows of each table."""
UNDERSTOOD = ("ballots", "persons", "topics", "scores", "decisions", "identities")
"""Tables that say what a ballot means."""


def weigh_nominations(  # noqa: PLR0913 - a stage has a parameter for each table that it reads
    ballots: Frame,
    persons: Frame,
    *,
    topics: Frame,
    scores: Frame,
    decisions: Frame | None = None,
    identities: Frame | None = None,
    settings: NominationSettings = NominationSettings(),
) -> Tables:
    r"""Match what raters typed to persons and topics, and say how each nominated person stands with peers.

    Every ballot is found again: as a nomination, or in `unmatched` with the reason (unsure name, unknown topic, a word
    said twice, one said after `as_of`). A nominee who is nobody of the corpus becomes a person without papers.

    Parameters
    ----------
    ballots
        What raters typed.
    persons, topics
        Whom and what they may mean.
    scores
        Authority by literature: who is active in a topic, how credible a rater is there, and what to expect
        of a person before any peer is heard.
    decisions
        Whom a reader of the review file says a typed name means; nobody, if left out.
    identities
        Who wrote with whom: raters often name people they work with. Left out, that is not considered.
    settings
        Threshold of matching, decay, rules.

    Returns
    -------
    nominations, nominees, unmatched, standing
        `nominations.weight` is what the word carries, so that `standing.weight` is its sum. `standing` is the
        share of all peers' words that goes to a person, in [0, 1], with the central 90 % of its posterior.

    Raises
    ------
    ConfigError
        If a setting is out of its range.
    TableError
        If a table breaks its declaration.

    Notes
    -----
    A rater's words within a topic and wave sum to 1 and are multiplied by the rater's credibility (½ to 1,
    from own authority in the topic), by 2^(-age/half_life), by ½ where returned and by ½ within one
    institution; a word for oneself weighs nothing. Peers are counted by weighted in-degree because it is the
    centrality that suffers least from raters who did not answer (Costenbader & Valente 2003; Smith & Moody
    2013); words decay because opinion leaders change within years (Doumit 2011).

    Examples
    --------
    >>> from expertmine.nominations import read_ballots
    >>> survey = b"rater,nominee,topic\nA. Orr,Ida Voss,renal stents\nA. Orr,A. Orr,renal stents\n"
    >>> ballots, _ = read_ballots(survey, source="survey.csv")
    >>> niche = {"topic_id": "t1", "layer": 0, "size": 9, "name": "Renal stents"}
    >>> topics = TABLES["topics"].rows([niche | {"keyphrases": [], "facets": [], "representatives": []}])
    >>> persons, scores = TABLES["persons"].empty(), TABLES["scores"].empty()
    >>> nominations, nominees, _, standing = weigh_nominations(ballots, persons, topics=topics, scores=scores)
    >>> sorted(nominees["name"].to_pylist()), sorted(nominations["weight"].to_pylist())
    (['A. Orr', 'Ida Voss'], [0.0, 0.5])
    >>> standing["nominators"].to_pylist(), round(standing["standing"][0].as_py(), 3)
    ([1], 0.667)
    """
    settings = checked_section(settings, NominationSettings)
    typed = TABLES["ballots"].arrow(ballots)
    if not typed.num_rows:
        return _tables([], [], [], [])
    given = {
        "ballots": typed, "persons": persons, "topics": topics, "scores": scores, "decisions": decisions,
        "identities": identities,
    }  # fmt: skip
    rows = {name: TABLES[name].arrow(frame).to_pylist() for name, frame in given.items() if frame is not None}
    words, unclear = _understand(rows, settings)
    warn_of_a_slip(words, settings)
    counted = [word for word in words if word.match.sure and not word.own]
    belief = believe(rows["scores"], {(word.nominee, word.topic_id) for word in counted})
    rings = in_rings(words, settings)
    carried, turns = weigh_words(words, belief, settings, rings=rings)
    sure = [(word, weight) for word, weight in zip(words, carried, strict=True) if word.match.sure]
    unsure = [_unsure(word) for word in words if not word.match.sure]
    known = {person["person_id"] for person in rows["persons"]}
    return _tables(
        [_nomination(word, weight, ring=word.said in rings) for word, weight in sure],
        _nominees([word for word, _ in sure if word.nominee not in known]),
        [*unclear, *unsure],
        sum_standing(sure, turns, belief, settings),
    )


def latest_year(tables: Mapping[str, pa.Table], settings: NominationSettings) -> int | None:
    """Return the year from which `weigh_nominations` sees words: the one set or that of the last; None: all undated."""
    if settings.as_of is not None:
        return settings.as_of
    words, _ = _understand(_rows(tables), settings)
    return last_year(words) or None


def count_matches(tables: Mapping[str, pa.Table], settings: NominationSettings) -> dict[str, int]:
    """Count the topics and names that are found, each way of typing once; a name in doubt under any topic is in doubt.

    A word said twice is as sure as the one that counts; what was set aside or said later is neither found nor in doubt.
    """
    rows = _rows(tables)
    words, unclear = _words(rows, settings)
    counted = {word.key: word.match for word in _once(words)[0]}
    told = [(_nominee(word.ballot), word.nominee, counted[word.key]) for word in words]
    doubtful = {_nominee(each.ballot) for each in unclear if awaits_ruling(each.reason)}
    doubtful |= {typed for typed, _, match in told if not match.sure and awaits_ruling(match.reason)}
    persons = {person["person_id"] for person in rows["persons"]}
    sure = {typed: nominee in persons for typed, nominee, match in told if match.sure}
    known = [found for typed, found in sure.items() if typed not in doubtful]
    return {
        "topics_found": len({word.ballot["topic"] for word in words}),
        "names_found": sum(known),
        "names_new": len(known) - sum(known),
        "names_in_doubt": len(doubtful),
    }


def _rows(tables: Mapping[str, pa.Table]) -> Rows:
    return {name: tables[name].to_pylist() for name in UNDERSTOOD if name in tables}


def _nominee(ballot: Mapping[str, Any]) -> tuple[str, str | None]:
    return ballot["nominee"], ballot["nominee_institution"]


def _understand(rows: Rows, settings: NominationSettings) -> tuple[list[Word], list[Unclear]]:
    """Understand every ballot to the present as a word, each once, or say why not."""
    words, unclear = _words(rows, settings)
    kept, repeated = _once(words)
    return kept, [*unclear, *repeated]


def _words(rows: Rows, settings: NominationSettings) -> tuple[list[Word], list[Unclear]]:
    """Understand every ballot to the present as a word, repeated or not, or say why not."""
    given = sorted(rows["ballots"], key=lambda ballot: (ballot["source"], ballot["place"]))
    heard = [ballot for ballot in given if not _is_later(ballot, settings.as_of)]
    later = [Unclear(ballot, LATER) for ballot in given if _is_later(ballot, settings.as_of)]
    words, unclear = _matcher(heard, rows, settings).understand(heard)
    return words, [*unclear, *later]


def _is_later(ballot: Mapping[str, Any], as_of: int | None) -> bool:
    """Say whether a ballot was filled in after the present: it must not change what was said before."""
    return as_of is not None and ballot["date"] is not None and ballot["date"].year > as_of


def _matcher(ballots: Sequence[Mapping[str, Any]], rows: Rows, settings: NominationSettings) -> Matcher:
    typed = [ballot[role] for ballot in ballots for role in ("rater_institution", "nominee_institution")]
    printed = [person["affiliation"] for person in rows["persons"]]
    rarity = learn_rarity([folded(text) for text in [*typed, *printed] if text])
    active: dict[str, set[str]] = defaultdict(set)
    for row in rows["scores"]:
        active[row["topic_id"]].add(row["person_id"])
    directory = list_persons(rows["persons"], rarity)
    topics = {topic["topic_id"] for topic in rows["topics"]}
    ruled = sorted(rows.get("decisions", ()), key=lambda row: int(row["number"]))
    names = sorted({said(ballot, role) for ballot in ballots for role in ("rater", "nominee")})
    return Matcher(
        directory,
        {name: directory.bearers(readings(name)) for name in track(names, "matching names", len(names))},
        list_subjects(rows["topics"], active, accept=settings.accept),
        active,
        settings.accept,
        _near(rows.get("identities", ())),
        Rulings(
            {typing(row): row["decision"] for row in ruled if row["decision"] not in topics},
            {row["topic"]: row["decision"] for row in ruled if row["decision"] in topics or not row["nominee"]},
        ),
    )


def _near(identities: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Name whom each person wrote with, on papers that are no consortium's."""
    teams: dict[int, set[str]] = defaultdict(set)
    for row in identities:
        teams[row["pmid"]].add(row["person_id"])
    near: dict[str, set[str]] = defaultdict(set)
    for team in teams.values():
        if len(team) <= LARGEST_TEAM:
            for one in team:
                near[one] |= team
    return {one: frozenset(others - {one}) for one, others in near.items()}


def _unsure(word: Word) -> Unclear:
    match = word.match
    return Unclear(word.ballot, match.reason, match.candidates, match.chances, word.nominator, word.topic_id)


def _once(words: Sequence[Word]) -> tuple[list[Word], list[Unclear]]:
    """Keep a word said twice once: the surest, latest one."""
    kept: dict[tuple[str, str, str, int], Word] = {}
    repeated = []
    for word in sorted(words, key=_precedence):
        first = kept.setdefault(word.key, word)
        if first is not word:
            where = f"{first.ballot['source']} {first.ballot['place']}"
            reason = f"{REPEATS}{where}: same rater, person, topic and wave"
            repeated.append(Unclear(word.ballot, reason, (word.nominee,)))
    return list(kept.values()), repeated


def _precedence(word: Word) -> tuple[bool, float, int, str, str]:
    day = word.day.toordinal() if word.day else 0
    return not word.match.sure, -word.match.probability, -day, word.ballot["source"], word.ballot["place"]


def _nomination(word: Word, weight: float, *, ring: bool) -> dict[str, Any]:
    nominator, nominee, topic_id, wave = word.key
    return {
        "nominator": nominator, "nominee": nominee, "topic_id": topic_id, "wave": wave, "weight": weight,
        "ring": ring, "confidence": word.match.probability, "source": word.ballot["source"], "date": word.day,
    }  # fmt: skip


def _nominees(words: Sequence[Word]) -> list[dict[str, Any]]:
    """Name each person without papers as the fullest typing did."""
    found: dict[str, dict[str, Any]] = {}
    for word in sorted(words, key=_fullness):
        row = {"name": word.ballot["nominee"], "affiliation": word.ballot["nominee_institution"]}
        found.setdefault(word.nominee, {"person_id": word.nominee, **row})
    return list(found.values())


def _fullness(word: Word) -> tuple[int, str, str]:
    return -len(name_key(word.ballot["nominee"])), word.ballot["source"], word.ballot["place"]


def _tables(
    nominations: list[dict[str, Any]],
    nominees: list[dict[str, Any]],
    unclear: list[Unclear],
    standing: list[dict[str, Any]],
) -> Tables:
    unmatched = [
        {
            "source": each.ballot["source"], "place": each.ballot["place"], "nominee": each.ballot["nominee"],
            "reason": each.reason, "candidates": list(each.candidates), "chances": list(each.chances),
            "nominator": each.nominator, "topic_id": each.topic_id,
        }
        for each in unclear
    ]  # fmt: skip
    return (
        _sorted("nominations", nominations),
        _sorted("nominees", nominees),
        _sorted("unmatched", unmatched),
        _sorted("standing", standing),
    )


def _sorted(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Return the rows as that table, in the order of its key."""
    table = TABLES[name]
    return table.rows(rows).sort_by([(part, "ascending") for part in table.key])
