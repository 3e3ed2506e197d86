"""Bringing records and ballots into a corpus: files and PubMed pages become raw files, raw files become tables."""

from expertmine.acquire.adding import Acquired, add, add_nominations
from expertmine.acquire.fetching import fetch
from expertmine.acquire.planning import plan_fetch, plan_refresh

__all__ = ["Acquired", "add", "add_nominations", "fetch", "plan_fetch", "plan_refresh"]
