"""Settings: one frozen record per stage, read from TOML, checked as a whole, no clock and no hidden state."""

from __future__ import annotations

import re
import tomllib
from numbers import Integral
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from expertmine.errors import ConfigError, did_you_mean

Positive = Annotated[int, Meta(ge=1, le=10**9)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Meta(ge=0.0, le=1e12)]
Above0 = Annotated[float, Meta(gt=0.0, le=1e12)]
"""For weights and half-lives; infinity, or what is nearly that, is refused."""
Years = Annotated[float, Meta(ge=0.1, le=1e12)]
"""A half-life in years; ages are whole years, so with a shorter one only the present would count."""
Year = Annotated[int, Meta(ge=1, le=9999)]
Seed = Annotated[int, Meta(ge=0, lt=2**32)]
Section = TypeVar("Section", bound=Struct)
WEIGHED = ("mass", "depth", "lead", "cited", "years", "roles", "trials", "company")
"""The components of authority, which weights can be given to."""


class TermSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an article's language is read."""

    abbreviations: bool = True
    """Expand abbreviations to the long form the article itself gives (Schwartz & Hearst 2003)."""
    phrase_words: Positive = 4
    """Words in the longest candidate keyphrase."""


class EmbedSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How articles become vectors."""

    model: Annotated[str, Meta(min_length=1)] = "static"
    """Joined to what is fitted on the corpus: 'static' (the shipped encoder), a sentence-transformers model by name or
    path, or 'lsa' (nothing). A path is best absolute: it is opened again wherever a question is asked. One that is
    trained anew in its folder is noticed: until the next run has made the vectors anew, no question is placed by it."""
    dimensions: Annotated[int, Meta(ge=1, le=4096)] = 384
    """Of the part that is fitted on the corpus."""
    remainder: Annotated[int, Meta(ge=0, le=4096)] = 384
    """Random dimensions for what these leave of an article's words: topics do not see them; 0: it is dropped."""
    batch_size: Positive = 32
    """Texts given to a sentence-transformers model together."""


class TopicSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fine topics are."""

    min_size: Annotated[int, Meta(ge=3)] = 12
    """Articles in the smallest niche."""
    perplexity: Annotated[float, Meta(ge=1.0, le=1e12)] = 15.0
    """Neighbours that count when the map is drawn."""
    keyphrases: Positive = 10
    namer: Annotated[str, Meta(pattern=r"^([\w.]+:[\w.]+)?$")] = ""
    """A function 'module:function' that names topics, from a TopicCard; '': the package does."""
    refit_above: Share = 0.2
    """Share of articles that came after the last fit beyond which the topics are found anew; 0: at every run."""
    redraws: Count = 3
    """Maps drawn anew, of four fifths of the articles each, to see which topics are found again (beyond 3,000 different
    texts one only); 0: on the same map."""
    seed: Seed = 0


class IdentitySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sure two mentions must be to be one person."""

    threshold: Share = 0.5
    seed: Seed = 0
    """Of the alternative clusterings that score intervals are drawn over."""


class ContributionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts as writing in a topic."""

    min_strength: Share = 0.0
    as_of: Year | None = None
    """None: as authority.as_of, so that one present holds for scores, volume and the test."""


class AuthoritySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What authority is made of."""

    as_of: Year | None = None
    """The year from which the past is seen; later articles do not count. None: the corpus's last year."""
    half_life: Years = 15.0
    """Years after which an article counts half."""
    best: Positive = 3
    """Articles that make up depth."""
    weights: dict[str, NonNegative] = msgspec.field(
        default_factory=lambda: {"mass": 0.5, "depth": 0.5, "lead": 0.5, "cited": 0.5}
    )
    bootstraps: Count = 200
    seed: Seed = 0


class NominationSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a peer's word weighs."""

    as_of: Year | None = None
    """The year from which words are seen; later ones do not count. None: authority.as_of, else the last word's."""
    half_life: Years = 3.0
    """Years after which a word counts half."""
    reciprocal: Share = 0.5
    same_institution: Share = 0.5
    ring: Share = 0.0
    """What a word counts inside a ring: raters who name each other more than chance explains."""
    ring_alpha: Share = 0.001
    """Greatest chance, over all groups of its size, at which such a group is called a ring."""
    min_response: Share = 0.6
    """Least share of those who spoke or were named in a topic that must have spoken for PageRank to be computed."""
    accept: Annotated[float, Meta(gt=0.5, le=1.0)] = 0.9
    """Least probability at which a typed name is taken to be a person, or to be nobody of the corpus."""
    prior: Above0 = 1.0
    """Raters' worth of belief that literature gives a person's standing before any peer is heard."""


class InfluenceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is a micro-influencer."""

    niche_top: Positive = 7
    volume_top: Positive = 20
    kappa: Above0 = 8.0
    """Pseudo-papers by which a location quotient is shrunk."""
    q: Share = 0.1
    min_papers: Positive = 3
    min_led: Count = 1
    """Niche papers led, as first or last of the list."""
    min_nominators: Positive = 2
    peer_weight: Share = 0.5
    """What standing counts beside authority (1 - that) in `combined`."""
    combine: Literal["z-sum", "rrf"] = "z-sum"
    """Sum standardised values, or reciprocal ranks."""


class RefreshSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a refreshed corpus may be from the published one before a person has to look."""

    max_loss: Share = 0.02
    """Share of the articles that may be gone."""
    max_abstract_loss: Share = 0.02
    """By how much the share of articles with an abstract may fall."""
    top: Positive = 50
    """How many of the whole area's foremost experts are compared."""
    min_overlap: Share = 0.5
    """Least share of them that must still be among the foremost."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings; a section is named like its stage, or like the job that obeys it (`refresh`)."""

    terms: TermSettings = TermSettings()
    embed: EmbedSettings = EmbedSettings()
    topics: TopicSettings = TopicSettings()
    identity: IdentitySettings = IdentitySettings()
    contributions: ContributionSettings = ContributionSettings()
    authority: AuthoritySettings = msgspec.field(default_factory=AuthoritySettings)  # its weights can be written to
    nominations: NominationSettings = NominationSettings()
    influence: InfluenceSettings = InfluenceSettings()
    refresh: RefreshSettings = RefreshSettings()

    @classmethod
    def load(cls, path: str | Path) -> Config:
        """Read settings from a TOML file.

        Raises
        ------
        ConfigError
            If the file cannot be read, is not TOML, or holds an unknown or impossible setting.
        """
        try:
            data = tomllib.loads(Path(path).expanduser().read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ConfigError(f"cannot read settings from '{path}': {reason}") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"'{path}' is not valid TOML: {error}") from error
        return checked(data, where=str(path))


def checked(config: Config | dict[str, Any], *, where: str = "config") -> Config:
    """Return the settings, every one known and in its range (records made in Python are not checked when made).

    >>> checked({"topics": {"min_sise": 5}})
    Traceback (most recent call last):
        ...
    expertmine.errors.ConfigError: config: unknown setting 'topics.min_sise'; did you mean 'min_size'?
    """
    if not isinstance(config, Config | dict):
        raise ConfigError(f"{where} is {config!r}, expected settings; `Config.load(PATH)` reads a file")
    try:
        data = msgspec.to_builtins(config, enc_hook=_plain)
        _refuse_unknown(data, where)
        return msgspec.convert(data, Config)
    except (msgspec.ValidationError, TypeError) as error:
        raise ConfigError(f"{where}: {_readable(str(error))}") from error


def checked_section(settings: Section, kind: type[Section]) -> Section:
    """Return one stage's settings, each in its range: what a stage begins with, as it may be called by hand."""
    if not isinstance(settings, kind):
        raise ConfigError(f"settings is {settings!r}, expected {kind.__name__}")
    [name] = [field.name for field in msgspec.structs.fields(Config) if field.type is kind]
    return cast("Section", getattr(checked({name: settings}, where="settings"), name))


def checked_record(data: dict[str, Any], *, where: str) -> dict[str, Any]:
    """Return what a corpus records, refusing what somebody wrote where nobody reads it: nothing would obey it.

    >>> checked_record({"refresh": {"max_loss": 0.5}}, where="corpus.toml")
    Traceback (most recent call last):
        ...
    expertmine.errors.ConfigError: corpus.toml: nothing reads 'refresh'; did you mean 'settings.refresh' or 'queries'?
    """
    places = ["queries", "settings", *(f"settings.{section}" for section in Config.__struct_fields__)]
    for name in data:
        if name not in {"queries", "settings", "format"}:  # older corpora have a format
            raise ConfigError(f"{where}: nothing reads '{name}'{did_you_mean(name, places)}")
    return data


def check_count(number: object, *, name: str, least: int = 0, zero: str = "") -> None:
    """Refuse what is no whole number from `least` up; `zero` tells what 0 stands for.

    >>> check_count(-1, name="top", zero="all")
    Traceback (most recent call last):
        ...
    expertmine.errors.ConfigError: top is -1, expected 0 (all) or more
    """
    if not isinstance(number, Integral) or isinstance(number, bool) or number < least:
        raise ConfigError(f"{name} is {number}, expected {least}{zero and f' ({zero})'} or more")


def _plain(value: object) -> object:
    """Return a number of NumPy's as Python's."""
    if getattr(value, "shape", None) != ():
        raise TypeError(f"found {value!r}, expected a plain value")
    return cast("Any", value).item()


def in_one_present(config: Config) -> Config:
    """Give `authority.as_of` to every section that has a year of that name and sets none.

    Stages get these settings; the corpus records those that were asked for, so that a later year can be asked for.
    """
    replace, as_of = msgspec.structs.replace, config.authority.as_of
    if config.contributions.as_of is None:
        config = replace(config, contributions=replace(config.contributions, as_of=as_of))
    if config.nominations.as_of is None:
        config = replace(config, nominations=replace(config.nominations, as_of=as_of))
    return config


def _refuse_unknown(data: dict[str, Any], where: str) -> None:
    sections = {field.name: field.type for field in msgspec.structs.fields(Config)}
    for section, values in data.items():
        if section not in sections:
            raise ConfigError(f"{where}: unknown section '{section}'{did_you_mean(section, sections)}")
        known = {field.name: field.type for field in msgspec.structs.fields(cast("type[Struct]", sections[section]))}
        for name, value in values.items() if isinstance(values, dict) else ():
            if name not in known:
                raise ConfigError(f"{where}: unknown setting '{section}.{name}'{did_you_mean(name, known)}")
            _refuse_unknown_value(value, known[name], f"{where}: {section}.{name}")


def _refuse_unknown_value(value: object, kind: object, where: str) -> None:
    """Name the words that a setting can have, or the components that can be weighed."""
    words = get_args(kind) if get_origin(kind) is Literal else ()
    if words and value not in words:
        near = did_you_mean(str(value), words)
        raise ConfigError(f"{where} is {value!r}, expected one of {', '.join(words)}{near}")
    if get_origin(kind) is dict and isinstance(value, dict):
        for name in (each for each in map(str, value) if each not in WEIGHED):
            raise ConfigError(
                f"{where}: no component is called '{name}'{did_you_mean(name, WEIGHED)} ({', '.join(WEIGHED)})"
            )


def _readable(message: str) -> str:
    """Turn msgspec's '… - at `$.topics.min_size`' into 'topics.min_size: …'."""
    found = re.fullmatch(r"(.*) - at `\$\.(.*)`", message)
    return f"{found[2]}: {found[1]}" if found else message
