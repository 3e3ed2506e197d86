"""Identity: mentions -> persons. Name forms, pair evidence, clustering that keeps apart what must stay apart."""

from expertmine.identity.resolve import resolve_persons
from expertmine.identity.rulings import collect_rulings, count_waiting, read_rulings, rulings_in_force, write_rulings

__all__ = ["collect_rulings", "count_waiting", "read_rulings", "resolve_persons", "rulings_in_force", "write_rulings"]
