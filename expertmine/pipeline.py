"""The order of the work: STAGES, the one list, and `run`, the one loop."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias, cast

import msgspec
import pyarrow as pa

from expertmine.config import Config, checked, in_one_present
from expertmine.corpus import Corpus, Draft
from expertmine.corpus.opened import checked_corpus
from expertmine.errors import ConfigError, StageError, did_you_mean
from expertmine.progress import STAGE, announce
from expertmine.stage import Stage, hash_recipe, stage_fingerprint
from expertmine.tables import TABLES, Frame

log = logging.getLogger(__name__)

Tables: TypeAlias = dict[str, pa.Table]


STAGES: tuple[Stage, ...] = (
    Stage(name="terms", function="expertmine.text.read_terms", reads=("articles",), writes=("terms",), version=4),
    Stage(
        name="embed",
        function="expertmine.embed.embed_articles",
        reads=("terms", "articles"),
        writes=("vectors", "lexicon", "encodings"),
        version=6,
        resumes=("encodings",),
        outside="expertmine.embed.hash_model",
    ),
    Stage(
        name="topics",
        function="expertmine.topics.find_topics",
        reads=("articles", "vectors", "terms"),
        writes=("topics", "assignments", "layout", "lineage"),
        version=9,
        resumes=("topics", "assignments", "layout", "lineage"),
        remakes=("layout",),
    ),
    Stage(
        name="identity",
        function="expertmine.identity.resolve_persons",
        reads=("mentions", "articles", "terms", "citations", "corrections"),
        writes=("persons", "identities"),
        version=10,
        resumes=("identities",),
    ),
    Stage(
        name="contributions",
        function="expertmine.contributions.join_contributions",
        reads=("identities", "assignments", "articles", "mentions"),
        writes=("contributions",),
        version=4,
    ),
    Stage(
        name="authority",
        function="expertmine.authority.score_authority",
        reads=("contributions", "articles", "citations"),
        writes=("evidence", "scores"),
        version=7,
    ),
    Stage(
        name="nominations",
        function="expertmine.nominations.weigh_nominations",
        reads=("ballots", "persons", "topics", "scores", "decisions", "identities"),
        writes=("nominations", "nominees", "unmatched", "standing"),
        version=10,
    ),
    Stage(
        name="influence",
        function="expertmine.influence.find_influencers",
        reads=("scores", "contributions", "topics", "standing", "nominees", "nominations"),
        writes=("influencers",),
        version=8,
    ),
)


def run(corpus: Corpus, config: Config | None = None, *, until: str | None = None, refit: bool = False) -> str | None:
    """Bring every table up to date and publish them as one generation.

    A stage is skipped when the tables it reads, its settings and its version are those its tables were made from, so
    an interrupted run goes on where it stopped and a run with nothing to do writes nothing.

    Parameters
    ----------
    corpus
        Must hold articles already.
    config
        Settings; by default those of the last run, or the defaults.
    until
        The last stage to run, by name; by default all. What later stages made of other tables is left out.
    refit
        Find the topics anew though few articles are new to them; those that are the same keep their ids.

    Returns
    -------
    str or None
        The published generation's name.

    Raises
    ------
    ConfigError
        For an unknown stage or setting, or a corpus without articles.
    LockedError
        If another process is writing the corpus.
    """
    corpus, stages = checked_corpus(corpus), _until(until)
    settings = checked(config if config is not None else corpus.config)
    if "articles" not in corpus.manifest.tables:
        corpus.table("articles")  # says why not
    with corpus.writing() as draft:
        run_stages(draft, settings, stages=stages, refit=refit)
        return draft.publish(verb="run")


def recompute(tables: Mapping[str, pa.Table], settings: Config, *, since: str, given: Collection[str] = ()) -> Tables:
    """Run the stages from one on over tables in memory; nothing is stored.

    Parameters
    ----------
    tables
        All that those stages read and none of them writes; a table left out is empty.
    settings
        Of every stage as they are: `in_one_present` of those that were asked for.
    since
        The first stage, by name.
    given
        Tables to be taken as they are, though a stage writes them.

    Returns
    -------
    dict of str to pyarrow.Table
        The tables, and those that the stages made.
    """
    made = dict(tables)
    for stage in STAGES[[stage.name for stage in STAGES].index(since) :]:
        inputs = {name: made[name] if name in made else TABLES[name].empty() for name in stage.reads}
        outputs = zip(stage.writes, _outputs(stage, inputs, getattr(settings, stage.name)), strict=True)
        made |= {name: table for name, table in outputs if name not in given}
    return made


def run_stages(draft: Draft, settings: Config, *, stages: Sequence[Stage] = STAGES, refit: bool = False) -> None:
    """Bring the stages' tables up to date in a draft, and note the settings if no stage refused them."""
    seen = in_one_present(settings)
    for done, stage in enumerate(stages):
        announce(f"{STAGE} {stage.name}", done, len(stages))
        recipe = hash_recipe(stages[: done + 1], seen) if stage.resumes else ""
        bring_up_to_date(stage, draft=draft, settings=getattr(seen, stage.name), recipe=recipe, refit=refit)
    for stage in STAGES[len(stages) :]:
        _drop_outdated(stage, draft, getattr(seen, stage.name))
    announce(f"{STAGE}s done", len(stages), len(stages))
    draft.record(settings=_plain(settings))


def _drop_outdated(stage: Stage, draft: Draft, settings: msgspec.Struct) -> None:
    """Leave out what a stage made of other tables than the draft now has; only what it goes on from stays."""
    made_from, _, _recipe = draft.made_from(stage.name).partition("-")
    if made_from != stage_fingerprint(stage, draft=draft, settings=settings):
        tables = [name for name in stage.writes if name not in stage.resumes]
        draft.drop(tables=tables, stages=[] if stage.resumes else [stage.name])


def bring_up_to_date(
    stage: Stage, *, draft: Draft, settings: msgspec.Struct, recipe: str = "", refit: bool = False
) -> bool:
    """Run a stage unless its tables are made from the same already; say whether it ran.

    With `refit` a stage that could find its tables anew does. `recipe` is what `hash_recipe` says of the stage.
    """
    given = {name for name in stage.writes if draft.was_given(name)}
    if given == set(stage.writes):
        return False
    computed = tuple(name for name in stage.writes if name not in given)
    fingerprint = stage_fingerprint(stage, draft=draft, settings=settings) + (f"-{recipe}" if stage.resumes else "")
    forced = refit and bool(stage.remakes)
    if not forced and draft.reuse(stage.name, fingerprint=fingerprint, writes=computed):
        return False
    log.info("stage %s: running", stage.name)
    inputs: dict[str, Any] = {name: _input(draft, name) for name in stage.reads}
    if stage.resumes:
        inputs["former"] = _former(stage, draft, recipe)
        settings = msgspec.structs.replace(settings, refit_above=0.0) if forced else settings
    draft.begin(stage.name, writes=computed)
    for name, table in zip(stage.writes, _outputs(stage, inputs, settings), strict=True):
        if name in computed:
            draft.put(name, table)
    draft.finish(stage.name, fingerprint=fingerprint)
    return True


def put(corpus: Corpus, name: str, frame: Frame) -> None:
    """Hand in a table made elsewhere; it is marked as given, and no stage will overwrite it.

    Raises
    ------
    ConfigError
        If no table has that name.
    TableError
        If the frame breaks the table's declaration; every fault is named.
    """
    if name not in TABLES:
        raise ConfigError(f"no table is called '{name}'{did_you_mean(name, TABLES)}")
    with checked_corpus(corpus).writing() as draft:
        draft.put(name, frame, origin="given")
        draft.publish(verb=f"put {name}")


def _until(name: str | None) -> tuple[Stage, ...]:
    names = [stage.name for stage in STAGES]
    if name is None:
        return STAGES
    if name in names:
        return STAGES[: names.index(name) + 1]
    for position, stage in enumerate(STAGES):  # a table's name is as good as its stage's
        if name in stage.writes:
            return STAGES[: position + 1]
    raise ConfigError(f"no stage is called '{name}'{did_you_mean(name, names)} (stages: {', '.join(names)})")


def _input(draft: Draft, name: str) -> pa.Table:
    return draft.table(name) if draft.entry(name) is not None else TABLES[name].empty()


def _former(stage: Stage, draft: Draft, recipe: str) -> dict[str, pa.Table]:
    """Return what a stage published last; not what was handed in, nor tables as an older version declared them."""
    same = draft.made_from(stage.name).endswith(f"-{recipe}")
    wanted = [name for name in stage.resumes if same or name not in stage.remakes]
    held = {name: draft.published(name) for name in wanted}
    return {name: one for name, one in held.items() if one is not None and one.schema.equals(TABLES[name].schema)}


def _outputs(stage: Stage, inputs: dict[str, Any], settings: msgspec.Struct) -> tuple[pa.Table, ...]:
    from expertmine.text.vectors import one_thread

    with one_thread():
        try:
            made = stage.load()(**inputs, settings=settings)
        except MemoryError as error:
            raise StageError(f"stage '{stage.name}' ran out of memory; run on a smaller corpus or machine") from error
    return made if isinstance(made, tuple) else (made,)


def _plain(config: Config) -> dict[str, Any]:
    """Return settings as TOML can hold them: what is None is left out."""
    sections = cast("dict[str, dict[str, Any]]", msgspec.to_builtins(config))
    return {name: {key: v for key, v in values.items() if v is not None} for name, values in sections.items()}
