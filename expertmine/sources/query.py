"""PubMed queries checked before they are sent: the service answers a misspelt tag with everything it has."""

from __future__ import annotations

import re

from expertmine.errors import ConfigError, did_you_mean

# PubMed Help, "Search field tags": each tag, its names and the abbreviations that the service accepts.
TAGS = frozenset(
    {
        "ad", "affiliation", "aid", "article identifier", "all", "all fields", "au", "author", "auid",
        "author - identifier", "1au", "author - first", "first author", "first author name", "lastau",
        "author - last", "last author", "last author name", "book", "cn", "corporate author",
        "author - corporate", "cois", "conflict of interest statements", "crdt", "create date",
        "date - create", "dcom", "completion date", "date - completion", "edat", "entrez date",
        "entry date", "date - entry", "ec/rn number", "rn", "ecno", "ed", "editor", "filter", "sb",
        "subset", "fau", "full author name", "author - full", "fir", "full investigator name", "gr",
        "grant number", "grants and funding", "ip", "issue", "ir", "investigator", "isbn", "is", "issn",
        "jid", "nlm unique id", "ta", "jour", "journal", "la", "lang", "language", "lid", "location id",
        "lr", "modification date", "date - modification", "mdat", "mh", "mesh", "mesh terms", "majr",
        "mesh major topic", "mhda", "mesh date", "date - mesh", "sh", "subheading", "mesh subheading",
        "mesh subheadings", "nm", "supplementary concept", "ot", "other term", "own", "owner", "pa",
        "pharmacological action", "pg", "pagination", "page", "pl", "place of publication", "pmid",
        "uid", "pmcid", "ps", "subject - personal name", "personal name as subject", "dp", "pdat",
        "ppdat", "ppdt", "epdat", "epdt", "publication date", "date - publication", "pt", "ptyp", "publication type",
        "pubn", "publisher", "si", "secondary source id", "tt", "transliterated title", "ti", "title",
        "tiab", "title/abstract", "tw", "text", "text word", "text words", "vi", "volume",
    }
)  # fmt: skip
_TAG = re.compile(r"\[([^\[\]]*)\]")
_LOOK_ALIKES = re.compile("[\u2018\u2019\u201c\u201d\u00a0\u200b-\u200f\u2010-\u2015\u2212\uff3b\uff3d]")


_OPERATORS = re.compile(r"\b(?:AND|OR|NOT)\b|[()\"*]")


def plain_question(text: str) -> str:
    """Return a PubMed query as the words it asks with; a text without a field tag of PubMed's stays as it is.

    >>> plain_question('("stem cells"[MeSH Terms] OR MSC[tiab]) AND knee[tw]')
    'stem cells MSC knee'
    >>> plain_question("Uptake of [18F]FDG (PET) and/or CT")
    'Uptake of [18F]FDG (PET) and/or CT'
    """
    words = _TAG.sub(lambda tag: " " if _name(tag[1]) in TAGS else tag[0], text)
    return " ".join(_OPERATORS.sub(" ", words).split()) if words != text else text


def check_query(query: str) -> str:
    """Return the query, stripped.

    Raises
    ------
    ConfigError
        If it is empty, holds an unknown field tag, HTML escapes or characters that look like others.
    """
    words = query.strip() if isinstance(query, str) else ""
    if not words:
        raise ConfigError("the query is empty; write what you would type into PubMed's search box")
    odd = _LOOK_ALIKES.search(words)
    if odd:
        raise ConfigError(
            f"the query holds {odd[0]!r} (U+{ord(odd[0]):04X}) at character {odd.start() + 1}, which the"
            " service does not read as the plain sign it looks like; type it again"
        )
    if re.search(r"&(?:amp|quot|lt|gt|#\d+);", words):
        raise ConfigError("the query holds HTML escapes such as '&amp;'; write the plain signs")
    for tag in _TAG.findall(words):
        if (name := _name(tag)) not in TAGS:
            raise ConfigError(f"the query holds the unknown field tag '[{tag}]'{did_you_mean(name, TAGS)}")
    return words


def _name(tag: str) -> str:
    """Return a field tag without what it says of distance or explosion."""
    return tag.partition(":")[0].strip().lower()
