"""What columns hold."""

from __future__ import annotations

import pyarrow as pa

TEXT, WHOLE, REAL = pa.string(), pa.int64(), pa.float64()
TEXTS = pa.list_(TEXT)
MESH = pa.list_(pa.struct([("descriptor", TEXT), ("major", pa.bool_()), ("qualifiers", TEXTS)]))
LINKS = pa.list_(pa.struct([("type", TEXT), ("pmid", WHOLE)]))
FACETS = pa.list_(pa.struct([("facet", TEXT), ("share", pa.float32())]))
PERSON_TOPIC = (("person_id", TEXT), ("topic_id", TEXT))
