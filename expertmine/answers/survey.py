"""Questions about a survey that is still to be made: whom to ask first, whom next, whether to go on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from expertmine.answers.communities import CLINICAL, home_groups, topic_communities
from expertmine.answers.topics import resolve_topic
from expertmine.communities import Communities
from expertmine.config import check_count
from expertmine.corpus import Corpus
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError
from expertmine.nominations.names import place_key
from expertmine.nominations.next_wave import choose_next, doubt_top
from expertmine.nominations.panel import Candidate, Group, Rules
from expertmine.nominations.panel import choose_panel as choose
from expertmine.nominations.review import awaits_ruling
from expertmine.nominations.standing import believe

if TYPE_CHECKING:
    import pandas as pd

FEW_PAPERS = 2
"""Most papers in the topic with which somebody at a hospital counts as a frontline clinician."""

NAMED = ["person_id", "name", "affiliation", "country"]


def choose_panel(corpus: Corpus, topic: str, *, size: int = 20, rules: Rules = Rules()) -> pd.DataFrame:
    """Choose whom to ask about a topic first, so that its communities, countries and settings are heard.

    Parameters
    ----------
    corpus
        A corpus run until 'authority' at least.
    topic
        A topic's id or exact name.
    size
        Most people on the panel.
    rules
        Who may not be asked, or not together (`em.Rules`).

    Returns
    -------
    pandas.DataFrame
        seat, person_id, name, affiliation, country, community, setting, coverage (in [0, 1], with this and all former
        seats), bound (what no panel of that size exceeds), why.

    Raises
    ------
    ConfigError
        If no such topic exists, `size` is below 1, or a rule names an id that nobody has.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    check_count(size, name="size", least=1)
    if not isinstance(rules, Rules):
        raise ConfigError(f"rules is {rules!r}, expected em.Rules(…)")
    topic_id = resolve_topic(corpus, topic)
    persons = _people(corpus)
    for ids in (rules.suppressed, *rules.conflicts):
        _refuse_strangers(ids, persons)
    communities = topic_communities(corpus, topic_id)
    settings = _settings(communities, persons)
    trusted = _credibility(corpus, topic_id)
    pool = [
        _candidate(persons[one], communities, settings[one], trusted.get(one, 0.5))
        for one in sorted(communities.papers)
    ]
    panel = choose(pool, size=size, rules=rules)
    rows, coverage = [], 0.0
    for number, seat in enumerate(panel.seats, 1):
        coverage += seat.gain
        one = persons[seat.person_id]
        rows.append(
            {"seat": number, **{name: one[name] for name in NAMED}, "community": communities.community[seat.person_id],
             "setting": ", ".join(sorted(settings[seat.person_id])), "coverage": coverage, "bound": panel.bound,
             "why": "; ".join(seat.reasons)}
        )  # fmt: skip
    columns = ["seat", *NAMED, "community", "setting", "coverage", "bound", "why"]
    return pd.DataFrame(rows, columns=columns)


def next_wave(
    corpus: Corpus, topic: str, *, size: int = 5, k: int = 10, suppressed: Collection[str] = frozenset()
) -> pd.DataFrame:
    """Choose whom to ask about a topic next: whose answers would settle most doubt about who is in the top k.

    Parameters
    ----------
    corpus
        A corpus run to the end.
    topic
        A topic's id or exact name.
    size
        Most people to ask.
    k
        Length of the top that is in doubt.
    suppressed
        person_id of those who must not be asked.

    Returns
    -------
    pandas.DataFrame
        person_id, name, affiliation, country, group (in a niche the community, in a theme the niche of most papers;
        null for who has no papers there), gain (expected doubt settled, in units of p(1 - p)). Those who have
        answered, be it with names that are not yet clear, and those suppressed are left out; people whom peers named
        are asked too, with papers or without.

    Raises
    ------
    ConfigError
        If no such topic exists, `size` or `k` is below 1, or nobody has a suppressed id.
    """
    import pandas as pd

    corpus = checked_corpus(corpus).pinned()
    check_count(k, name="k", least=1)
    check_count(size, name="size", least=1)
    topic_id = resolve_topic(corpus, topic)
    persons = _people(corpus)
    _refuse_strangers(suppressed, persons)
    groups = home_groups(corpus, topic_id)
    said = corpus.table("nominations").filter(pc.field("topic_id") == topic_id)
    heard, unclear = set(said["nominator"].to_pylist()), _unclear_raters(corpus, topic_id)
    shape = posterior_shape(corpus, topic_id)
    trusted = _credibility(corpus, topic_id)
    pool = {one: trusted.get(one, 0.5) for one in {*groups, *shape} if one in persons}
    asked = choose_next(
        {one: value for one, value in pool.items() if one in heard or one not in {*suppressed, *unclear}},
        doubt_top(shape, k=k, authority=_authority(corpus, topic_id), peer_weight=corpus.config.influence.peer_weight),
        groups=groups,
        words=zip(said["nominator"].to_pylist(), said["nominee"].to_pylist(), strict=True),
        heard=heard,
        size=size,
    )
    rows = [
        {**{name: persons[each.person_id][name] for name in NAMED},
         "group": groups.get(each.person_id), "gain": each.gain}
        for each in asked
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*NAMED, "group", "gain"])


def count_ballots(corpus: Corpus) -> dict[str, int]:
    """Count the ballots, and those that do not count yet.

    Returns
    -------
    dict
        ballots: all; new: of surveys that no run has matched yet; in_doubt: those that wait for the review.
    """
    corpus = checked_corpus(corpus).pinned()
    names = ("ballots", "nominations", "unmatched")
    rows = {name: corpus.table(name) for name in names if name in corpus.manifest.tables}
    typed = rows["ballots"]["source"].to_pylist() if "ballots" in rows else []
    matched = {source for name in names[1:] if name in rows for source in rows[name]["source"].unique().to_pylist()}
    reasons = rows["unmatched"]["reason"].to_pylist() if "unmatched" in rows else []
    return {
        "ballots": len(typed),
        "new": sum(source not in matched for source in typed),
        "in_doubt": sum(map(awaits_ruling, reasons)),
    }


def _unclear_raters(corpus: Corpus, topic_id: str) -> set[str]:
    """Return who answered about a topic with a name that is not yet clear."""
    said = corpus.table("unmatched").filter(pc.field("topic_id") == topic_id)
    return set(said["nominator"].drop_null().to_pylist())


def posterior_shape(corpus: Corpus, topic_id: str) -> dict[str, float]:
    """Return each person's share of prior belief plus the words heard: the Dirichlet parameters of standing."""
    topical = pc.field("topic_id") == topic_id
    standing = corpus.table("standing").filter(topical).to_pylist()
    scores = corpus.table("scores").filter(topical).select(["person_id", "topic_id", "score"]).to_pylist()
    belief = believe(scores, {(row["person_id"], topic_id) for row in standing}).shares.get(topic_id, {})
    prior = corpus.config.nominations.prior
    heard = {row["person_id"]: row["weight"] for row in standing}
    return {one: prior * belief.get(one, 0.0) + heard.get(one, 0.0) for one in {*belief, *heard}}


def _refuse_strangers(ids: Collection[str], persons: Mapping[str, object]) -> None:
    """Refuse an id that nobody has: whoever was meant would be asked all the same."""
    if isinstance(ids, str) or not isinstance(ids, Collection):
        raise ConfigError(f"expected a list of person_id, found {ids!r}")
    if strange := sorted(one for one in ids if one not in persons):
        raise ConfigError(
            f"nobody has the id '{strange[0]}', so whoever is meant would be asked; give each `person_id`, as in the "
            "table `persons`"
        )


def _people(corpus: Corpus) -> dict[str, Mapping[str, Any]]:
    """Return everybody, with papers or known to peers only."""
    people = {row["person_id"]: row for row in corpus.table("persons").to_pylist()}
    if "nominees" in corpus.manifest.tables:
        for row in corpus.table("nominees").to_pylist():
            people.setdefault(row["person_id"], {**row, "country": None, "kind": None, "city": None})
    return people


def _authority(corpus: Corpus, topic_id: str) -> dict[str, float]:
    rows = corpus.table("scores").filter(pc.field("topic_id") == topic_id).select(["person_id", "score"]).to_pylist()
    return {row["person_id"]: row["score"] for row in rows}


def _credibility(corpus: Corpus, topic_id: str) -> dict[str, float]:
    """Return in [½, 1] how far a person's word can be trusted: by literature or by peers, whichever says more."""
    topical = pc.field("topic_id") == topic_id
    scores = corpus.table("scores").filter(topical).select(["person_id", "topic_id", "score"]).to_pylist()
    told = {one: value for (one, _), value in believe(scores, ()).credibility.items()}
    if "standing" in corpus.manifest.tables:
        rows = corpus.table("standing").filter(topical).to_pylist()
        peers = [{**row, "score": row["standing"]} for row in rows if row["nominators"]]
        for (one, _), value in believe(peers, ()).credibility.items():
            told[one] = max(told.get(one, 0.5), value)
    return told


def _settings(communities: Communities, persons: Mapping[str, Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Say what each person can speak as; everybody else as a researcher."""
    hubs, bridges = communities.hubs(), communities.bridges()
    found = {}
    for one, papers in communities.papers.items():
        front = persons[one]["kind"] == CLINICAL and papers <= FEW_PAPERS
        roles = {"hub": one in hubs, "bridge": one in bridges, "frontline clinician": front}
        found[one] = frozenset(name for name, holds in roles.items() if holds) or frozenset({"researcher"})
    return found


def _candidate(
    person: Mapping[str, Any], communities: Communities, settings: AbstractSet[str], credibility: float
) -> Candidate:
    one = person["person_id"]
    groups: set[Group] = {("community", str(communities.community[one])), *(("setting", name) for name in settings)}
    if person["country"]:
        groups.add(("country", person["country"]))
    return Candidate(
        person_id=one,
        groups=groups,
        near=communities.near[one],
        credibility=credibility,
        institution=place_key(f"{person['affiliation'] or ''} {person['city'] or ''}"),
    )
