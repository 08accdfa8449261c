"""Filters as expressions: against the embedded engine, over any filter of any small corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from index import (
    AllOf,
    Contains,
    Filter,
    MilvusEngine,
    Not,
    OneOf,
    Prefix,
    Range,
    Report,
    Suffix,
)
from index.generation.folder import open_generation
from index.milvus.expressions import Keys, expression, spell
from tests.fakes import build, write_files
from tests.index.test_filters import corpora, filters, generation_of
from tests.milvus import needs_milvus, open_lite, publish

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
    asked: list[Filter] = [
        *(OneOf(key, (text,)), Prefix(key, text), Suffix(key, text), Contains(key, text)),
        *(Range(key, gte=text, lt=text), Not(AllOf((OneOf(key, (text,)), Range(key, gt=text))))),
    ]
    for chosen in asked:
        quoted = re.findall(r'"([^"]*)"', expression(chosen, keys))
        assert all(re.fullmatch(r"[0-9]+_[0-9]+n?|%?([a-p][A-P])*[q%]?", one) for one in quoted)
        rest = re.sub(r'"[^"]*"', "", expression(chosen, keys))
        assert re.fullmatch(r"[a-z\[\]()<>=0-9. +-]*", rest)


@pytest.fixture(scope="module")
def engines() -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield Path(place)


@needs_milvus
@pytest.mark.system
@settings(max_examples=settings().max_examples // 4)
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


HOSTILE = [
    '"] or document >= 0 or attributes["0_0',
    "' or 1 == 1 --",
    '") or ("a" == "a',
    "\\",
    '\\"',
    "%",
    "_",
    "a%b_c",
    "{x}",
    "json_contains(attributes, 1)",
    "$meta",
    "null",
    "true",
    "1e999",
    "0x10",
    "-0",
    "line\nbreak",
    "\u202e\U0001f600",
    "qQ",
    "a" * 2000,
]


@needs_milvus
@pytest.mark.system
def test_values_and_keys_that_look_like_expressions_are_texts(tmp_path: Path) -> None:
    """Each document has one value of HOSTILE, and a key with the same name."""
    files = {}
    for place, text in enumerate(HOSTILE):
        stated = yaml.safe_dump({"note": text, f"k{text}": "x"})
        files[f"n{place}.md"] = f"---\n{stated}---\n\nCopper {place}."
    report = build(write_files(tmp_path / "d", files), tmp_path / "index")
    engine, stored = open_lite(tmp_path), open_generation(tmp_path / "index")
    publish(engine, tmp_path / "index", report)
    generation = engine.open(stored.id)
    vector = np.full(stored.manifest.dimension, 0.1, dtype=np.float32)

    def passing(chosen: Filter) -> list[int]:
        expected = np.flatnonzero(stored.passages.selector.select(chosen).passages)
        found = generation.passages.nearest(vector, 100, chosen)
        assert sorted(found.tolist()) == expected.tolist(), chosen
        return sorted(stored.passages.columns["document"][found].tolist())

    for text in HOSTILE:
        mine = passing(OneOf("note", (text,)))
        assert len(mine) == 1, text
        assert passing(OneOf(f"k{text}", ("x",))) == mine
        assert len(passing(Not(OneOf("note", (text,))))) == len(HOSTILE) - 1
        for other in (Prefix, Suffix, Contains):
            assert set(mine) <= set(passing(other("note", text)))
        assert set(mine) <= set(passing(Range("note", gte=text, lte=text)))
