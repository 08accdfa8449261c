"""A retriever for LangChain; in the folder of the source, pip install '.[langchain]'."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import SecretStr

from service.clients.http import DEFAULT_URL, Client
from service.clients.metadata import passage_id, passage_metadata


class PinciteRetriever(BaseRetriever):
    """Finds passages in the documents of a running Pincite.

    If the documents hold no answer, the passages are the nearest ones, with `answerable` false in
    their metadata. `filters` are those of POST /ask.
    """

    url: str = DEFAULT_URL
    token: SecretStr | None = None
    top_k: int = 5
    filters: dict[str, Any] | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it by name
    ) -> list[Document]:
        token = self.token.get_secret_value() if self.token else None
        with Client(self.url, token) as client:
            reply = client.ask(query, top_k=self.top_k, filters=self.filters)
        return [
            Document(
                id=passage_id(passage),
                page_content=passage.text,
                metadata=passage_metadata(reply, passage),
            )
            for passage in reply.passages
        ]
