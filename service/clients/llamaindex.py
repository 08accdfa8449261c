"""A retriever for LlamaIndex; in the folder of the source, pip install '.[llamaindex]'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from service.clients.http import DEFAULT_URL, Client
from service.clients.metadata import TOLD, passage_id, passage_metadata
from service.schemas.answers import AskReply, PassageReply


class PinciteRetriever(BaseRetriever):
    """Finds passages in the documents of a running Pincite.

    If the documents hold no answer, the passages are the nearest ones, with `answerable` false in
    their metadata. `filters` are those of POST /ask.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        token: str | None = None,
        top_k: int = 5,
        filters: Mapping[str, object] | None = None,
        **options: Any,  # noqa: ANN401 - those of LlamaIndex, passed on
    ) -> None:
        super().__init__(**options)
        self._url = url
        self._token = token
        self._top_k = top_k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        with Client(self._url, self._token) as client:
            reply = client.ask(query_bundle.query_str, top_k=self._top_k, filters=self._filters)
        return [NodeWithScore(node=_node(reply, one), score=one.score) for one in reply.passages]


def _node(reply: AskReply, passage: PassageReply) -> TextNode:
    metadata = passage_metadata(reply, passage)
    untold = [name for name in metadata if name not in TOLD]
    return TextNode(
        id_=passage_id(passage),
        text=passage.text,
        metadata=metadata,
        excluded_llm_metadata_keys=untold,
        excluded_embed_metadata_keys=untold,
    )
