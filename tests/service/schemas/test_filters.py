"""Filters in JSON and flat become the same filters of the index, or are refused by name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index import AllOf, AnyOf, Filter, OneOf, Prefix, Range, dated, in_language
from service.schemas.questions import Ask, AskArguments
from tests.service.conftest import Run, problem_of

DAY = dt.date(2020, 2, 14)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, None),
        ({"publisher": "P"}, OneOf("publisher", ("P",))),
        ({"publisher": ["P", "Q"]}, OneOf("publisher", ("P", "Q"))),
        ({"author": "Ada"}, OneOf("authors", ("Ada",))),
        ({"tags": ["a", "b"]}, OneOf("tags", ("a", "b"))),
        ({"tags": {"all": ["a", "b"]}}, AllOf((OneOf("tags", ("a",)), OneOf("tags", ("b",))))),
        ({"language": "en"}, AnyOf((in_language("en"),))),
        ({"path": ["a/", "b/"]}, AnyOf((Prefix("path", "a/"), Prefix("path", "b/")))),
        ({"document_ids": ["1", "2"]}, OneOf("document_id", ("1", "2"))),
        ({"since": "2020-02-14"}, dated(DAY, None)),
        ({"since": "2020-02-14", "until": "2020-02-14"}, dated(DAY, DAY)),
        ({"metadata": {}}, None),
        ({"metadata": {"k": "v"}}, OneOf("k", ("v",))),
        ({"metadata": {"k": 4}}, OneOf("k", (4.0,))),
        ({"metadata": {"k": True}}, OneOf("k", ("true",))),
        ({"metadata": {"k": ["v", 4]}}, OneOf("k", ("v", 4.0))),
        ({"metadata": {"k": {"all": [4, "v"]}}}, AllOf((OneOf("k", (4.0,)), OneOf("k", ("v",))))),
        ({"metadata": {"k": {"gte": 1, "lt": 2.5}}}, Range("k", gte=1.0, lt=2.5)),
        ({"metadata": {"k": {"gt": "a", "lte": "b"}}}, Range("k", gt="a", lte="b")),
        (
            {"publisher": "P", "metadata": {"k": "v"}},
            AllOf((OneOf("publisher", ("P",)), OneOf("k", ("v",)))),
        ),
    ],
    ids=str,
)
def test_filters_in_json_mean_what_they_say(
    filters: dict[str, object], wanted: Filter | None
) -> None:
    body = json.dumps({"question": "x", "filters": filters})
    assert Ask.model_validate_json(body, strict=True).query().filter == wanted


@pytest.mark.parametrize(
    ("flat", "wanted"),
    [
        ({"tag": ["a", "b"]}, OneOf("tags", ("a", "b"))),
        ({"document_id": ["1"]}, OneOf("document_id", ("1",))),
        ({"where": ["k=v"]}, OneOf("k", ("v",))),
        ({"where": ["k = v w "]}, OneOf("k", ("v w",))),
        ({"where": ["k=a=b>c"]}, OneOf("k", ("a=b>c",))),
        ({"where": ["a.b>=2020"]}, Range("a.b", gte="2020")),
        (
            {"where": ["k>1", "k<=3", "j<2"]},
            AllOf((Range("k", gt="1"), Range("k", lte="3"), Range("j", lt="2"))),
        ),
        ({"where": ["tags=a", "tags=b"]}, AllOf((OneOf("tags", ("a",)), OneOf("tags", ("b",))))),
    ],
    ids=str,
)
def test_flat_filters_mean_what_they_say(flat: dict[str, object], wanted: Filter) -> None:
    assert AskArguments.model_validate({"q": "x", **flat}).query().filter == wanted


@pytest.mark.parametrize(
    ("filters", "field", "allowed"),
    [
        ({"publisher": ""}, "publisher", "a text"),
        ({"publisher": []}, "publisher", "a list of texts"),
        ({"publisher": None, "tags": 5}, "tags", "a list of texts"),
        ({"tags": ["a", 5]}, "tags", "a list of texts"),
        ({"tags": {"every": ["a"]}}, "tags", '{"all": [...]}'),
        ({"tags": {"all": []}}, "tags", '{"all": [...]}'),
        ({"tags": {"all": "a"}}, "tags", '{"all": [...]}'),
        ({"author": "a\0b"}, "author", "a text"),
        ({"document_ids": "1"}, "document_ids", "a list of ids"),
        ({"metadata": "k=v"}, "metadata", "an object of metadata keys"),
        ({"metadata": {"k": None}}, "metadata.k", "gte, gt, lte and lt"),
        ({"metadata": {"k": {}}}, "metadata.k", "gte, gt, lte and lt"),
        ({"metadata": {"k.l": {"above": 1}}}, "metadata.k.l", "gte, gt, lte and lt"),
        ({"metadata": {"k": {"gte": None}}}, "metadata.k", "gte, gt, lte and lt"),
        ({"metadata": {"k": {"gte": True}}}, "metadata.k", "gte, gt, lte and lt"),
        ({"metadata": {"k": [[1]]}}, "metadata.k", "gte, gt, lte and lt"),
        ({"metadata": {"k": 10**400}}, "metadata.k", "gte, gt, lte and lt"),
        ({"tag": "a"}, "tag", "no such field"),
        ({"where": "k=v"}, "where", "no such field"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_a_filter_that_makes_no_sense_is_refused(
    client: FlaskClient, filters: dict[str, object], field: str, allowed: str
) -> None:
    response = client.post("/ask", json={"question": "x", "filters": filters})
    problem = problem_of(response, 422, f"filters.{field}")
    (named,) = [one for one in problem["errors"] if one["field"] == f"filters.{field}"]
    assert allowed in named["allowed"]
    assert ".*" not in named["allowed"]


@pytest.mark.parametrize("condition", ["k", "=v", "k=", "k>", "k<>v", "k==v", ">=3", "k!v", " = "])
def test_a_condition_that_makes_no_sense_is_refused(client: FlaskClient, condition: str) -> None:
    response = client.get("/ask", query_string={"q": "x", "where": ["a=b", condition]})
    problem = problem_of(response, 422, "where")
    assert "KEY>=VALUE" in problem["errors"][0]["allowed"]


HARBOUR: list[dict[str, Any]] = [
    {"publisher": "coast  gazette"},
    {"author": ["BEN ORR", "nobody"]},
    {"language": "EN"},
    {"path": "harbour"},
    {"since": "1987-01-01", "until": "1987-12-31"},
]


@pytest.mark.parametrize("filters", HARBOUR, ids=str)
def test_an_address_and_a_body_search_the_same_sources(
    client: FlaskClient, filters: dict[str, Any]
) -> None:
    for reply in (
        client.post("/ask", json={"question": "lava", "filters": filters}).get_json(),
        client.get("/ask", query_string={"q": "lava", **filters}).get_json(),
    ):
        assert [one["source"]["path"] for one in reply["passages"]] == ["harbour.md"]


@pytest.mark.parametrize(
    "options",
    [
        ["--publisher", "coast gazette"],
        ["--author", "nobody", "--author", "ada quill"],
        ["--language", "en"],
        ["--tag", "ships"],
        ["--path", "har"],
        ["--where", "url=https://example.org/harbour"],
        ["--where", "date>=1987-03-05", "--where", "date<1987-03-06"],
        ["--since", "1980-01-01", "--until", "1990-01-01"],
    ],
    ids=" ".join,
)
def test_options_of_the_command_line_narrow_the_search(
    run: Run, index: Path, options: list[str]
) -> None:
    outcome = run("ask", "lava", "--index", index, "--json", *options)
    found = json.loads(outcome.out)["passages"]
    assert [one["source"]["path"] for one in found] == ["harbour.md"]
    identity = found[0]["source"]["document_id"]
    again = run("ask", "lava", "--index", index, "--json", "--document", identity)
    assert [one["source"]["document_id"] for one in json.loads(again.out)["passages"]] == [identity]


def test_an_option_that_makes_no_sense_is_refused_by_name(run: Run, index: Path) -> None:
    outcome = run("ask", "lava", "--index", index, "--where", "colour")
    assert (outcome.status, outcome.out) == (2, "")
    assert "where: found" in outcome.err
    assert "KEY>=VALUE" in outcome.err


@pytest.mark.parametrize(
    ("form", "start"),
    [("bibtex", "@misc{pincite-"), ("markdown", "Ada Quill, Ben Orr, [“"), ("csl-json", '{"id": ')],
)
def test_the_command_line_cites_in_a_format(run: Run, index: Path, form: str, start: str) -> None:
    outcome = run("ask", "copper", "--index", index, "--citation-format", form)
    assert [line for line in outcome.out.splitlines() if line.startswith(start)]
