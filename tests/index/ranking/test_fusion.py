from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.ranking.fusion import Features, code_bonus, feedback, fuse, lexical_share
from index.ranking.matching import Match

Scores = NDArray[np.float32]
NAMES = ("dense", "sentence", "bm25", "coverage", "pairs", "phrases")
IN_MATCH = frozenset({"bm25", "coverage", "pairs", "phrases"})


def features(
    rows: Sequence[tuple[float, ...]],
    trust: float = 1.0,
    documents: list[int] | None = None,
    same_language: Sequence[float] | None = None,
) -> Features:
    """Return features from one row a candidate, in the order of NAMES, each its own document."""
    dense, sentence, bm25, coverage, pairs, phrases = np.array(rows, dtype=np.float32).T
    none = np.zeros(len(rows), dtype=np.float32)
    match = Match(bm25, coverage, pairs, phrases, none, none)
    owners = np.array(documents or range(len(rows)))
    return Features(
        dense=dense,
        sentence=sentence,
        match=match,
        documents=owners,
        trust=trust,
        same_language=np.array(same_language or [1.0] * len(rows), dtype=np.float32),
    )


MIDDLE = (0.5,) * len(NAMES)


def raised(name: str) -> tuple[float, ...]:
    return tuple(0.6 if one == name else 0.5 for one in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_feature_raises_the_score(name: str) -> None:
    low, high = fuse(features([MIDDLE, raised(name)]))
    assert high > low


@pytest.mark.parametrize("name", NAMES)
def test_without_trust_only_words_count(name: str) -> None:
    low, high = fuse(features([MIDDLE, raised(name)], trust=0))
    assert (high > low) == (name in IN_MATCH)


def test_half_trust_counts_the_cosines_half() -> None:
    rows = [(0.8, 0.4, 0.0, 0.0, 0.0, 0.0)]
    whole, half = fuse(features(rows))[0], fuse(features(rows, trust=0.5))[0]
    assert half == pytest.approx(whole / 2)


def test_a_passage_in_another_language_is_not_punished_for_sharing_no_words() -> None:
    near_and_foreign, far_and_worded = (0.7, 0.7, 0, 0, 0, 0), (0.3, 0.3, 0.4, 0.4, 0, 0)
    rows = [near_and_foreign, far_and_worded]
    foreign, worded = fuse(features(rows, same_language=[0.0, 1.0]))
    assert foreign > worded
    alike, _ = fuse(features(rows))
    assert foreign > alike


def test_the_best_sentence_tells_more_of_a_passage_in_another_language() -> None:
    by_passage, by_sentence = (0.6, 0.4, 0, 0, 0, 0), (0.4, 0.6, 0, 0, 0, 0)
    whole, part = fuse(features([by_passage, by_sentence], same_language=[0.0, 0.0]))
    assert part > whole
    whole, part = fuse(features([by_passage, by_sentence]))
    assert whole == pytest.approx(part)


row = st.tuples(*[st.floats(0, 1, width=32) for _ in NAMES])


@given(st.lists(row, min_size=1, max_size=8), st.sampled_from([0, 0.2, 1.0]))
def test_a_score_does_not_depend_on_candidates_of_other_documents(
    rows: list[tuple[float, ...]], trust: float
) -> None:
    together = fuse(features(rows, trust)).tolist()
    alone = [float(fuse(features([one], trust))[0]) for one in rows]
    assert together == pytest.approx(alone, abs=1e-6)
    assert all(-1e-6 <= score <= 1.1 for score in together)


def test_half_of_the_words_are_those_of_the_best_passage_of_the_document() -> None:
    rows = [(0.0, 0.0, bm25, 0.0, 0.0, 0.0) for bm25 in (0.9, 0.1, 0.1, 0.9)]
    best, beside, alone, best_elsewhere = fuse(features(rows, documents=[7, 7, 3, 5])).tolist()
    assert best == best_elsewhere > beside > alone
    assert beside == pytest.approx((best + alone) / 2)


def unit(*angles: float) -> Scores:
    return np.array([[np.cos(angle), np.sin(angle)] for angle in angles], dtype=np.float32)


def test_feedback_prefers_the_neighbours_of_the_best() -> None:
    scores = np.array([0.9, 0.4, 0.4], dtype=np.float32)
    gains = feedback(scores, unit(0, 0.2, 1.2), trust=1)
    assert gains[0] > gains[1] > gains[2]


def test_feedback_hears_those_near_the_best_more_than_those_far_below() -> None:
    vectors = unit(0, 1.5, 1.4)
    close = feedback(np.array([0.9, 0.89, 0.1], dtype=np.float32), vectors, trust=1)
    far = feedback(np.array([0.9, 0.3, 0.1], dtype=np.float32), vectors, trust=1)
    assert close[2] > far[2]


def test_feedback_is_bounded_and_scales_with_trust() -> None:
    scores = np.array([0.5, 0.2], dtype=np.float32)
    gains = feedback(scores, unit(0, 0.1), trust=1)
    assert ((gains > 0) & (gains <= 0.12)).all()
    assert feedback(scores, unit(0, 0.1), trust=0).tolist() == [0, 0]
    assert feedback(scores, unit(0, 0.1), trust=0.5).tolist() == pytest.approx((gains / 2).tolist())
    assert feedback(scores[:1], unit(0), trust=1)[0] == gains.max()


def test_the_lexical_share_is_that_of_the_best_words() -> None:
    none = features([(1, 1, 0, 0, 1, 1)]).match
    all_of_them = features([MIDDLE, (0, 0, 1, 1, 0, 0)]).match
    assert lexical_share(none) == 0
    assert lexical_share(all_of_them) == pytest.approx(1)
    worse = replace(all_of_them, coverage=np.array([0.5, 0.9], dtype=np.float32))
    assert 0.5 < lexical_share(worse) < 1


def test_where_a_question_has_no_word_that_counts_the_cosines_count_as_across_languages() -> None:
    rows = [(0.8, 0.4, 0.0, 0.0, 0.0, 0.0)]
    without = replace(features(rows), has_terms=False)
    assert fuse(without) == pytest.approx(fuse(features(rows, same_language=[0.0])))
    assert fuse(without) > fuse(features(rows))


def test_a_passage_that_holds_a_code_of_the_question_goes_before_one_that_lacks_it() -> None:
    assert code_bonus(np.array([0, 2, 1])).tolist() == pytest.approx([0, 0.15, 0.075])
    assert code_bonus(np.array([0, 0])).tolist() == [0, 0]
