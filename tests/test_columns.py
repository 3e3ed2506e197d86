"""Every column of an answer is explained to who reads it."""

from __future__ import annotations

import re
from pathlib import Path

import expertmine as em
from expertmine.answers import list_standing
from expertmine.cli.refreshing import MOVES
from expertmine.corpus import Corpus

COLUMNS = (Path(__file__).resolve().parents[1] / "docs" / "columns.md").read_text(encoding="utf-8")


def test_every_column_of_an_answer_is_explained(sample: Corpus) -> None:
    topic = em.find_topic(sample, "stent")
    first = em.experts(sample, topic, top=1).iloc[0]
    papers = em.why(sample, first["person_id"], topic)
    answers = (
        em.list_topics(sample, "stent"),
        em.topic_history(sample),
        em.experts(sample, topic),
        papers,
        em.micro_influencers(sample),
        em.rising(sample, topic),
        em.fragility(sample, topic),
        em.what_if(sample, without=papers["pmid"].iloc[0]),
        em.compare_rivals(sample, topic),
        em.list_members(sample, topic),
        em.list_communities(sample, topic),
        em.compare_sources(sample, topic),
        em.source_agreement(sample),
        em.rater_saturation(sample),
        em.choose_panel(sample, topic),
        em.next_wave(sample, topic),
        em.list_rings(sample),
        list_standing(sample),
        em.doubtful_names(sample),
        em.doubtful_mentions(sample),
    )
    explained = set(re.findall(r"`([^`]+)`", COLUMNS))
    shown = {name for answer in answers for name in answer.columns}
    assert set(MOVES) <= explained
    numbered = {name for name in shown if re.fullmatch(r"candidate_\d", name)}
    assert {"candidate_1", "candidate_5"} <= explained
    assert shown - numbered - explained == set()
