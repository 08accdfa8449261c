from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from service.clients.http import ServiceError
from tests.fakes import WHO_HOLDS
from tests.service.conftest import Sent

if TYPE_CHECKING:  # it takes seconds to import
    from service.clients.langchain import PinciteRetriever

QUESTION = "Who weighs the copper at dawn?"


def open_retriever(**settings: Any) -> PinciteRetriever:
    from service.clients.langchain import PinciteRetriever

    return PinciteRetriever(**settings)


def test_documents_are_passages_with_what_is_known_of_them(live: str) -> None:
    documents = open_retriever(url=live).invoke(QUESTION)
    assert len(documents) == 3
    first = documents[0]
    assert first.page_content.endswith("Merchants weigh it at dawn.")
    assert first.id == f"{first.metadata['document_id']}:{first.metadata['start']}-304"
    assert first.metadata["citation"].startswith("Ada Quill, Ben Orr, “The harbour")
    assert first.metadata["lines"] == "12-14"
    assert first.metadata["evidence"][0] == "Merchants weigh it at dawn."
    assert first.metadata["answerable"] is True
    assert None not in first.metadata.values()


def test_it_takes_filters_a_number_and_a_token(live: str, sent: list[Sent]) -> None:
    retriever = open_retriever(
        url=live, top_k=2, filters={"path": "volcano.md"}, token=SecretStr("secret")
    )
    assert [one.metadata["path"] for one in retriever.invoke(QUESTION)] == ["volcano.md"]
    assert sent[-1].body["top_k"] == 2
    assert sent[-1].headers["Authorization"] == "Bearer secret"
    assert "secret" not in repr(retriever)


def test_it_is_a_link_of_a_chain_and_can_be_awaited(live: str) -> None:
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    retriever = open_retriever(url=live, top_k=1)
    prompt = ChatPromptTemplate.from_template("{passages}\n\n{question}")
    chain = {"passages": retriever, "question": RunnablePassthrough()} | prompt
    assert "Merchants weigh it at dawn." in chain.invoke(QUESTION).to_string()
    assert asyncio.run(retriever.ainvoke(QUESTION)) == retriever.invoke(QUESTION)


def test_an_error_of_the_service_is_raised(live: str) -> None:
    with pytest.raises(ServiceError, match="top_k"):
        open_retriever(url=live, top_k=0).invoke(QUESTION)


def test_documents_tell_what_they_answer_and_how_sure_that_is(live_offices: str) -> None:
    documents = open_retriever(url=live_offices).invoke(WHO_HOLDS)
    told = {one.metadata["path"]: one.metadata for one in documents}
    assert told["old.md"]["answer"] == "Jon Arden"
    for one in told.values():
        assert one["certainty"] == "likely: the documents probably answer this question"
        assert one["agreement"].startswith("This changed over time: Mira Holt")
