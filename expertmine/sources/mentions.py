"""The names on a paper, as PubMed XML lists them."""

from __future__ import annotations

from expertmine.sources.elements import Node, words
from expertmine.sources.plain import plain
from expertmine.sources.records import Record, Row, add_orcid, new_mention

_NAME_PARTS = {
    "LastName": "last",
    "ForeName": "fore",
    "FirstName": "fore",
    "Initials": "initials",
    "Suffix": "suffix",
    "CollectiveName": "collective",
}


def add_mentions(record: Record, names: Node) -> None:
    """Add who signed, in the places as printed; a name marked invalid is an alias of the one before it."""
    position, mention = 0, new_mention(0)
    for element in names.iter():  # all of them: naming the tags takes longer than passing over others
        tag = element.tag
        part = _NAME_PARTS.get(tag)
        if part is not None:
            mention[part] = words(element) or None
        elif tag == "Author":
            position += 1
            mention = new_mention(position)
            _begin(record, mention, element)
        elif tag == "Affiliation":
            if text := words(element):
                mention["affiliations"].append(text)
        elif tag == "Identifier":
            _identify(record, mention, element)
    if not all([one["last"] or one["collective"] for one in record.mentions]):
        _drop_nameless(record)


def _begin(record: Record, mention: Row, author: Node) -> None:
    if author.get("ValidYN") != "N":
        record.mentions.append(mention)
    if author.get("EqualContrib") == "Y":
        mention["equal_contribution"] = True


def _identify(record: Record, mention: Row, identifier: Node) -> None:
    """Give a name that counts the ORCID iD that stands with it."""
    text = plain(identifier.text)
    if text and identifier.get("Source", "").upper() == "ORCID" and record.mentions[-1:] == [mention]:
        add_orcid(record, mention, [text])


def _drop_nameless(record: Record) -> None:
    nameless = [one for one in record.mentions if not (one["last"] or one["collective"])]
    record.faults += [(f"name {one['position']}", "neither a last name nor a group's name") for one in nameless]
    record.mentions[:] = [one for one in record.mentions if one["last"] or one["collective"]]


def add_lone_affiliation(record: Record, text: str) -> None:
    """Old files name one affiliation a paper: the first name's, nobody else's."""
    if text and record.mentions and not record.mentions[0]["affiliations"]:
        record.mentions[0]["affiliations"] = [text]
