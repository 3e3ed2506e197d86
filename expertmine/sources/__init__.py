"""Where records come from: PubMed over the network, PubMed XML and MEDLINE text; parsing is pure."""

from expertmine.sources.merging import Records, merge_records
from expertmine.sources.parsing import Parsed, parse_file
from expertmine.sources.pubmed import Page, PubMed

__all__ = ["Page", "Parsed", "PubMed", "Records", "merge_records", "parse_file"]
