"""The two collections of a generation: their fields and how they are indexed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from index.milvus.expressions import ATTRIBUTES, DOCUMENT

ORDINAL, START, END, DAY = "ordinal", "start", "end", "day"
VECTOR, WORDS, LEXICAL = "vector", "words", "lexical"
# what ranking reads and what is cited, each a text cut into pieces
TERMS, HALVES, PASSAGE = "terms", "halves", "passage"
KEY, VALUE = "key", "value"

PIECE = 16_000  # characters, which take at most 64,000 bytes
LONGEST = 65_535  # bytes of a text, the most that Milvus takes
_PIECES = 4096  # of an array, likewise

AUTOMATIC = "AUTOINDEX"  # which the cluster's own settings say the meaning of
Parameters = Mapping[str, bool | int | float | str]

# As tantivy weighs them, whose BM25 is that of Lucene.
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the passages are kept: the index of their vectors, and the shards that rows go to.

    `build` and `search` are parameters of an index type, as Milvus documents them.
    """

    index_type: str = AUTOMATIC
    build: Parameters = field(default_factory=dict)
    search: Parameters = field(default_factory=dict)
    shards: Annotated[int, Field(ge=1, le=64)] = 1


def passages_schema(client: Any, dimension: int) -> Any:
    """Return the schema of a row a passage; BM25 is Milvus's own function of its `words`."""
    from pymilvus import DataType, Function, FunctionType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(ORDINAL, DataType.INT64, is_primary=True)
    for name in (DOCUMENT, START, END, DAY):
        schema.add_field(name, DataType.INT64)
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
    for name in (TERMS, HALVES, PASSAGE):
        schema.add_field(
            name,
            DataType.ARRAY,
            element_type=DataType.VARCHAR,
            max_capacity=_PIECES,
            max_length=LONGEST,
        )
    return schema


def passages_indexes(client: Any, layout: Layout) -> Any:
    """Return what the passages are found by."""
    indexes = client.prepare_index_params()
    indexes.add_index(
        VECTOR, index_type=layout.index_type, metric_type="IP", params=dict(layout.build)
    )
    indexes.add_index(LEXICAL, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25)
    indexes.add_index(DOCUMENT, index_type="INVERTED")
    return indexes


def records_schema(client: Any) -> Any:
    """Return the schema of values by key; the vector is there because Milvus asks for one."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(KEY, DataType.VARCHAR, max_length=512, is_primary=True)
    schema.add_field(VALUE, DataType.VARCHAR, max_length=LONGEST)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=2)
    return schema


def records_indexes(client: Any) -> Any:
    """Return what Milvus asks for before a collection is loaded."""
    indexes = client.prepare_index_params()
    indexes.add_index(VECTOR, index_type="FLAT", metric_type="IP")
    return indexes


def pieces(text: str) -> list[str]:
    """Cut a text into pieces that Milvus takes."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
