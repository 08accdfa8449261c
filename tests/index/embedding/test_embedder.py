from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from index import Span
from index.embedding.embedder import AT_ONCE, embed_batches
from tests.fakes import FakeEmbedder


def test_like_lengths_are_embedded_together_each_with_its_spans() -> None:
    texts = [f"word{number} " * (number % 7 + 1) for number in range(3 * AT_ONCE + 5)]
    spans = [tuple(Span(0, 1 + one) for one in range(number % 3)) for number in range(len(texts))]
    embedder = FakeEmbedder()
    batches = list(embed_batches(embedder, texts, spans))
    assert [len(places) for places, _ in batches] == [AT_ONCE, AT_ONCE, AT_ONCE, 5]
    assert sorted(np.concatenate([places for places, _ in batches])) == list(range(len(texts)))
    lengths = [len(text) for text in embedder.texts]
    assert lengths == sorted(lengths, reverse=True)
    for places, rows in batches:
        chosen = [texts[place] for place in places], [spans[place] for place in places]
        assert_allclose(rows, FakeEmbedder().embed(*chosen))
