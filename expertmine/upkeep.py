"""The periodic job: ask PubMed what has come, changed or gone, compute anew, look before publishing, say what moved."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from expertmine.acquire.fetching import Fetched, fetch_missing, fetch_news, last_search
from expertmine.acquire.tables import bring_up_to_date, refuse_given
from expertmine.config import RefreshSettings, checked
from expertmine.corpus import Corpus, Draft
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError, SourceError
from expertmine.pipeline import run_stages

if TYPE_CHECKING:
    from expertmine.changes import Changes
    from expertmine.sources import PubMed

__all__ = ["Refreshed", "refresh", "refresh_from"]

COMPARED = ("articles", "scores", "topics")
log = logging.getLogger(__name__)


class Asker(Protocol):
    """Whoever turns a query into a source."""

    def __call__(self, query: str, /, *, max_records: int | None) -> PubMed:
        """Return the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did."""

    generation: str | None
    """The published generation."""
    published: bool
    """Whether it is a new one."""
    articles: int
    """In the published generation."""
    asked: int
    """PMIDs that were asked for."""
    gone: int
    """Records that the source no longer has or finds."""
    withdrawn: tuple[int, ...]
    """PMIDs that the source lists and did not send."""
    held_back: tuple[str, ...]
    """Why the new generation was not published; empty if it was, or if there is none."""
    changes: Changes | None
    """What moved; None if nothing was published."""
    unasked: tuple[str, ...] = ()
    """Why queries could not be asked: what had come was accepted without them."""


def refresh(corpus: Corpus, *, email: str, api_key: str | None = None, accept: bool = False) -> Refreshed:
    """Ask PubMed again what the corpus was asked for, bring every table up to date, and publish if all looks sane.

    Asked for are records that are new among the hits, and those taken up or revised since the last time (with a week
    of overlap); what is no longer found is buried, unless another query or a file of yours holds it. If nothing has
    changed, nothing is written.

    Parameters
    ----------
    corpus
        A corpus that was fetched.
    email, api_key
        As for `PubMed`.
    accept
        Publish even if the new generation is suspiciously unlike the old one (`[refresh]` settings). Where a refresh is
        held back, what it brought is published though queries cannot be asked now.

    Raises
    ------
    ConfigError
        If the corpus was never fetched, or the service does not know a field of a query or refuses the key.
    SourceError
        If the service or the network fails for good: what had come is kept, nothing is published, and the next
        refresh looks back as far as this one.
    LockedError
        If another process is writing the corpus.
    """
    from expertmine.sources import PubMed

    def asker(query: str, /, *, max_records: int | None) -> PubMed:
        return PubMed(query, email=email, api_key=api_key, max_records=max_records)

    return refresh_from(corpus, asker, accept=accept)


def refresh_from(corpus: Corpus, asker: Asker, *, accept: bool = False) -> Refreshed:
    """Refresh from whatever sources `asker` makes of the corpus's queries; else as `refresh`."""
    if not checked_corpus(corpus).exists:
        raise ConfigError(f"there is no corpus at '{corpus.path}' yet; make one with `expertmine fetch`")
    if not corpus.queries:
        raise ConfigError(f"'{corpus.path}' was never fetched: nothing to refresh; `expertmine fetch` a query into it")
    settings = checked(corpus.config)
    with corpus.writing() as draft:
        refuse_given(corpus, draft, "articles", "mentions")
        before = corpus.generation
        brought, unasked = _ask(corpus, draft, asker, go_on=accept and corpus.held_back is not None)
        bring_up_to_date(corpus, draft)
        run_stages(draft, settings)
        doubts = _doubts(corpus, draft, settings.refresh) if draft.changed else ()
        counts = {
            "asked": sum(one.asked for one in brought),
            "gone": len(_gone(brought)),
            "withdrawn": len(_withdrawn(brought)),
        }
        if doubts and not accept:
            _hold_back(draft, doubts, counts)
        else:
            draft.publish(verb="refresh", details=counts)
            draft.hold_back(None)
    return _told(corpus, before, brought, held_back=() if accept else doubts, unasked=unasked)


def _ask(corpus: Corpus, draft: Draft, asker: Asker, *, go_on: bool) -> tuple[list[Fetched], tuple[str, ...]]:
    """Ask every query; return what came, and why queries that fail could not be asked, if that is to stop nothing."""
    brought, unasked = [], []
    for number, query in enumerate(corpus.queries, 1):
        try:
            brought.append(_bring(corpus, draft, query, asker))
        except (ConfigError, SourceError) as error:
            if not go_on:
                raise
            unasked.append(f"query {number} could not be asked: {error}")
            log.error("refresh: %s", unasked[-1])
    return brought, tuple(unasked)


def _bring(corpus: Corpus, draft: Draft, query: str, asker: Asker) -> Fetched:
    last = last_search(corpus, query)
    source = asker(query, max_records=last.most if last else None)
    brought = fetch_missing(corpus, draft, source) if last is None else fetch_news(corpus, draft, source, last)
    log.info(
        "refresh: one query asked",
        extra={
            "asked": brought.asked,
            "pages": brought.pages,
            "gone": len(brought.gone),
            "unsent": len(brought.withdrawn),
        },
    )
    return brought


def _gone(brought: Sequence[Fetched]) -> frozenset[int]:
    """Return the PMIDs that are gone, each once though it be gone from several queries."""
    return frozenset[int]().union(*(one.gone for one in brought))


def _withdrawn(brought: Sequence[Fetched]) -> frozenset[int]:
    """Return the PMIDs that were listed and not sent, each once though several queries list it."""
    return frozenset[int]().union(*(one.withdrawn for one in brought))


def _hold_back(draft: Draft, doubts: tuple[str, ...], counts: Mapping[str, object]) -> None:
    """Leave the old generation as it is; the new one waits as a draft until somebody accepts it."""
    for doubt in doubts:
        log.error("refresh: not published: %s", doubt)
    draft.hold_back("; ".join(doubts))
    draft.note(verb="refresh", outcome="held back: " + "; ".join(doubts), details=counts)


def _told(
    corpus: Corpus,
    before: str | None,
    brought: list[Fetched],
    *,
    held_back: tuple[str, ...],
    unasked: tuple[str, ...],
) -> Refreshed:
    after = corpus.generation
    moved = None
    if before is not None and before != after:
        from expertmine.changes import changes

        moved = changes(corpus, since=before)
    log.info(
        "refresh: %s", "nothing new" if after == before else f"published {after}",
        extra={"generation": after, "held_back": len(held_back), **(moved.summary() if moved else {})},
    )  # fmt: skip
    return Refreshed(
        generation=after,
        published=after != before,
        articles=corpus.manifest.tables["articles"].rows,
        asked=sum(one.asked for one in brought),
        gone=len(_gone(brought)),
        withdrawn=tuple(sorted(_withdrawn(brought))),
        held_back=held_back,
        changes=moved,
        unasked=unasked,
    )


def _doubts(corpus: Corpus, draft: Draft, settings: RefreshSettings) -> tuple[str, ...]:
    """Say in what the draft is suspiciously unlike the published generation."""
    held = [name for name in COMPARED if name in corpus.manifest.tables]
    old = corpus.tables(*held) if held else {}
    new = {name: draft.table(name) for name in COMPARED}
    doubts = []
    if "articles" in old:
        doubts += _article_doubts(old["articles"], new["articles"], settings)
    if {"scores", "topics"} <= set(old):
        doubts += _expert_doubts(_foremost(old, settings.top), _foremost(new, settings.top), settings)
    return tuple(doubts)


def _article_doubts(old: pa.Table, new: pa.Table, settings: RefreshSettings) -> list[str]:
    doubts = []
    if new.num_rows < (1 - settings.max_loss) * old.num_rows:
        doubts.append(f"{old.num_rows - new.num_rows} of {old.num_rows} articles would be lost")
    before, after = _with_abstract(old), _with_abstract(new)
    if after < before - settings.max_abstract_loss:
        doubts.append(f"the share of articles with an abstract would fall from {before:.1%} to {after:.1%}")
    return doubts


def _expert_doubts(old: frozenset[str], new: frozenset[str], settings: RefreshSettings) -> list[str]:
    stayed = len(old & new)
    if old and stayed < settings.min_overlap * len(old):
        return [f"only {stayed} of the {len(old)} foremost experts of the whole area would stay among them"]
    return []


def _with_abstract(articles: pa.Table) -> float:
    return float(pc.mean(pc.not_equal(articles["abstract"], "")).as_py() or 0.0)


def _foremost(tables: Mapping[str, pa.Table], top: int) -> frozenset[str]:
    """Return the foremost people of the topic that holds everything."""
    highest = pc.max(tables["topics"]["layer"]).as_py()
    area = tables["topics"].filter(pc.field("layer") == highest)["topic_id"] if highest is not None else pa.array([])
    mine = pc.is_in(tables["scores"]["topic_id"], value_set=pa.array(area.to_pylist(), pa.string()))
    ranked = tables["scores"].filter(mine).filter(pc.field("rank") <= top)
    return frozenset(ranked["person_id"].to_pylist())
