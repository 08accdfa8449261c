from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from index import Span
from index.embedding.embedder import Vectors
from index.embedding.spans import embed_separately, pool_spans
from tests.fakes import FakeEmbedder

# "[CLS] bees sing . lava [PAD]": tokens that stand for nothing end nowhere
ENDS = np.array([0, 4, 9, 10, 15, 0])
TOKENS = np.eye(6, dtype=np.float32)
WHOLE = np.full(6, 6**-0.5, dtype=np.float32)


@pytest.mark.parametrize(
    ("span", "inside"),
    [
        (Span(0, 10), [1, 2, 3]),
        (Span(11, 15), [4]),
        (Span(0, 15), [1, 2, 3, 4]),
        (Span(5, 9), [2]),
    ],
)
def test_a_span_has_the_mean_of_its_own_tokens_at_length_one(span: Span, inside: list[int]) -> None:
    expected = np.isin(np.arange(6), inside) / len(inside) ** 0.5
    assert_allclose(pool_spans(TOKENS, ENDS, [span], WHOLE), [expected], atol=1e-6)


def test_a_span_that_was_cut_off_has_the_vector_of_the_text() -> None:
    rows = pool_spans(TOKENS, ENDS, [Span(0, 4), Span(20, 30)], WHOLE)
    assert_allclose(rows, [TOKENS[1], WHOLE], atol=1e-6)
    assert rows.dtype == np.float32


def test_a_text_without_spans_gives_no_rows() -> None:
    assert pool_spans(TOKENS, ENDS, [], WHOLE).shape == (0, 6)


def test_spans_apart_come_after_the_texts_text_by_text() -> None:
    def embed(texts: list[str]) -> Vectors:
        return FakeEmbedder().embed(texts)

    spans = [(Span(0, 4), Span(5, 9)), (), (Span(0, 3),)]
    rows = embed_separately(FakeEmbedder().embed, ["bees sing", "lava", "one two"], spans)
    assert_allclose(rows, embed(["bees sing", "lava", "one two", "bees", "sing", "one"]))
