from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from service.clients.http import ServiceError
from tests.fakes import WHO_HOLDS
from tests.service.conftest import Sent

if TYPE_CHECKING:  # it takes seconds to import
    from service.clients.llamaindex import PinciteRetriever

QUESTION = "Who weighs the copper at dawn?"


def open_retriever(url: str, **settings: Any) -> PinciteRetriever:
    from service.clients.llamaindex import PinciteRetriever

    return PinciteRetriever(url, **settings)


def test_nodes_are_passages_with_what_is_known_of_them(live: str) -> None:
    nodes = open_retriever(live).retrieve(QUESTION)
    assert len(nodes) == 3
    assert [one.score for one in nodes] == sorted((one.score or 0 for one in nodes), reverse=True)
    first = nodes[0].node
    assert first.node_id == f"{first.metadata['document_id']}:{first.metadata['start']}-304"
    assert first.metadata["citation"].startswith("Ada Quill, Ben Orr, “The harbour")


def test_a_model_is_told_the_source_and_spared_the_numbers(live: str) -> None:
    from llama_index.core.schema import MetadataMode, QueryBundle

    [found] = open_retriever(live, top_k=1).retrieve(QueryBundle(QUESTION))
    told = found.node.get_content(MetadataMode.LLM)
    assert "publisher: Coast Gazette" in told
    assert told.endswith("Merchants weigh it at dawn.")
    assert "score" not in told


def test_it_takes_filters_a_number_and_a_token(live: str, sent: list[Sent]) -> None:
    retriever = open_retriever(live, token="secret", top_k=2, filters={"path": "volcano.md"})
    nodes = asyncio.run(retriever.aretrieve(QUESTION))
    assert [one.metadata["path"] for one in nodes] == ["volcano.md"]
    assert sent[-1].body["top_k"] == 2
    assert sent[-1].headers["Authorization"] == "Bearer secret"


def test_an_error_of_the_service_is_raised(live: str) -> None:
    with pytest.raises(ServiceError, match="top_k"):
        open_retriever(live, top_k=0).retrieve(QUESTION)


def test_a_model_is_told_how_sure_the_answer_is_and_whether_sources_agree(
    live_offices: str,
) -> None:
    from llama_index.core.schema import MetadataMode

    first, *_ = open_retriever(live_offices).retrieve(WHO_HOLDS)
    told = first.node.get_content(MetadataMode.LLM)
    assert "certainty: likely: the documents probably answer this question" in told
    assert "answer: Mira Holt" in told
    assert "agreement: This changed over time: Mira Holt (2024-02-06 [" in told
