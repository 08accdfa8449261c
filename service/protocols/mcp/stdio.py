"""The MCP server on standard input and output, for a chatbot on the same machine."""

from __future__ import annotations

import logging
from pathlib import Path

import anyio
from mcp.server.stdio import stdio_server

from index import LiveIndex, Passage, Source
from service.answers.answerer import Answerer
from service.answers.refreshing import keep_fresh
from service.protocols.mcp.server import mcp_server
from service.protocols.mcp.tools import Address, Tools


def serve_stdio(answerer: Answerer, live: LiveIndex, documents: Path | str) -> None:
    """Answer from the index of `documents` until standard input ends."""
    answerer.warm_up()
    keep_fresh(live, logging.getLogger("pincite"))
    address = _address(documents)
    server = mcp_server(Tools(answerer, live), lambda _: address)

    async def serve() -> None:
        async with stdio_server() as (requests, replies):
            await server.run(requests, replies, server.create_initialization_options())

    anyio.run(serve)


def _address(documents: Path | str) -> Address:
    """Return addresses that need no server: the web address of a document, or that of its file."""

    def address(source: Source, _: Passage | None) -> str:
        if isinstance(documents, Path):
            return source.metadata.url or (documents.resolve() / source.path).as_uri()
        return source.metadata.url or f"{documents.rstrip('/')}/{source.path}"

    return address
