"""The question set over documents/ is sound: each expected answer is in its document."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import Any

import pytest

from tests.conftest import ROOT

QUESTIONS = ROOT / "tests" / "data" / "questions"
DOCUMENTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "documents").iterdir()}


def queries() -> list[dict[str, Any]]:
    lines = (QUESTIONS / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def judgements() -> list[dict[str, str]]:
    with (QUESTIONS / "qrels" / "test.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_ids_are_unique_and_questions_are_not_empty() -> None:
    counts = Counter(query["_id"] for query in queries())
    assert set(counts.values()) == {1}
    assert all(query["text"].strip().endswith(("?", ".")) for query in queries())


def test_judgements_name_questions_and_documents_that_exist() -> None:
    known = {query["_id"] for query in queries()}
    for row in judgements():
        assert row["query-id"] in known
        assert row["corpus-id"] in DOCUMENTS
        assert int(row["score"]) > 0


def test_answerable_questions_are_judged_and_the_others_are_not() -> None:
    judged = {row["query-id"] for row in judgements()}
    for query in queries():
        assert (query["_id"] in judged) == query["metadata"]["answerable"], query["_id"]
        assert bool(query["metadata"]["answers"]) == query["metadata"]["answerable"]
    assert {query["metadata"]["answerable"] for query in queries()} == {True, False}


@pytest.mark.parametrize("query", queries(), ids=lambda query: query["_id"])
def test_gold_strings_stand_in_the_judged_documents(query: dict[str, Any]) -> None:
    judged = [row["corpus-id"] for row in judgements() if row["query-id"] == query["_id"]]
    for answer in query["metadata"]["answers"]:
        assert any(answer in DOCUMENTS[name] for name in judged), answer
    for name in judged:
        assert any(answer in DOCUMENTS[name] for answer in query["metadata"]["answers"]), name


def test_every_document_is_asked_about() -> None:
    assert {row["corpus-id"] for row in judgements()} == set(DOCUMENTS)
