"""One record's XML: opened so that it loads nothing and expands nothing, looked through once by tables of tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from lxml import etree

from expertmine.sources.plain import plain
from expertmine.sources.records import BadRecordError

Node: TypeAlias = etree._Element
Found: TypeAlias = dict[str, Any]
"""What a record turned out to hold, by name."""
Note: TypeAlias = Callable[[Found, Node], None]
"""Notes what an element holds."""
Notes: TypeAlias = Mapping[str, Note]
"""What to note of an element's children, by their tags; the others are passed over."""

# Prefixes that a file may declare on its root, which the splitter leaves behind.
_ROOT = (
    b'<r xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink"'
    b' xmlns:ali="http://www.niso.org/schemas/ali/1.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


def record_opener(encoding: str) -> Callable[[Sequence[bytes]], list[Node | BadRecordError]]:
    """Return a function from the bytes of records to their elements; it loads nothing and expands no entity."""
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip

    def open_records(pieces: Sequence[bytes]) -> list[Node | BadRecordError]:
        """Open all at once, which is cheaper; each alone if one of them is bad or reaches over its end."""
        try:
            opened = list(etree.fromstring(b"".join([_ROOT, *pieces, b"</r>"]), parser))
        except etree.XMLSyntaxError:
            opened = []
        return opened if len(opened) == len(pieces) else [_open_alone(piece, parser) for piece in pieces]

    return open_records


def _open_alone(piece: bytes, parser: etree.XMLParser) -> Node | BadRecordError:
    try:
        return etree.fromstring(_ROOT + piece + b"</r>", parser)[0]
    except etree.XMLSyntaxError as error:
        return BadRecordError(f"not well-formed XML: {error.msg}")


def look(found: Found, element: Node, notes: Notes) -> None:
    """Look through an element's children once, which is cheaper than finding each."""
    for child in element:
        note = notes.get(child.tag)
        if note is not None:
            note(found, child)


def first(name: str, read: Callable[[Node], Any]) -> Note:
    """Note the first of a kind."""

    def note(found: Found, element: Node) -> None:
        if name not in found:
            found[name] = read(element)

    return note


def every(name: str, read: Callable[[Node], Any]) -> Note:
    """Note all of a kind."""

    def note(found: Found, element: Node) -> None:
        found.setdefault(name, []).append(read(element))

    return note


def inside(name: str, notes: Notes) -> Note:
    """Look into the first of a kind, and note that it is there."""

    def note(found: Found, element: Node) -> None:
        if name not in found:
            found[name] = True
            look(found, element, notes)

    return note


def words(element: Node) -> str:
    """Return an element's words without its inline markup and formulas' tags."""
    text: str = ("".join(element.itertext()) if len(element) else element.text) or ""
    if text.isascii():
        if text.isalpha():
            return text
        # Is there anything to clean? To look for each of these is faster than to clean.
        odd = "&" in text or "<" in text or "\n" in text or "\t" in text or "\r" in text or "  " in text
        if not odd:
            return text.strip(" ")
    return plain(text)


def words_of(elements: Iterable[Node], tag: str) -> list[str]:
    """Return the words of each element of that tag."""
    return [words(one) for one in elements if one.tag == tag]
