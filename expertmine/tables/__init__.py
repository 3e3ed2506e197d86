"""The nouns: every table's columns, key and meaning. Stages share these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from expertmine.errors import ConfigError, did_you_mean
from expertmine.schema import Frame, Table
from expertmine.tables import literature, niches, peers, people

__all__ = ["TABLES", "Frame", "Table", "table"]

_DECLARED = (*literature.TABLES, *niches.TABLES, *people.TABLES, *peers.TABLES)

TABLES: Mapping[str, Table] = {table.name: table for table in _DECLARED}


def table(name: str) -> Table:
    """Return the declaration of that name.

    Raises
    ------
    ConfigError
        If no table has that name; the nearest names are offered.
    """
    if name not in TABLES:
        raise ConfigError(f"no table is called '{name}'{did_you_mean(name, TABLES)} (tables: {', '.join(TABLES)})")
    return TABLES[name]
