from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from index import ModelError
from index.embedding.agreement import check_agreement
from index.embedding.embedder import Vectors
from index.embedding.spans import Spans
from tests.fakes import FakeEmbedder

TEXTS = [f"copper {place} lava {place * 7 % 11} bees" for place in range(20)]


class Straying(FakeEmbedder):
    """The fake with noise of `share` times a vector's length."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        rows = super().embed(texts, spans)
        noise = np.random.default_rng(0).normal(size=rows.shape).astype(np.float32)
        rows += noise * (self._share / np.linalg.norm(noise, axis=1, keepdims=True))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def test_an_encoder_agrees_with_itself() -> None:
    check_agreement(FakeEmbedder(), FakeEmbedder(), TEXTS)
    check_agreement(FakeEmbedder(), FakeEmbedder(), [])


@pytest.mark.parametrize("share", [1.0, float("nan")])
def test_an_encoder_that_strays_is_refused(share: float) -> None:
    with pytest.raises(ModelError, match="vectors differ from the model's") as caught:
        check_agreement(Straying(share), FakeEmbedder(), TEXTS)
    assert "\n" not in str(caught.value)
