"""Filters as expressions: against the embedded engine, over any filter of any small corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Filter, MilvusEngine, OneOf, Prefix, Report
from index.milvus.expressions import Keys, expression, spell
from tests.index.test_filters import corpora, filters, generation_of
from tests.milvus import needs_milvus, open_lite

texts = st.text(max_size=20)


@given(texts, texts)
def test_spelling_keeps_order_beginnings_ends_and_parts(one: str, other: str) -> None:
    assert (spell(one) < spell(other)) == (one.encode() < other.encode())
    assert spell(one + other).startswith(spell(one))
    assert (spell(one) in spell(other)) == (one.encode() in other.encode())
    assert re.fullmatch(r"([a-p][A-P])*", spell(one))


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_of_a_user_stands_in_an_expression(key: str, text: str) -> None:
    keys = Keys({"path": 2, key: 1})
    for chosen in (OneOf(key, (text,)), Prefix(key, text)):
        quoted = re.findall(r'"([^"]*)"', expression(chosen, keys))
        assert all(re.fullmatch(r"[0-9]+_[0-9]+n?|([a-p][A-P])*q?", one) for one in quoted)
        rest = re.sub(r'"[^"]*"', "", expression(chosen, keys))
        assert re.fullmatch(r"[a-z\[\]()<>=0-9. +-]*", rest)


@pytest.fixture(scope="module")
def engines() -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield Path(place)


@needs_milvus
@settings(max_examples=8)
@given(corpora, st.lists(filters, min_size=1, max_size=12))
def test_a_filter_passes_the_same_passages_as_in_the_embedded_engine(
    engines: Path, corpus: dict[str, dict[str, object]], wanted: list[Filter]
) -> None:
    with generation_of(corpus) as stored:
        engine: MilvusEngine = open_lite(engines, alias="filters")
        nothing = Report(stored.id, published=True, files=())
        engine.publish(stored, nothing, lambda done, total: None)
        generation = engine.open(stored.id)
        vector = np.full(stored.manifest.dimension, 0.1, dtype=np.float32)
        for one in wanted:
            expected = np.flatnonzero(stored.passages.selector.select(one).passages)
            found = generation.passages.nearest(vector, 100, one)
            assert sorted(found.tolist()) == expected.tolist(), one
        engine.remove()
