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
    from expertmine.nominations import weigh_nominations
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

_HOMES = {
    "Acquired": "expertmine.acquire",
    "AuthoritySettings": "expertmine.config",
    "Config": "expertmine.config",
    "ConfigError": "expertmine.errors",
    "ContributionSettings": "expertmine.config",
    "Corpus": "expertmine.corpus",
    "DataError": "expertmine.errors",
    "EmbedSettings": "expertmine.config",
    "ExpertmineError": "expertmine.errors",
    "IdentitySettings": "expertmine.config",
    "InfluenceSettings": "expertmine.config",
    "LockedError": "expertmine.errors",
    "ModelError": "expertmine.errors",
    "NominationSettings": "expertmine.config",
    "PubMed": "expertmine.sources",
    "RefreshSettings": "expertmine.config",
    "Refreshed": "expertmine.upkeep",
    "SourceError": "expertmine.errors",
    "StageError": "expertmine.errors",
    "TableError": "expertmine.errors",
    "TermSettings": "expertmine.config",
    "TopicSettings": "expertmine.config",
    "add": "expertmine.acquire",
    "add_corrections": "expertmine.acquire",
    "add_decisions": "expertmine.acquire",
    "add_nominations": "expertmine.acquire",
    "choose_panel": "expertmine.answers",
    "compare_rivals": "expertmine.answers",
    "compare_sources": "expertmine.answers",
    "doubtful_mentions": "expertmine.answers",
    "doubtful_names": "expertmine.answers",
    "embed_articles": "expertmine.embed",
    "experts": "expertmine.answers",
    "fetch": "expertmine.acquire",
    "find_influencers": "expertmine.influence",
    "find_topic": "expertmine.answers",
    "find_topics": "expertmine.topics",
    "forget_rater": "expertmine.acquire",
    "fragility": "expertmine.answers",
    "join_contributions": "expertmine.contributions",
    "list_communities": "expertmine.answers",
    "list_members": "expertmine.answers",
    "list_rings": "expertmine.answers",
    "list_topics": "expertmine.answers",
    "merge_persons": "expertmine.acquire",
    "micro_influencers": "expertmine.answers",
    "next_wave": "expertmine.answers",
    "put": "expertmine.pipeline",
    "rater_saturation": "expertmine.answers",
    "read_terms": "expertmine.text",
    "refresh": "expertmine.upkeep",
    "remove_survey": "expertmine.acquire",
    "resolve_persons": "expertmine.identity",
    "rising": "expertmine.answers",
    "rule_mentions": "expertmine.acquire",
    "run": "expertmine.pipeline",
    "score_authority": "expertmine.authority",
    "source_agreement": "expertmine.answers",
    "split_person": "expertmine.acquire",
    "topic_history": "expertmine.answers",
    "weigh_nominations": "expertmine.nominations",
    "what_if": "expertmine.answers",
    "why": "expertmine.answers",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import expertmine` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'expertmine' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value  # next time it is found without asking
    return value


def __dir__() -> list[str]:
    return __all__
