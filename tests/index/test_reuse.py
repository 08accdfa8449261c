from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from index.embedding import Vectors, embed_batches
from index.generation import open_generation
from index.keys import text_keys
from index.reuse import KnownVectors, VectorSource, known_vectors
from index.unfinished import UnfinishedVectors
from tests.fakes import FakeEmbedder, build, recipe

ROUNDING = 1e-3  # of float16


@pytest.fixture
def unfinished(tmp_path: Path) -> Iterator[UnfinishedVectors]:
    with UnfinishedVectors(tmp_path / "unfinished" / "fake") as opened:
        yield opened


def vectors_for(
    texts: list[str],
    known: Sequence[KnownVectors],
    unfinished: UnfinishedVectors,
    embedder: FakeEmbedder,
) -> Vectors:
    advanced: list[int] = []
    source = VectorSource(known, unfinished, partial(embed_batches, embedder))
    rows = source.vectors(texts, text_keys(texts), advanced.append)
    assert sum(advanced) == len(texts)
    assert rows.dtype == np.float32
    assert_allclose(rows, FakeEmbedder().embed(texts), atol=ROUNDING)
    return rows


def test_a_text_that_comes_twice_is_embedded_once(unfinished: UnfinishedVectors) -> None:
    embedder = FakeEmbedder()
    vectors_for(["one", "two", "one"], (), unfinished, embedder)
    assert sorted(embedder.texts) == ["one", "two"]


def test_a_text_that_comes_again_far_away_has_the_same_vector(
    unfinished: UnfinishedVectors,
) -> None:
    embedder = FakeEmbedder()
    first = vectors_for(["one", "two"], (), unfinished, embedder)
    for number in range(5):
        vectors_for([f"text {number}"], (), unfinished, embedder)
    again = vectors_for(["two", "three", "one"], (), unfinished, embedder)
    assert embedder.texts.count("two") == embedder.texts.count("one") == 1
    assert np.array_equal(again[[2, 0]], first)


def test_known_texts_are_taken_over_and_only_the_others_embedded(
    index: Path, three: Path, unfinished: UnfinishedVectors
) -> None:
    first, second = FakeEmbedder(), FakeEmbedder()
    build(three, index, recipe(first), rebuild=True)
    texts = [*reversed(first.texts), "something new", first.texts[1]]
    known = known_vectors(open_generation(index))
    vectors_for(texts, known, unfinished, second)
    assert second.texts == ["something new"]


def test_vectors_taken_over_are_the_same_to_the_bit(
    index: Path, three: Path, unfinished: UnfinishedVectors
) -> None:
    embedder = FakeEmbedder()
    build(three, index, recipe(embedder), rebuild=True)
    known = known_vectors(open_generation(index))
    taken = vectors_for(embedder.texts, known, unfinished, FakeEmbedder())
    anew = vectors_for(embedder.texts, (), unfinished, FakeEmbedder())
    assert np.array_equal(taken, anew)
