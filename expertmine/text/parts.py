"""What is read of an article, by whatever looks at its words: title, abstract and headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expertmine.text.clean import clean_abstract, clean_title
from expertmine.text.phrases import headings

READ = ["pmid", "title", "abstract", "mesh", "keywords"]
"""The columns of `articles` that it stands in."""


def read_parts(article: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """Return the title, the abstract without what every abstract says, and the headings as phrases."""
    return clean_title(article["title"]), clean_abstract(article["abstract"]), headings(article)
