"""Two stages of one literature, for rehearsing a refresh: what a service holds before, and what it holds after."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "corpora" / "sample" / "pubmed"
_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d+)")
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n'
_RETRACTED = b'<PublicationType UI="D016441">Retracted Publication</PublicationType>'
_LATER = b"<DateRevised><Year>2098</Year><Month>01</Month><Day>01</Day></DateRevised>"
_FOOT = b"\n</PubmedArticleSet>\n"


def write_stages(folder: Path, *, records: int = 400) -> dict[str, list[int]]:
    """Write the folders before/ and after/ of PubMed XML; return which PMIDs are new, revised, retracted and gone.

    After lacks three of the records of before, has twenty new ones, ten with another title and one retracted.
    """
    pieces = _RECORD.findall(gzip.decompress(sorted(SAMPLE.glob("*.gz"))[0].read_bytes()))[:records]
    known, new = pieces[:-20], pieces[-20:]
    gone, revised, retracted = known[:3], known[3:13], known[13]
    after = [
        *known[14:],
        *(_revised(piece.replace(b"</ArticleTitle>", b" Revisited.</ArticleTitle>")) for piece in revised),
        _revised(retracted.replace(b"<PublicationTypeList>", b"<PublicationTypeList>" + _RETRACTED)),
        *new,
    ]
    _write(folder / "before", known)
    _write(folder / "after", after)
    named = {"new": new, "revised": revised, "retracted": [retracted], "gone": gone}
    return {what: sorted(map(pmid_of, pieces)) for what, pieces in named.items()}


def _revised(piece: bytes) -> bytes:
    """Return the record revised after every watermark that a clock may set."""
    return re.sub(rb"<DateRevised>.*?</DateRevised>", _LATER, piece, count=1, flags=re.DOTALL)


def pmid_of(piece: bytes) -> int:
    """Return a record's PMID."""
    found = _PMID.search(piece)
    assert found
    return int(found[1])


def _write(folder: Path, pieces: list[bytes]) -> None:
    """Write the records in four files."""
    folder.mkdir(parents=True)
    quarter = -(-len(pieces) // 4)
    for number in range(4):
        part = pieces[number * quarter : (number + 1) * quarter]
        (folder / f"part{number}.xml").write_bytes(_HEAD + b"\n".join(part) + _FOOT)
