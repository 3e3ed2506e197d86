"""Vectors become layers of topics: niches, the themes they belong to, their names."""

from expertmine.topics.namer import TopicCard
from expertmine.topics.search import rank_topics
from expertmine.topics.stage import find_topics

__all__ = ["TopicCard", "find_topics", "rank_topics"]
