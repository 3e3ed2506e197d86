"""Where records come from: PubMed over the network, PubMed XML and MEDLINE text; parsing is pure."""

from expertmine.sources.merging import Records, merge_records
from expertmine.sources.parsing import RECORDS, parse_file
from expertmine.sources.pubmed import Page, PubMed
from expertmine.sources.winning import Origin

__all__ = ["RECORDS", "Origin", "Page", "PubMed", "Records", "merge_records", "parse_file"]
