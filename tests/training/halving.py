"""Halves of datasets whose questions all have an answer, to measure what is refused.

Every other title of the corpus is left out, and the questions about it have no answer then. The
halves are for measuring only: nothing is fitted to them.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.training.calibration_sets import write_lines


def write_half(source: Path, target: Path) -> None:
    """Write the BEIR folder `source` without every other title of its corpus."""
    records = [orjson.loads(line) for line in (source / "corpus.jsonl").read_bytes().splitlines()]
    queries = [orjson.loads(line) for line in (source / "queries.jsonl").read_bytes().splitlines()]
    judged = (source / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    titles = set(sorted({record["title"] for record in records})[::2])
    kept = {record["_id"] for record in records if record["title"] in titles}
    left = [judged[0], *(line for line in judged[1:] if line.split("\t")[1] in kept)]
    answered = {line.split("\t")[0] for line in left[1:]}
    for query in queries:
        found = query.get("metadata") or {}
        query["metadata"] = {**found, "answerable": query["_id"] in answered}
    (target / "qrels").mkdir(parents=True, exist_ok=True)
    (target / "qrels" / "test.tsv").write_text("\n".join(left) + "\n", encoding="utf-8")
    write_lines(target / "corpus.jsonl", (one for one in records if one["_id"] in kept))
    write_lines(target / "queries.jsonl", queries)
