"""Nested rows into Arrow by way of flat columns.

Few objects live long, so the garbage collector finds nothing to do; and arrays are laid out here because
`pyarrow.array` imports pandas, which takes more memory than a whole file of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa


class Column(Protocol):
    """Values on their way into an array."""

    def extend(self, values: Sequence[Any], /) -> None:
        """Take more values; structs come as tuples in the order of their fields, a list that is None is empty."""

    def array(self) -> pa.Array:
        """Return what was taken, and begin anew."""


def new_column(kind: pa.DataType) -> Column:
    """Return an empty column of this type."""
    if pa.types.is_list(kind):
        return _Lists(kind)
    return _Structs(kind) if pa.types.is_struct(kind) else _Values(kind)


class _Values:
    def __init__(self, kind: pa.DataType) -> None:
        self._kind = kind
        self._layout, self._nothing = _LAYOUTS[kind]
        self._values: list[Any] = []
        self.extend = self._values.extend

    def array(self) -> pa.Array:
        values = self._values
        array = self._laid_out(values) if values.count(None) < len(values) else pa.nulls(len(values), self._kind)
        values.clear()
        return array

    def _laid_out(self, values: Sequence[Any]) -> pa.Array:
        mask = None
        try:
            buffers = self._layout(values)
        except TypeError:  # there are nulls
            mask = _bits([one is not None for one in values])
            buffers = self._layout([self._nothing if one is None else one for one in values])
        return pa.Array.from_buffers(self._kind, len(values), [mask, *buffers])


class _Lists:
    def __init__(self, kind: pa.ListType) -> None:
        self._kind = kind
        self._lengths: list[int] = []
        self._elements = new_column(kind.value_type)

    def extend(self, values: Sequence[Any], /) -> None:
        lists = [one or () for one in values]
        self._lengths.extend(map(len, lists))
        self._elements.extend(list(chain.from_iterable(lists)))

    def array(self) -> pa.Array:
        count = len(self._lengths)
        buffers = [None, _ends(self._lengths, count)]
        array = pa.Array.from_buffers(self._kind, count, buffers, children=[self._elements.array()])
        self._lengths.clear()
        return array


class _Structs:
    def __init__(self, kind: pa.StructType) -> None:
        self._kind = kind
        self._nothing = (None,) * kind.num_fields
        self._fields = [new_column(field.type) for field in kind]
        self._there: list[bool] = []

    def extend(self, values: Sequence[Any], /) -> None:
        self._there.extend([one is not None for one in values])
        columns = zip(*[self._nothing if one is None else one for one in values], strict=True)
        for field, column in zip(self._fields, columns, strict=False):
            field.extend(column)

    def array(self) -> pa.Array:
        mask = _bits(self._there) if False in self._there else None
        children = [field.array() for field in self._fields]
        array = pa.Array.from_buffers(self._kind, len(self._there), [mask], children=children)
        self._there.clear()
        return array


Layout: TypeAlias = Callable[[Sequence[Any]], tuple[pa.Buffer, ...]]


def _bits(values: Sequence[bool]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(np.fromiter(values, np.uint8, len(values)), bitorder="little"))


def _ends(lengths: Iterable[int], count: int) -> pa.Buffer:
    ends = np.zeros(count + 1, np.int32)
    np.cumsum(np.fromiter(lengths, np.int32, count), out=ends[1:])
    return pa.py_buffer(ends)


def _texts(values: Sequence[str]) -> tuple[pa.Buffer, ...]:
    text = "".join(values)
    if text.isascii():
        return _ends(map(len, values), len(values)), pa.py_buffer(text.encode())
    encoded = [one.encode() for one in values]
    return _ends(map(len, encoded), len(values)), pa.py_buffer(b"".join(encoded))


def _numbers(kind: type[np.generic]) -> Layout:
    return lambda values: (pa.py_buffer(np.fromiter(values, kind, len(values))),)


def _days(values: Sequence[date]) -> tuple[pa.Buffer, ...]:
    return (pa.py_buffer(np.fromiter(map(date.toordinal, values), np.int32, len(values)) - _FIRST_DAY),)


_FIRST_DAY = np.int32(date(1970, 1, 1).toordinal())
_LAYOUTS: dict[pa.DataType, tuple[Layout, Any]] = {
    pa.string(): (_texts, ""),
    pa.bool_(): (lambda values: (_bits(values),), False),
    pa.int32(): (_numbers(np.int32), 0),
    pa.int64(): (_numbers(np.int64), 0),
    pa.date32(): (_days, date.min),
}
"""How values of a type lie in memory (a TypeError says that there are nulls), and what lies there for a null."""
