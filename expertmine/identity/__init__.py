"""Identity: mentions -> persons. Name forms, pair evidence, clustering that keeps apart what must stay apart."""

from expertmine.identity.resolve import resolve_persons

__all__ = ["resolve_persons"]
