"""Counts the bytes of a passage in Milvus by field, before Milvus compresses them.

    python -m tests.benchmarks.rows INDEX

Records of documents, terms and facets are counted by key and divided among the passages; the
records of the encoder are left out.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import orjson

from index.generation.folder import StoredGeneration, open_generation
from index.milvus.records import FILE
from index.milvus.schema import KEY, VALUE, VECTOR
from index.milvus.writing import Copy
from tests.benchmarks.report import Row, print_table


def main() -> None:
    """Print a table of fields."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("index", type=Path, help="folder of an index")
    generation = open_generation(parser.parse_args().index)
    found = count_bytes(generation)
    found["all"] = found.total()
    passages = generation.manifest.passages
    rows: list[Row] = [
        {"field": name, "bytes a passage": total / passages} for name, total in found.items()
    ]
    print_table(f"{passages} passages, {generation.manifest.sentences} sentences", rows)


def count_bytes(generation: StoredGeneration) -> Counter[str]:
    """Return the bytes of all rows by field."""
    copy, found = Copy(generation), Counter[str]()
    for _, batch in copy.passages():
        for row in batch:
            for name, value in row.items():
                found[name] += 4 * len(value) if name == VECTOR else size(value)
    kept = (row for row in copy.records({}) if not row[KEY].startswith(FILE))
    found["records"] = sum(size(row[KEY]) + size(row[VALUE]) for row in kept)
    return found


def size(value: object) -> int:
    """Return the bytes of one value."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, list):
        return sum(size(one) for one in value)
    return len(orjson.dumps(value)) if isinstance(value, dict) else 8


if __name__ == "__main__":
    main()
