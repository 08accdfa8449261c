"""The search of a vector store, asked by OpenAI's own client and by recorded requests."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from index.types import document_id
from tests.service.conftest import Sent
from tests.service.protocols.recording import recording

QUESTION = "Who weighs the copper at dawn?"
EVERYTHING = "copper lava bees"
PATHS = {"harbour.md", "notes/orchard_log.txt", "volcano.md"}


@pytest.fixture(scope="module")
def stores(live: str) -> Any:
    from openai import OpenAI

    return OpenAI(base_url=f"{live}/v1", api_key="anything", max_retries=0).vector_stores


def found(stores: Any, **fields: Any) -> set[str]:
    """Return the paths of the documents that pass."""
    results = stores.search("default", query=EVERYTHING, max_num_results=50, **fields)
    return {one.filename for one in results}


def comparison(kind: str, key: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "value": value}


@pytest.mark.parametrize("name", ["openai_search", "openai_stores"])
def test_a_recorded_request_gets_the_recorded_reply(client: FlaskClient, name: str) -> None:
    recording(name).replay(client)


def test_the_official_client_sends_what_is_recorded(stores: Any, sent: list[Sent]) -> None:
    recorded = recording("openai_search")
    stores.search("default", **recorded.body)
    assert [(one.method, one.path, one.body) for one in sent] == [
        (recorded.method, recorded.path, recorded.body)
    ]


def test_a_result_is_a_passage_with_what_is_known_of_its_document(stores: Any) -> None:
    best = stores.search("default", query=QUESTION).data[0]
    assert (best.file_id, best.filename) == (document_id("harbour.md"), "harbour.md")
    assert best.content[0].text.endswith("Merchants weigh it at dawn.")
    assert best.attributes["publisher"] == "Coast Gazette"
    assert best.attributes["citation"].startswith("Ada Quill, Ben Orr, “The harbour of Thessaly”")
    assert 0 < best.score <= 1


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (comparison("eq", "publisher", "Coast Gazette"), {"harbour.md"}),
        (comparison("ne", "publisher", "Coast Gazette"), PATHS - {"harbour.md"}),
        (comparison("in", "tags", ["ships", "boats"]), {"harbour.md"}),
        (comparison("nin", "path", ["volcano.md"]), PATHS - {"volcano.md"}),
        (comparison("gt", "date", "1987-03-04"), {"harbour.md"}),
        (comparison("gt", "date", "1987-03-05"), set()),
        (comparison("gte", "date", "1987-03-05"), {"harbour.md"}),
        (comparison("lt", "date", "1987-03-05"), set()),
        (comparison("lte", "date", "1987-03-05"), {"harbour.md"}),
        (comparison("eq", "checked", True), set()),
        ({"type": "and", "filters": []}, PATHS),
        ({"type": "or", "filters": []}, set()),
        (
            {
                "type": "or",
                "filters": [
                    comparison("eq", "path", "volcano.md"),
                    {
                        "type": "and",
                        "filters": [
                            comparison("eq", "language", "en"),
                            comparison("eq", "authors", "ben orr"),
                        ],
                    },
                ],
            },
            {"harbour.md", "volcano.md"},
        ),
    ],
)
def test_filters_leave_out_documents(stores: Any, filters: Any, paths: set[str]) -> None:
    assert found(stores, filters=filters) == paths


def test_a_threshold_leaves_out_what_scores_below_it(stores: Any) -> None:
    scores = [one.score for one in stores.search("default", query=QUESTION)]
    assert scores == sorted(scores, reverse=True)
    kept = stores.search(
        "default", query=QUESTION, ranking_options={"score_threshold": scores[0], "ranker": "none"}
    )
    assert [one.score for one in kept] == scores[:1]


def test_several_questions_share_one_list_best_first(stores: Any) -> None:
    page = stores.search("default", query=[QUESTION, "How long did lava flow?"], max_num_results=2)
    assert page.search_query == [QUESTION, "How long did lava flow?"]
    assert {one.filename for one in page} == {"harbour.md", "volcano.md"}
    assert [one.score for one in page] == sorted((one.score for one in page), reverse=True)


def test_the_documents_are_the_only_store(stores: Any) -> None:
    from openai import NotFoundError

    [store] = stores.list().data
    assert (store.id, store.status, store.file_counts.total) == ("default", "completed", 3)
    assert stores.retrieve("default") == store
    for ask in (stores.retrieve, lambda name: stores.search(name, query=QUESTION)):
        with pytest.raises(NotFoundError, match="'default'") as refused:
            ask("vs_abc")
        assert refused.value.param == "vector_store_id"


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"query": ""}, "query.0"),
        ({"query": []}, "query"),
        ({"max_num_results": 0}, "max_num_results"),
        ({"max_num_results": 51}, "max_num_results"),
        ({"ranking_options": {"score_threshold": 2}}, "ranking_options.score_threshold"),
        ({"filters": comparison("like", "path", "x")}, "filters"),
        ({"filters": comparison("eq", "path", ["x"])}, "eq takes one value"),
        ({"filters": comparison("in", "path", "x")}, "in takes a list"),
        ({"filters": comparison("gt", "path", True)}, "gt takes a text or a number"),
        ({"filters": comparison("gt", "date", 1672531200)}, "YYYY-MM-DD"),
        ({"filters": {"type": "and", "filters": [comparison("eq", "", 1)]}}, "filters.and"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(
    client: FlaskClient, fields: dict[str, Any], part: str
) -> None:
    response = client.post("/v1/vector_stores/default/search", json={"query": "x"} | fields)
    error = response.get_json()["error"]
    assert (response.status_code, error["type"]) == (400, "invalid_request_error")
    assert part in error["message"]
