"""The stage 'topics': articles near each other in meaning become niches, niches become themes, both get names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.config import TopicSettings, checked_section
from expertmine.errors import StageError
from expertmine.parallel import no_collection
from expertmine.tables import TABLES
from expertmine.text.directions import lead_directions
from expertmine.text.vectors import Array, as_matrix, one_thread
from expertmine.topics.fit import Fit, extend_fit, fit_topics
from expertmine.topics.former import Former, read_former
from expertmine.topics.layers import AREA, assignments, make_area, share_articles
from expertmine.topics.lineage import Inherited, enter_fit, enter_growth, inherit_ids
from expertmine.topics.namer import load_namer
from expertmine.topics.profile import describe_layers

if TYPE_CHECKING:
    from expertmine.tables import Frame

_NOTHING: Mapping[str, pa.Table] = {}


def find_topics(
    articles: Frame,
    vectors: Frame,
    *,
    terms: Frame,
    former: Mapping[str, Frame] = _NOTHING,
    settings: TopicSettings = TopicSettings(),
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Return the tables `topics`, `assignments`, `layout` and `lineage`, sorted by their keys.

    Parameters
    ----------
    articles, vectors, terms
        The tables of those names, of the same articles.
    former
        What this function returned before, by table; nothing at first. As long as the articles are more than at the
        last fit by at most a share `refit_above` of them, known articles keep their topics and place, and new ones
        join the niche whose centre is nearest, if it is near enough. Else topics are found again, but known articles
        leave theirs only for clusters in which much is new; without a former `layout` all is found anew. A topic that
        is the same as a former one, by the articles in both, keeps its id.
    settings
        Size of the smallest niche, neighbours that count on the map, keyphrases a topic, when to fit anew, who names.

    Returns
    -------
    tuple of pyarrow.Table
        topics: layer 0 niches (ids "n…"), layer 1 themes ("t…"), the number being the PMID of the article that was
        most central when the topic was born; layer 2 the one topic "area", the whole corpus.
        assignments: strength is the cosine of article and topic centre; the strongest niche is an article's own and
        counts for `size`, a second one is nearly as near; an article between all niches has a theme only, one whose
        vector is zero (no word of it is known, to the model either) the area only. layout: the map, of all the others.
        lineage: the ledger.

    Raises
    ------
    ConfigError
        If a setting is out of its range, or the namer cannot be loaded.

    Notes
    -----
    Articles with the very same vector are one text: they share a place and do not make a niche by themselves.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> empty = [TABLES[name].empty() for name in ("articles", "vectors", "terms")]
    >>> [table.num_rows for table in find_topics(empty[0], empty[1], terms=empty[2])]
    [0, 0, 0, 0]
    """
    settings = checked_section(settings, TopicSettings)
    load_namer(settings.namer)  # complains before the work
    vectors = TABLES["vectors"].arrow(vectors).sort_by("pmid")
    space = _space(vectors)
    worded = space.any(axis=1)
    pmids = np.asarray(vectors["pmid"])[worded]
    before = read_former(former, pmids)
    again = before if before.fitted.any() else None
    stays = again is not None and 0 < settings.refit_above >= before.unseen
    with one_thread("sklearn.utils.extmath"):
        space = space[worded]
        fit = extend_fit(before, space, pmids) if stays else fit_topics(space, pmids, settings, former=again)
    heirs = [] if stays else [inherit_ids(layer, before, pmids) for layer in (fit.niches, fit.themes)]
    fit = fit.called(*(heir.layer for heir in heirs)) if heirs else fit
    area = make_area(space, pmids)
    known = (_rows(TABLES[name].arrow(table), pmids) for name, table in (("articles", articles), ("terms", terms)))
    with no_collection():
        described = list(describe_layers(*known, layers=(fit.niches, fit.themes, area), settings=settings))
    rows = _with_parents(described, fit, articles=len(worded))
    ledger = _enter(before, fit, heirs, rows)
    layers = (share_articles(fit.niches, space), fit.themes, area)
    members = [row for layer in layers for row in assignments(layer, pmids)]
    wordless = np.asarray(vectors["pmid"])[~worded].tolist() if len(pmids) else []
    members += [{"pmid": pmid, "topic_id": AREA, "strength": 1.0} for pmid in wordless]
    return (
        TABLES["topics"].rows(row for layer in rows for row in layer).sort_by("topic_id"),
        TABLES["assignments"].rows(members).sort_by([("pmid", "ascending"), ("topic_id", "ascending")]),
        _layout(fit, pmids),
        ledger,
    )


def _space(vectors: pa.Table) -> Array:
    """Return what topics see of the vectors; of vectors from elsewhere their leading directions are not known yet."""
    if vectors["lead"].null_count:
        with one_thread():
            return lead_directions(as_matrix(vectors["vector"]))
    return as_matrix(vectors["lead"])


def _with_parents(layers: list[list[dict[str, Any]]], fit: Fit, *, articles: int) -> list[list[dict[str, Any]]]:
    """Return the rows of niches, themes and area; the area has the articles without a vector too."""
    niches, themes, area = layers
    return [
        [row | {"parent_id": fit.themes.ids[fit.theme_of[niche]]} for niche, row in enumerate(niches)],
        [row | {"parent_id": AREA} for row in themes],
        [row | {"size": articles} for row in area],
    ]


def _enter(before: Former, fit: Fit, heirs: list[Inherited], rows: list[list[dict[str, Any]]]) -> pa.Table:
    """Return the ledger with what happened now."""
    if not heirs:
        return enter_growth(before, fit.niches)
    names = [[row["name"] for row in layer] for layer in rows[:2]]
    return enter_fit(before, heirs, names, articles=len(fit.fitted))


def _layout(fit: Fit, pmids: Array) -> pa.Table:
    x, y = fit.places.T.astype(np.float32)
    return TABLES["layout"].arrow(pa.table({"pmid": pmids, "x": x, "y": y, "fitted": fit.fitted}))


def _rows(table: pa.Table, pmids: Array) -> pa.Table:
    """Return the table's rows of these articles, in their order."""
    found = pc.index_in(pa.array(pmids, pa.int64()), value_set=table["pmid"].combine_chunks())
    if found.null_count:
        missing = pmids[np.asarray(found.is_null())][:3].tolist()
        raise StageError(
            f"{found.null_count} articles have vectors and no row in one of the tables articles and terms, e.g. "
            f"{missing}; make the three tables from the same articles"
        )
    return table.take(found)
