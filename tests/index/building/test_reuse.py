from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from index import Span
from index.building.checkpoint import UnfinishedVectors
from index.building.reuse import KnownVectors, VectorSource, known_vectors, passage_keys
from index.embedding.embedder import Vectors, embed_batches
from index.embedding.inputs import passage_input, sentence_spans
from index.embedding.spans import Spans
from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import FakeEmbedder, build, recipe

ROUNDING = 1e-3  # of float16


@pytest.fixture
def unfinished(tmp_path: Path) -> Iterator[UnfinishedVectors]:
    with UnfinishedVectors(tmp_path / "unfinished" / "fake") as opened:
        yield opened


def vectors_for(
    texts: Sequence[str],
    unfinished: UnfinishedVectors,
    embedder: FakeEmbedder,
    spans: Sequence[Spans] | None = None,
    known: KnownVectors | None = None,
) -> Vectors:
    its = spans or [words(text) for text in texts]
    advanced: list[int] = []
    source = VectorSource(known, unfinished, partial(embed_batches, embedder))
    rows = source.vectors(texts, its, passage_keys(texts, its), advanced.append)
    assert sum(advanced) == len(texts)
    assert rows.dtype == np.float32
    assert_allclose(rows, FakeEmbedder().embed(texts, its), atol=ROUNDING)
    return rows


def words(text: str) -> Spans:
    """Return the spans of the words of a text, for sentences."""
    ends = [place for place, char in enumerate(text + " ") if char == " "]
    return [Span(start, end) for start, end in zip([0, *(e + 1 for e in ends)], ends, strict=False)]


def embedded(generation: StoredGeneration) -> tuple[list[str], list[Spans]]:
    """Return the texts that were embedded for the passages of a generation."""
    found = list(generation.catalog.all_passages())
    texts = [passage_input(passage, source.metadata) for passage, source in found]
    spans: list[Spans] = [
        sentence_spans(passage, text) for (passage, _), text in zip(found, texts, strict=True)
    ]
    return texts, spans


def test_a_text_that_comes_twice_is_embedded_once(unfinished: UnfinishedVectors) -> None:
    embedder = FakeEmbedder()
    vectors_for(["one", "two", "one"], unfinished, embedder)
    assert sorted(embedder.texts) == ["one", "two"]


def test_a_text_that_is_cut_otherwise_is_embedded_again(unfinished: UnfinishedVectors) -> None:
    embedder = FakeEmbedder()
    cuts = [(Span(0, 3), Span(4, 7)), (Span(0, 7),), ()]
    vectors_for(["one two"] * 3, unfinished, embedder, cuts)
    assert embedder.texts == ["one two"] * 3


def test_a_text_that_comes_again_far_away_has_the_same_vectors(
    unfinished: UnfinishedVectors,
) -> None:
    embedder = FakeEmbedder()
    first = vectors_for(["one", "two bees"], unfinished, embedder)
    for number in range(5):
        vectors_for([f"text {number}"], unfinished, embedder)
    again = vectors_for(["two bees", "three", "one"], unfinished, embedder)
    assert embedder.texts.count("two bees") == embedder.texts.count("one") == 1
    assert np.array_equal(again[[2, 0, 6, 3, 4]], first)


def test_a_text_whose_spans_were_kept_in_part_is_embedded_again(
    tmp_path: Path, unfinished: UnfinishedVectors
) -> None:
    vectors_for(["one two", "three four"], unfinished, FakeEmbedder())
    kept = tmp_path / "unfinished" / "fake"
    kept.write_bytes(kept.read_bytes()[:-1])
    embedder = FakeEmbedder()
    with UnfinishedVectors(kept) as opened:
        vectors_for(["one two", "three four"], opened, embedder)
    assert embedder.texts == ["one two"]


def test_known_texts_are_taken_over_and_only_the_others_embedded(
    index: Path, three: Path, unfinished: UnfinishedVectors
) -> None:
    build(three, index, rebuild=True)
    generation, embedder = open_generation(index), FakeEmbedder()
    texts, spans = embedded(generation)
    vectors_for(
        [*reversed(texts), "something new", texts[1]],
        unfinished,
        embedder,
        [*reversed(spans), (), spans[1]],
        known_vectors(generation),
    )
    assert embedder.texts == ["something new"]


def test_vectors_taken_over_are_the_same_to_the_bit(
    index: Path, three: Path, unfinished: UnfinishedVectors
) -> None:
    build(three, index, recipe(FakeEmbedder()), rebuild=True)
    generation = open_generation(index)
    texts, spans = embedded(generation)
    known = known_vectors(generation)
    taken = vectors_for(texts, unfinished, FakeEmbedder(), spans, known)
    assert not unfinished.restored
    anew = vectors_for(texts, unfinished, FakeEmbedder(), spans)
    assert np.array_equal(taken, anew)
