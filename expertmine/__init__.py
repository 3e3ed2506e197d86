"""expertmine: the people who lead a niche, whom volume metrics miss."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from expertmine.changes import Changes, changes
from expertmine.report import report

if TYPE_CHECKING:
    from expertmine.acquire import (
        Acquired,
        add,
        add_corrections,
        add_decisions,
        add_nominations,
        fetch,
        forget_rater,
        merge_persons,
        remove_survey,
        rule_mentions,
        split_person,
    )
    from expertmine.answers import (
        choose_panel,
        compare_rivals,
        compare_sources,
        doubtful_mentions,
        doubtful_names,
        experts,
        find_topic,
        fragility,
        list_communities,
        list_members,
        list_rings,
        list_topics,
        micro_influencers,
        next_wave,
        rater_saturation,
        rising,
        source_agreement,
        topic_history,
        what_if,
        why,
    )
    from expertmine.authority import score_authority
    from expertmine.config import (
        AuthoritySettings,
        Config,
        ContributionSettings,
        EmbedSettings,
        IdentitySettings,
        InfluenceSettings,
        NominationSettings,
        RefreshSettings,
        TermSettings,
        TopicSettings,
    )
    from expertmine.contributions import join_contributions
    from expertmine.corpus import Corpus
    from expertmine.embed import embed_articles
    from expertmine.errors import (
        ConfigError,
        DataError,
        ExpertmineError,
        LockedError,
        ModelError,
        SourceError,
        StageError,
        TableError,
    )
    from expertmine.identity import resolve_persons
    from expertmine.influence import find_influencers
    from expertmine.nominations import Rules, weigh_nominations
    from expertmine.pipeline import put, run
    from expertmine.sources import PubMed
    from expertmine.text import read_terms
    from expertmine.topics import find_topics
    from expertmine.upkeep import Refreshed, refresh

__version__ = "0.1.0"

__all__ = [
    "Acquired",
    "AuthoritySettings",
    "Changes",
    "Config",
    "ConfigError",
    "ContributionSettings",
    "Corpus",
    "DataError",
    "EmbedSettings",
    "ExpertmineError",
    "IdentitySettings",
    "InfluenceSettings",
    "LockedError",
    "ModelError",
    "NominationSettings",
    "PubMed",
    "RefreshSettings",
    "Refreshed",
    "Rules",
    "SourceError",
    "StageError",
    "TableError",
    "TermSettings",
    "TopicSettings",
    "add",
    "add_corrections",
    "add_decisions",
    "add_nominations",
    "changes",
    "choose_panel",
    "compare_rivals",
    "compare_sources",
    "doubtful_mentions",
    "doubtful_names",
    "embed_articles",
    "experts",
    "fetch",
    "find_influencers",
    "find_topic",
    "find_topics",
    "forget_rater",
    "fragility",
    "join_contributions",
    "list_communities",
    "list_members",
    "list_rings",
    "list_topics",
    "merge_persons",
    "micro_influencers",
    "next_wave",
    "put",
    "rater_saturation",
    "read_terms",
    "refresh",
    "remove_survey",
    "report",
    "resolve_persons",
    "rising",
    "rule_mentions",
    "run",
    "score_authority",
    "source_agreement",
    "split_person",
    "topic_history",
    "weigh_nominations",
    "what_if",
    "why",
]

_ROOMS = {
    "acquire": "Acquired add add_corrections add_decisions add_nominations fetch forget_rater merge_persons "
    "remove_survey rule_mentions split_person",
    "answers": "choose_panel compare_rivals compare_sources doubtful_mentions doubtful_names experts find_topic "
    "fragility list_communities list_members list_rings list_topics micro_influencers next_wave "
    "rater_saturation rising source_agreement topic_history what_if why",
    "authority": "score_authority",
    "config": "AuthoritySettings Config ContributionSettings EmbedSettings IdentitySettings InfluenceSettings "
    "NominationSettings RefreshSettings TermSettings TopicSettings",
    "contributions": "join_contributions",
    "corpus": "Corpus",
    "embed": "embed_articles",
    "errors": "ConfigError DataError ExpertmineError LockedError ModelError SourceError StageError TableError",
    "identity": "resolve_persons",
    "influence": "find_influencers",
    "nominations": "Rules weigh_nominations",
    "pipeline": "put run",
    "sources": "PubMed",
    "text": "read_terms",
    "topics": "find_topics",
    "upkeep": "Refreshed refresh",
}
_HOMES = {name: f"expertmine.{room}" for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import expertmine` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'expertmine' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value  # next time it is found without asking
    return value


def __dir__() -> list[str]:
    return __all__
