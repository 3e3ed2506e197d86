"""Topics found anew, or the former ones with what came since."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expertmine.config import TopicSettings
from expertmine.progress import announce
from expertmine.text.vectors import Array, cosines
from expertmine.topics.clusters import (
    NOISE,
    admit_noise,
    find_centres,
    find_niches,
    join_niches,
    spread_themes,
)
from expertmine.topics.former import Former, FormerLayer
from expertmine.topics.layers import Layer, make_layer
from expertmine.topics.manifold import draw_maps, turn_map
from expertmine.topics.settle import EVIDENCE, settle
from expertmine.topics.stability import draw_samples, measure_stability

_NEAR = 5
"""Articles whose middle is the place of one that came later."""
_AT_ONCE = 1 << 25
"""Similarities of new articles with known ones that are held at once: what bounds memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Where each article lies, niches, themes, the theme of each niche, and with which articles they were found."""

    places: Array
    niches: Layer
    themes: Layer
    theme_of: Array
    fitted: Array

    def called(self, niches: Layer, themes: Layer) -> Fit:
        """Return the same fit with its topics called otherwise."""
        return replace(self, niches=niches, themes=themes)


def fit_topics(space: Array, pmids: Array, settings: TopicSettings, *, former: Former | None = None) -> Fit:
    """Draw the map and find the topics on it.

    With a former fit the map is turned as it was, and the topics change by as much as new articles speak for.
    """
    first, text = _texts(space)
    distinct = space[first]
    samples = draw_samples(len(distinct), settings)
    redrawn = [distinct[kept] for kept in samples] if settings.redraws else []
    places, *again = draw_maps([distinct, *redrawn], perplexity=settings.perplexity)
    draws = zip(samples, again or [places[kept] for kept in samples], strict=True)
    announce("finding topics", 0)
    core, fitted = find_niches(places, distinct, min_size=settings.min_size), np.ones(len(pmids), bool)
    if former is not None:
        settled, made = settle(core[text], former.layers[0].labels, ~former.fitted, min_size=settings.min_size)
        core, fitted = settled[first], former.fitted | made  # who stays in a topic was there when it was found
    theme_of = join_niches(core, distinct) if former is None else _join_again(core[text], space, former)
    layers = (core, np.append(theme_of, NOISE)[core])
    firm = measure_stability(distinct, layers=layers, draws=draws, min_size=settings.min_size)
    niche = admit_noise(core[text], space)
    theme = spread_themes(np.append(theme_of, NOISE)[niche], space)
    return Fit(
        places=places[text] if former is None else turn_map(places[text], former.places),
        niches=replace(make_layer("n", niche, space, pmids), stability=firm[0]),
        themes=replace(make_layer("t", theme, space, pmids), stability=firm[1]),
        theme_of=theme_of,
        fitted=fitted,
    )


def _join_again(niche: Array, space: Array, former: Former) -> Array:
    """Return the theme of each niche: joined anew if a fifth of the articles is new, else that of its former articles.

    A niche of new articles only goes to the nearest theme.
    """
    themes = former.layers[1].labels
    if former.unseen > EVIDENCE or not (themes != NOISE).any():
        return join_niches(niche, space)
    votes = np.zeros((niche.max(initial=NOISE) + 1, themes.max() + 1), int)
    both = (niche != NOISE) & (themes != NOISE)
    np.add.at(votes, (niche[both], themes[both]), 1)
    nearest = cosines(find_centres(niche, space), find_centres(themes, space)).argmax(axis=1)
    theme_of = np.where(votes.any(axis=1), votes.argmax(axis=1), nearest)
    return np.asarray(np.unique(theme_of, return_inverse=True)[1], int)


def _texts(space: Array) -> tuple[Array, Array]:
    """Return the first row of each different vector, in order, and which of these texts each row is."""
    _, first, text = np.unique(space, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[text.ravel()]


def extend_fit(former: Former, space: Array, pmids: Array) -> Fit:
    """Keep the former topics; a new article joins the niche nearest to it by the rule by which noise is admitted.

    The centres are those of the former members in the present space: vectors fitted on the corpus move with it. Topics
    that have lost all their articles are gone.
    """
    niches, themes = (layer.peopled() for layer in former.layers)
    number = {theme: place for place, theme in enumerate(themes.ids)}
    theme_of = np.array([number[parent] for parent in niches.parents], int)
    niche = admit_noise(niches.labels, space, barred=former.known)
    theme = np.where(themes.labels == NOISE, np.append(theme_of, NOISE)[niche], themes.labels)
    return Fit(
        places=_place(former, space),
        niches=_remembered(make_layer("n", niche, space, pmids), niches),
        themes=_remembered(make_layer("t", spread_themes(theme, space), space, pmids), themes),
        theme_of=theme_of,
        fitted=former.fitted,
    )


def _remembered(layer: Layer, former: FormerLayer) -> Layer:
    return replace(layer, ids=former.ids, names=former.names, stability=former.stability)


def _place(former: Former, space: Array) -> Array:
    """Return the places of all articles: the former ones, and for a new one the middle of those most like it.

    A map drawn anew would move every article for the sake of a few; the middle (median) is among the like ones even if
    one of them lies on another island.
    """
    places = former.places.copy()
    drawn, known = former.places[former.known], space[former.known].astype(np.float64)
    new = np.flatnonzero(~former.known)
    step = max(1, _AT_ONCE // max(len(known), 1))
    for start in range(0, len(new), step):
        rows = new[start : start + step]
        places[rows] = np.median(drawn[_nearest(cosines(space[rows], known))], axis=1)
    return places


def _nearest(similarity: Array) -> Array:
    """Return the columns of the most similar, of equals the first: a partial sort would leave ties to chance."""
    found = np.zeros((len(similarity), min(_NEAR, similarity.shape[1])), int)
    for rank in range(found.shape[1]):
        found[:, rank] = similarity.argmax(axis=1)
        similarity[np.arange(len(found)), found[:, rank]] = -np.inf
    return found
