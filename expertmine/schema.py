"""What a declared table is, and the check that a table is what it is declared to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.errors import TableError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Frame: TypeAlias = "pa.Table | pd.DataFrame"
"""What stages take; they return Arrow."""

VECTOR = pa.list_(pa.float16())
_EXACT = 2.0**53
"""Whole numbers up to it are the same as floats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A declared table: columns in order, the key that is unique, columns that may be null, one sentence."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, pa.DataType], ...]
    nullable: frozenset[str] = frozenset()
    components: bool = False
    """Whether further float64 columns, one per score component, may follow."""
    private: bool = False
    """Whether it says what a rater said: such tables lie in a folder `private`, which can be left out of a copy."""

    @property
    def schema(self) -> pa.Schema:
        """The declared Arrow schema."""
        return pa.schema([pa.field(name, kind, nullable=name in self.nullable) for name, kind in self.columns])

    def arrow(self, data: Frame) -> pa.Table:
        """Return `data` (Arrow or pandas) as a table of exactly this declaration.

        A column that may be null and is not there is null throughout.

        Raises
        ------
        TableError
            Naming every fault at once: missing and unknown columns, types, nulls, repeated keys.
        """
        table = self._completed(self._from(data))
        faults = self._column_faults(table)
        if not faults:
            table, faults = self._cast(table)
        if not faults:
            faults = self._value_faults(table)
        if faults:
            raise TableError(f"table '{self.name}': " + "; ".join(faults))
        return table

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Return a table of these rows; keys that a row lacks are null."""
        return self.arrow(pa.Table.from_pylist(list(rows), schema=self.schema))

    def empty(self) -> pa.Table:
        """Return the table with no rows."""
        return self.schema.empty_table()

    def _from(self, data: Frame) -> pa.Table:
        """Take a pandas frame over into Arrow."""
        if isinstance(data, pa.Table):
            return data
        try:
            return pa.Table.from_pandas(data, preserve_index=False)
        except AttributeError as error:
            found = type(data).__name__
            raise TableError(f"table '{self.name}': found a {found}, expected a pandas or Arrow table") from error
        except (pa.ArrowException, ValueError, TypeError) as error:
            raise TableError(f"table '{self.name}': {'; '.join(map(str, error.args))}") from error

    def _completed(self, table: pa.Table) -> pa.Table:
        """Add the columns that may be left out."""
        for name, kind in self.columns:
            if name in self.nullable and name not in table.column_names:
                table = table.append_column(name, pa.nulls(table.num_rows, kind))
        return table

    def _cast(self, table: pa.Table) -> tuple[pa.Table, list[str]]:
        """Bring every column to its declared type, or name those that resist."""
        schema = self._schema_of(table)
        if not table.num_rows:  # columns of nothing have no type to speak of
            return schema.empty_table(), []
        arrays, faults = [], []
        for field in schema:
            if pa.types.is_integer(field.type) and _has_lost_digits(table[field.name]):
                faults.append(
                    f"column '{field.name}' was rounded as {table[field.name].type}; hand it in as whole numbers"
                )
                continue
            try:
                arrays.append(table[field.name].cast(field.type))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                faults.append(f"column '{field.name}' is {table[field.name].type}, expected {field.type} ({error})")
        return (table if faults else pa.Table.from_arrays(arrays, schema=schema)), faults

    def _schema_of(self, table: pa.Table) -> pa.Schema:
        """Give the declaration for this very table: its components, its vectors' width."""
        fields = [self._width(field, table) for field in self.schema]
        known = {field.name for field in fields}
        extra = [name for name in table.column_names if name not in known] if self.components else []
        return pa.schema(fields + [pa.field(name, pa.float64(), nullable=False) for name in extra])

    def _width(self, field: pa.Field, table: pa.Table) -> pa.Field:
        """Keep the fixed width of a vector column that has one."""
        if field.type == VECTOR and field.name in table.column_names:
            kind = table.schema.field(field.name).type
            if pa.types.is_fixed_size_list(kind):
                return field.with_type(pa.list_(pa.float16(), kind.list_size))
        return field

    def _column_faults(self, table: pa.Table) -> list[str]:
        have, want = set(table.column_names), {name for name, _ in self.columns}
        faults = [f"column '{name}' is missing" for name, _ in self.columns if name not in have]
        faults += [f"column '{name}' is there twice" for name in sorted(have) if table.column_names.count(name) > 1]
        if not self.components:
            faults += [f"column '{name}' is unknown{did_you_mean(name, want)}" for name in sorted(have - want)]
        return faults

    def _value_faults(self, table: pa.Table) -> list[str]:
        faults = [
            f"column '{field.name}' has {table[field.name].null_count} nulls"
            for field in table.schema
            if not field.nullable and table[field.name].null_count
        ]
        faults += [
            f"column '{field.name}' has {count} nulls inside its lists"
            for field in table.schema
            if pa.types.is_list(field.type) and (count := table[field.name].combine_chunks().flatten().null_count)
        ]
        faults += [fault for field in table.schema for fault in _number_faults(field.name, table[field.name])]
        groups = table.select(list(self.key)).group_by(list(self.key), use_threads=False).aggregate([([], "count_all")])
        if groups.num_rows < table.num_rows:
            repeated = groups.filter(pc.greater(groups["count_all"], 1)).select(list(self.key)).slice(0, 3).to_pylist()
            faults.append(f"key {self.key} is repeated in {table.num_rows - groups.num_rows} rows, e.g. {repeated}")
        return faults


def _has_lost_digits(column: pa.ChunkedArray) -> bool:
    """Say whether whole numbers were floats on the way, as pandas makes them beside a null, and too large for these."""
    return pa.types.is_floating(column.type) and (pc.max(pc.abs(column)).as_py() or 0.0) > _EXACT


def _number_faults(name: str, column: pa.ChunkedArray) -> Iterator[str]:
    """Name what no computation survives: numbers that are none, vectors of several widths."""
    values = column
    lists = pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type)
    if lists and pa.types.is_float16(column.type.value_type):
        widths = pc.unique(pc.list_value_length(column)).drop_null().to_pylist()
        if len(widths) > 1:
            yield f"column '{name}' has vectors of several widths: {sorted(widths)[:5]}"
        values = pc.list_flatten(column)
    if pa.types.is_floating(values.type):
        count = int(np.isnan(values.to_numpy()).sum()) - values.null_count
        if count:
            yield f"column '{name}' has {count} numbers that are none (NaN)"
