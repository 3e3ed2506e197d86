"""The stage 'topics': articles near each other in meaning become niches, niches become themes, both get names."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expertmine.config import TopicSettings
from expertmine.errors import StageError
from expertmine.progress import announce
from expertmine.tables import TABLES
from expertmine.text.vectors import Array, as_matrix, one_thread
from expertmine.topics.clusters import NOISE, admit_noise, find_niches, join_niches, spread_themes
from expertmine.topics.directions import lead_directions
from expertmine.topics.layers import AREA, Layer, assignments, make_area, make_layer
from expertmine.topics.manifold import draw_map
from expertmine.topics.profile import describe_layers
from expertmine.topics.stability import measure_stability

if TYPE_CHECKING:
    from expertmine.tables import Frame


def find_topics(
    articles: Frame, vectors: Frame, *, terms: Frame, settings: TopicSettings = TopicSettings()
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the tables `topics`, `assignments` and `layout`, sorted by their keys.

    Parameters
    ----------
    articles, vectors, terms
        The tables of those names, of the same articles.
    settings
        Size of the smallest niche, neighbours that count on the map, keyphrases a topic.

    Returns
    -------
    tuple of pyarrow.Table
        topics: layer 0 niches (ids "n…"), layer 1 themes ("t…"), the number being the PMID of the most central
        article; layer 2 the one topic "area", the whole corpus.
        assignments: strength is the cosine of article and topic centre; an article between all niches has a theme
        only, an article without words the area only. layout: the map, for articles with words.

    Notes
    -----
    Articles with the very same vector are one text: they share a place and do not make a niche by themselves.

    Examples
    --------
    >>> from expertmine.tables import TABLES
    >>> empty = [TABLES[name].empty() for name in ("articles", "vectors", "terms")]
    >>> [table.num_rows for table in find_topics(empty[0], empty[1], terms=empty[2])]
    [0, 0, 0]
    """
    vectors = TABLES["vectors"].arrow(vectors).sort_by("pmid")
    space = as_matrix(vectors["vector"])
    worded = space.any(axis=1)
    with one_thread():
        pmids, space = np.asarray(vectors["pmid"])[worded], lead_directions(space[worded])
        places, niches, themes, theme_of = _cluster(pmids, space, settings)
    area = make_area(space, pmids)
    of_niches, of_themes, of_area = describe_layers(
        _rows(TABLES["articles"].arrow(articles), pmids),
        _rows(TABLES["terms"].arrow(terms), pmids),
        layers=(niches, themes, area),
        keyphrases=settings.keyphrases,
    )
    of_niches = [row | {"parent_id": themes.ids[theme_of[niche]]} for niche, row in enumerate(of_niches)]
    of_themes = [row | {"parent_id": AREA} for row in of_themes]
    layout = {"pmid": pmids, "x": places[:, 0].astype(np.float32), "y": places[:, 1].astype(np.float32)}
    members = [*assignments(niches, pmids), *assignments(themes, pmids), *assignments(area, pmids)]
    wordless = np.asarray(vectors["pmid"])[~worded].tolist()
    of_area = [row | {"size": len(worded)} for row in of_area]
    members += [{"pmid": pmid, "topic_id": AREA, "strength": 1.0} for pmid in wordless if len(pmids)]
    return (
        TABLES["topics"].rows(of_niches + of_themes + of_area).sort_by("topic_id"),
        TABLES["assignments"].rows(members).sort_by([("pmid", "ascending"), ("topic_id", "ascending")]),
        TABLES["layout"].arrow(pa.table(layout)),
    )


def _cluster(pmids: Array, space: Array, settings: TopicSettings) -> tuple[Array, Layer, Layer, Array]:
    """Return each article's place on the map, the niches, the themes, and which theme each niche belongs to."""
    first, text = _texts(space)
    places, distinct = draw_map(space[first], perplexity=settings.perplexity), space[first]
    announce("finding topics", 0)
    core = find_niches(places, min_size=settings.min_size)
    theme_of = join_niches(core, distinct)
    layers = (core, np.append(theme_of, NOISE)[core])
    firm = measure_stability(places, distinct, layers=layers, min_size=settings.min_size, seed=settings.seed)
    niche = admit_noise(core[text], space)
    theme = spread_themes(np.append(theme_of, NOISE)[niche], space)
    niches, themes = make_layer("n", niche, space, pmids), make_layer("t", theme, space, pmids)
    return (
        places[text],
        dataclasses.replace(niches, stability=firm[0]),
        dataclasses.replace(themes, stability=firm[1]),
        theme_of,
    )


def _texts(space: Array) -> tuple[Array, Array]:
    """Return the first row of each different vector, in order, and which of these texts each row is."""
    _, first, text = np.unique(space, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[text.ravel()]


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
