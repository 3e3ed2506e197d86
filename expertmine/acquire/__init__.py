"""Bringing records, ballots and rulings into a corpus: files and PubMed pages become raw files, then tables."""

from expertmine.acquire.adding import Acquired, add
from expertmine.acquire.correcting import add_corrections, merge_persons, rule_mentions, split_person
from expertmine.acquire.fetching import fetch
from expertmine.acquire.planning import plan_fetch, plan_nominations, plan_refresh
from expertmine.acquire.surveying import (
    add_decisions,
    add_nominations,
    count_idle_decisions,
    forget_rater,
    remove_survey,
)

__all__ = [
    "Acquired",
    "add",
    "add_corrections",
    "add_decisions",
    "add_nominations",
    "count_idle_decisions",
    "fetch",
    "forget_rater",
    "merge_persons",
    "plan_fetch",
    "plan_nominations",
    "plan_refresh",
    "remove_survey",
    "rule_mentions",
    "split_person",
]
