"""Language: clean text, abbreviations, terms and keyphrases, and how relevant a text is to a question."""

from expertmine.text.relevance import score_relevance
from expertmine.text.terms import read_terms, read_text

__all__ = ["read_terms", "read_text", "score_relevance"]
