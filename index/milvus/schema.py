"""The two collections of a generation: their fields and how they are indexed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from index.milvus.expressions import ATTRIBUTES, DOCUMENT

ORDINAL, START, END, DAY, LANGUAGE = "ordinal", "start", "end", "day", "language"
VECTOR, WORDS, LEXICAL = "vector", "words", "lexical"
# what ranking reads and what is cited, each stored as a text in pieces
TERMS, FLOAT16, PASSAGE = "terms", "halves", "passage"
KEY, VALUE = "key", "value"

PIECE = 16_000  # characters, at most 64,000 bytes
LONGEST = 65_535  # bytes; the longest text that Milvus accepts
_PIECES = 4096  # the longest array that Milvus accepts

AUTOMATIC = "AUTOINDEX"  # the settings of the cluster choose the index type
Parameters = Mapping[str, bool | int | float | str]

# The parameters of tantivy, whose BM25 is that of Lucene.
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}


@dataclass(frozen=True, slots=True)
class Layout:
    """How passages are stored: the index of their vectors, and the number of shards.

    `build` and `search` are parameters of the index type, as Milvus documents them.
    """

    index_type: str = AUTOMATIC
    build: Parameters = field(default_factory=dict)
    search: Parameters = field(default_factory=dict)
    shards: Annotated[int, Field(ge=1, le=64)] = 1


def passages_schema(client: Any, dimension: int) -> Any:
    """Return the schema with one row for each passage; Milvus computes BM25 from `words`."""
    from pymilvus import DataType, Function, FunctionType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(ORDINAL, DataType.INT64, is_primary=True)
    for name in (DOCUMENT, START, END, DAY):
        schema.add_field(name, DataType.INT64)
    schema.add_field(LANGUAGE, DataType.VARCHAR, max_length=2)
    schema.add_field(ATTRIBUTES, DataType.JSON)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field(
        WORDS,
        DataType.VARCHAR,
        max_length=LONGEST,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    schema.add_field(LEXICAL, DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("bm25", FunctionType.BM25, [WORDS], [LEXICAL]))
    for name in (TERMS, FLOAT16, PASSAGE):
        schema.add_field(
            name,
            DataType.ARRAY,
            element_type=DataType.VARCHAR,
            max_capacity=_PIECES,
            max_length=LONGEST,
        )
    return schema


def passages_indexes(client: Any, layout: Layout) -> Any:
    """Return the indexes of the collection of passages."""
    indexes = client.prepare_index_params()
    indexes.add_index(
        VECTOR, index_type=layout.index_type, metric_type="IP", params=dict(layout.build)
    )
    indexes.add_index(LEXICAL, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25)
    indexes.add_index(DOCUMENT, index_type="INVERTED")
    return indexes


def records_schema(client: Any) -> Any:
    """Return the schema of values by key; it has a vector because Milvus requires one."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(KEY, DataType.VARCHAR, max_length=512, is_primary=True)
    schema.add_field(VALUE, DataType.VARCHAR, max_length=LONGEST)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=2)
    return schema


def records_indexes(client: Any) -> Any:
    """Return the index that Milvus requires before it loads a collection."""
    indexes = client.prepare_index_params()
    indexes.add_index(VECTOR, index_type="FLAT", metric_type="IP")
    return indexes


def pieces(text: str) -> list[str]:
    """Cut a text into pieces that Milvus accepts."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
