"""Words of passages against words of a question, with numbers worked out by hand."""

from __future__ import annotations

from collections import defaultdict
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.terms import CandidateTerms, PassageTerms, TermWriter, hash_terms, term_hash
from index.ranking.held_terms import held_share, holds_run
from index.ranking.matching import (
    Match,
    WeightedTerms,
    match_terms,
    weigh_terms,
)

FREQUENCY = {"copper": 1, "ship": 2}  # in three passages, beside 50 that weights assume
MISSING = exp(-3 / 20)  # of a word that occurs in no passage of three
COPPER, SHIP, UNKNOWN = (
    log(1 + 52.5 / 1.5),
    log(1 + 51.5 / 2.5),
    log(1 + (53.5 - MISSING) / (MISSING + 0.5)),
)


def question(words: str, *phrases: str) -> WeightedTerms:
    split = [phrase.split() for phrase in phrases]
    return weigh_terms(words.split(), split, defaultdict(int, FREQUENCY), 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matching")


def candidates(folder: Path, *passages: tuple[str, ...]) -> CandidateTerms:
    """Return passages given as a title and sentences of terms; in "a: b" a is a heading of b."""
    writer = TermWriter(folder)
    for title, *sentences in passages:
        parted = [sentence.rpartition(":") for sentence in sentences]
        segments = [title, *(one[0] for one in parted), *(one[2] for one in parted)]
        writer.add([hash_terms(segment.split()) for segment in segments])
    writer.close()
    counts = np.array([len(segments) - 1 for segments in passages])
    return PassageTerms(folder).of(np.arange(len(counts)), np.cumsum(counts) - counts, counts)


def match(folder: Path, asked: WeightedTerms, *passages: tuple[str, ...]) -> Match:
    return match_terms(asked, candidates(folder, *passages), mean_length=5)


def test_bm25_is_a_share_of_the_most_that_a_question_could_score(folder: Path) -> None:
    mean = ("harbour", "copper ship copper lava")  # 5 terms, as many as the mean: K1 is 0.6
    double = ("", "copper a b c d e f g h i")  # 10 terms: K1 * (0.5 + 0.5 * 2) is 0.9
    found = match(folder, question("copper ship"), mean, double, ("", "lava")).bm25
    most = (COPPER + SHIP) * 1.6
    by_hand = [
        (COPPER * 2 * 1.6 / 2.6 + SHIP * 1.6 / 1.6) / most,
        (COPPER * 1 * 1.6 / 1.9) / most,
        0,
    ]
    assert found.tolist() == pytest.approx(by_hand, rel=1e-5)


def test_a_word_asked_twice_counts_twice_in_bm25(folder: Path) -> None:
    found = match(folder, question("ship ship copper"), ("", "copper a b c d")).bm25
    assert found[0] == pytest.approx(COPPER / (COPPER + 2 * SHIP) / 1.6, rel=1e-5)


def test_terms_that_no_passage_holds_weigh_most() -> None:
    asked = question("copper ship whale")
    weights = [float(asked.weights[place]) for place in asked.order]
    assert weights == pytest.approx([COPPER, SHIP, UNKNOWN])
    assert max(weights) == weights[2]


def test_another_form_of_a_word_has_its_share_of_the_weight() -> None:
    asked = weigh_terms(["copper"], [], FREQUENCY, 3, {"ship": 0.5, "copper": 0.5})
    weights = dict(zip(asked.hashes.tolist(), asked.weights.tolist(), strict=True))
    assert weights[term_hash("copper")] == pytest.approx(COPPER), "the word itself is asked too"
    assert weights[term_hash("ship")] == pytest.approx(SHIP / 2)


def test_coverage_is_that_of_the_best_sentence_and_nine_tenths_of_its_title(folder: Path) -> None:
    total = COPPER + SHIP
    found = match(
        folder,
        question("copper ship"),
        ("ship", "copper a", "b"),
        ("", "copper", "ship"),
        ("", "copper ship"),
        ("copper ship", "a"),
    )
    by_hand = [(0.9 * SHIP + COPPER) / total, COPPER / total, 1, 0.9]
    assert found.coverage.tolist() == pytest.approx(by_hand)
    sentences = [
        (0.9 * SHIP / 2 + COPPER) / total,
        0.9 * SHIP / 2 / total,
        COPPER / total,
        SHIP / total,
        1,
        0.9 / 2,
    ]
    assert found.sentence_coverage.tolist() == pytest.approx(sentences)


def test_headings_count_for_the_sentences_of_their_own_section_alone(folder: Path) -> None:
    found = match(
        folder,
        question("copper ship"),
        ("", "copper: a", "b", "ship: a", "b"),
        ("", "a", "ship: copper", "copper"),
    )
    total = COPPER + SHIP
    by_hand = [0.9 * COPPER / total, (COPPER + 0.9 * SHIP) / total]
    assert found.coverage.tolist() == pytest.approx(by_hand)
    copper, ship, both = 0.9 * COPPER / total, 0.9 * SHIP / total, (COPPER + 0.9 * SHIP) / total
    assert found.sentence_coverage.tolist() == pytest.approx(
        [copper, copper, ship, ship, 0, both, both]
    )


def test_a_heading_counts_half_for_the_evidence_where_a_sentence_says_its_word(
    folder: Path,
) -> None:
    found = match(folder, question("copper ship"), ("", "copper: a", "ship: copper", "b"))
    total = COPPER + SHIP
    by_hand = [COPPER / 2 / total, (COPPER + 0.9 * SHIP) / total, 0.9 * SHIP / total]
    assert found.sentence_coverage.tolist() == pytest.approx(by_hand)


def test_a_run_is_held_where_its_terms_follow_one_another(folder: Path) -> None:
    found = candidates(folder, ("", "part ppr 9087 b"), ("", "9087", "ppr"))
    assert holds_run(["ppr", "9087"], found)
    assert holds_run(["b"], found)
    assert not holds_run(["9087", "part"], found)
    assert not holds_run(["whale"], found)
    assert not holds_run(["ppr", "a"], found)


def test_an_unknown_word_lowers_the_coverage_of_all(folder: Path) -> None:
    found = match(folder, question("copper whale"), ("", "copper"))
    assert found.coverage[0] == pytest.approx(COPPER / (COPPER + UNKNOWN))


@pytest.mark.parametrize(
    ("passages", "pairs"),
    [
        ([("", "a copper ship b")], [1]),
        ([("", "copper a ship")], [0]),
        ([("", "ship copper")], [0]),
        ([("", "copper", "ship")], [1]),
        ([("", "a copper"), ("", "ship a")], [0, 0]),
        ([("", "copper"), ("ship", "a")], [0, 0]),
        ([("a", "b"), ("", "copper ship copper ship")], [0, 1]),
    ],
)
def test_pairs_stand_side_by_side_in_order_within_one_passage(
    folder: Path, passages: list[tuple[str, ...]], pairs: list[float]
) -> None:
    assert match(folder, question("copper ship"), *passages).pairs.tolist() == pairs


def test_each_pair_weighs_as_its_terms_do(folder: Path) -> None:
    found = match(folder, question("copper ship whale"), ("", "copper ship"), ("", "ship whale"))
    first, second = COPPER + SHIP, SHIP + UNKNOWN
    by_hand = [first / (first + second), second / (first + second)]
    assert found.pairs.tolist() == pytest.approx(by_hand)


def test_phrases_count_by_the_share_that_is_found_in_full(folder: Path) -> None:
    asked = question("copper ship whale bone", "copper ship", "ship whale bone")
    found = match(
        folder, asked, ("", "copper ship whale bone"), ("", "copper ship whale"), ("", "whale")
    )
    assert found.phrases.tolist() == [1, 0.5, 0]


def test_a_question_without_terms_matches_nothing(folder: Path) -> None:
    found = match(folder, question(""), ("a", "b", "c"), ("", "d"))
    for scores in (found.bm25, found.coverage, found.pairs, found.phrases):
        assert scores.tolist() == [0, 0]
    assert found.sentence_coverage.tolist() == [0, 0, 0]


def test_passages_without_terms_match_nothing(folder: Path) -> None:
    found = match(folder, question("copper ship", "copper ship"), ("", ""), ("", "", ""))
    for scores in (found.bm25, found.coverage, found.pairs, found.phrases):
        assert scores.tolist() == [0, 0]
    assert found.sentence_coverage.tolist() == [0, 0, 0]


def test_a_passage_holds_all_terms_wherever_they_stand_in_it(folder: Path) -> None:
    found = candidates(folder, ("april", "a 2020"), ("", "april"), ("", "2020 april 2020"))
    assert held_share(["april", "2020"], found).tolist() == [1, 0.5, 1]
    assert held_share(["april", "april"], found).tolist() == [1, 1, 1]
    assert held_share([], found).tolist() == [0, 0, 0]


words = st.lists(st.sampled_from(["copper", "ship", "whale", "a"]), max_size=5).map(" ".join)


@given(words, st.lists(st.tuples(words, words, words), min_size=1, max_size=4))
def test_everything_lies_between_0_and_1(
    folder: Path, asked: str, passages: list[tuple[str, ...]]
) -> None:
    found = match(folder, question(asked, asked), *passages)
    for scores in (found.bm25, found.coverage, found.pairs, found.phrases):
        assert scores.shape == (len(passages),)
        assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()
    assert found.sentence_coverage.shape == (2 * len(passages),)
    assert ((found.sentence_coverage >= 0) & (found.sentence_coverage <= 1 + 1e-6)).all()


def test_neighbours_of_the_question_count_where_they_are_neighbours_in_a_sentence(
    folder: Path,
) -> None:
    found = match(folder, question("ship copper lava"), ("ship", "copper ship", "ship copper"))
    assert found.sentence_pairs.tolist() == [0, 0.5]
