"""Read-only questions to a finished corpus; every answer is a pandas DataFrame."""

from expertmine.answers.communities import list_communities, list_members
from expertmine.answers.counterfactuals import fragility, what_if
from expertmine.answers.doubts import doubtful_mentions
from expertmine.answers.peers import (
    compare_sources,
    doubtful_names,
    list_rings,
    list_standing,
    rater_saturation,
    source_agreement,
)
from expertmine.answers.people import experts, micro_influencers, why
from expertmine.answers.rising import rising
from expertmine.answers.rivals import compare_rivals
from expertmine.answers.survey import choose_panel, next_wave
from expertmine.answers.topics import find_topic, list_topics, relevance, topic_history

__all__ = [
    "choose_panel",
    "compare_rivals",
    "compare_sources",
    "doubtful_mentions",
    "doubtful_names",
    "experts",
    "find_topic",
    "fragility",
    "list_communities",
    "list_members",
    "list_rings",
    "list_standing",
    "list_topics",
    "micro_influencers",
    "next_wave",
    "rater_saturation",
    "relevance",
    "rising",
    "source_agreement",
    "topic_history",
    "what_if",
    "why",
]
