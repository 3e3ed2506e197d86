"""Read-only questions to a finished corpus; every answer is a pandas DataFrame."""

from expertmine.answers.doubts import doubtful_mentions
from expertmine.answers.people import experts, micro_influencers, why
from expertmine.answers.topics import find_topic, list_topics, relevance, topic_history

__all__ = [
    "doubtful_mentions",
    "experts",
    "find_topic",
    "list_topics",
    "micro_influencers",
    "relevance",
    "topic_history",
    "why",
]
