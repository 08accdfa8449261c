from __future__ import annotations

import sys
import tempfile
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.analysis import Analyzer
from index.lexical.terms import PassageTerms, TermWriter, hash_terms, offsets, ranges, term_hash

Stored = list[list[list[str]]]  # passages of segments of terms


def write(folder: Path, passages: Stored) -> int:
    writer = TermWriter(folder)
    for segments in passages:
        writer.add([hash_terms(terms) for terms in segments])
    writer.close()
    return writer.total


def read(folder: Path, passages: Stored, places: list[int]) -> list[list[list[int]]]:
    """Return the hashes of the segments of the passages at `places`, as they were stored."""
    sentences = np.array([len(segments) // 2 for segments in passages])
    firsts = np.cumsum(sentences) - sentences
    found = PassageTerms(folder).of(np.array(places), firsts[places], sentences[places])
    assert found.first_segment.tolist() == [0, *np.cumsum(2 * sentences[places] + 1)]
    assert found.sentences.tolist() == sentences[places].tolist()
    parts = np.split(found.hashes, found.first_term[1:-1])
    found_passages: list[list[list[int]]] = [
        [part.tolist() for part in parts[first:last]]
        for first, last in pairwise(found.first_segment.tolist())
    ]
    for place, segments in enumerate(found_passages):
        own = segments[1 + len(segments) // 2 :]
        assert found.sentence_terms(place).tolist() == list(chain.from_iterable(own))
    return found_passages


def hashes(segments: list[list[str]]) -> list[list[int]]:
    return [[term_hash(term) for term in terms] for terms in segments]


terms = st.lists(st.sampled_from(["copper", "lava", "海", "6"]), max_size=4)
segments = st.integers(0, 2).flatmap(
    lambda n: st.lists(terms, min_size=2 * n + 1, max_size=2 * n + 1)
)
passages = st.lists(segments, min_size=1, max_size=6)


@given(st.data(), passages)
def test_any_passages_come_back_in_any_order_segment_by_segment(
    data: st.DataObject, stored: Stored
) -> None:
    places = data.draw(st.lists(st.sampled_from(range(len(stored))), min_size=1, max_size=5))
    with tempfile.TemporaryDirectory() as folder:
        total = write(Path(folder), stored)
        assert total == sum(len(one) for segments in stored for one in segments)
        assert read(Path(folder), stored, places) == [hashes(stored[place]) for place in places]


def test_passages_without_any_terms_are_read_as_empty_segments(tmp_path: Path) -> None:
    stored: Stored = [[[], [], []], [[]]]
    assert write(tmp_path, stored) == 0
    assert read(tmp_path, stored, [0, 1]) == [[[], [], []], [[]]]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what is mapped")
def test_terms_are_mapped_not_loaded(tmp_path: Path) -> None:
    write(tmp_path, [[["copper"] * 100]])
    opened = PassageTerms(tmp_path)
    assert str(tmp_path / "terms.u32") in Path("/proc/self/maps").read_text()
    del opened


def test_hashes_are_the_same_on_every_machine_and_fit_32_bits() -> None:
    assert term_hash("copper") == 299695752
    words = [f"word{number}" for number in range(5000)]
    assert len({term_hash(word) for word in words}) >= len(words) - 1
    assert all(0 <= term_hash(word) < 2**32 for word in words)


def test_terms_with_a_digit_have_odd_hashes() -> None:
    assert all(term_hash(term) % 2 for term in ("1999", "il6", "٣"))
    assert not any(term_hash(term) % 2 for term in ("copper", "year", "年"))


def test_ranges_are_joined_and_may_be_empty() -> None:
    assert ranges(np.array([5, 2, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]


def test_offsets_begin_with_0_and_end_with_the_total() -> None:
    assert offsets(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]
    assert offsets(np.array([], dtype=np.int64)).tolist() == [0]


def test_words_that_are_asked_once_do_not_fill_the_memory() -> None:
    """Once the caches are full, new words take no more memory."""
    analyzer = Analyzer("english")

    def ask(numbers: range) -> None:
        for number in numbers:
            hash_terms(analyzer.terms(f"w{number}"))

    ask(range(140_000))  # twice what either cache holds
    before = sys.getallocatedblocks()
    ask(range(140_000, 150_000))
    assert sys.getallocatedblocks() - before < 5_000
