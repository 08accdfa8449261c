"""The MCP server: it describes the tools to clients and calls them, by the official SDK."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError

from index import PinciteError
from service.http.problems import shape_problem, without_folders
from service.protocols.mcp.schemas import (
    UNTRUSTED,
    AskArguments,
    AskResult,
    FetchArguments,
    FetchResult,
    SearchArguments,
    SearchResult,
)
from service.protocols.mcp.tools import Address, Tools

_INSTRUCTIONS = (
    "Pincite answers from the user's own documents and generates no text: every word it returns "
    f"stands in a source. {UNTRUSTED} Cite the url of every passage that you use. If ask returns "
    "no answer, say that the documents hold none."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A tool: its description, its argument and result models, and its function."""

    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    run: Callable[[Any, Address], BaseModel]

    def listed(self, name: str) -> Tool:
        """Return the description of the tool for clients."""
        return Tool(
            name=name,
            title=self.title,
            description=f"{self.description} {UNTRUSTED}",
            input_schema=self.arguments.model_json_schema(),
            output_schema=self.result.model_json_schema(),
            annotations=ToolAnnotations(
                read_only_hint=True, idempotent_hint=True, open_world_hint=False
            ),
        )


def mcp_server(tools: Tools, address_at: Callable[[Any], Address]) -> Server[Any]:
    """Return the server; `address_at` returns the function that builds addresses for a request."""
    entries = {
        "search": _Entry(
            "Search the documents",
            "Find the passages of the user's documents that answer a question; fetch reads them.",
            SearchArguments, SearchResult, tools.search,
        ),
        "fetch": _Entry(
            "Read a passage or a document",
            "Read a passage or a whole document by id.",
            FetchArguments, FetchResult, tools.fetch,
        ),
        "ask": _Entry(
            "Ask the documents",
            "Get the sentence of the documents that answers a question, verbatim, and the best "
            "passages with their citations; answer is null if the documents hold none. Where "
            "agreement says that sources differ or that this changed over time, say so.",
            AskArguments, AskResult, tools.ask,
        ),
    }  # fmt: skip

    async def list_tools(
        _: ServerRequestContext[Any], __: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=[entry.listed(name) for name, entry in entries.items()])

    async def call_tool(
        context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        entry = entries.get(params.name)
        if entry is None:
            names = ", ".join(entries)
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name!r}; tools are {names}")
        address = address_at(context.request)
        return await anyio.to_thread.run_sync(_run, entry, params.arguments or {}, address)

    return Server(
        "pincite",
        version=version("pincite"),
        title="Pincite",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _run(entry: _Entry, arguments: dict[str, Any], address: Address) -> CallToolResult:
    try:
        result = entry.run(entry.arguments.model_validate(arguments), address)
    except ValidationError as error:
        return _failed(shape_problem(error).detail)
    except PinciteError as error:
        return _failed(without_folders(str(error)))
    except Exception:
        _log.exception("unexpected error")
        return _failed("an unexpected error; the log of the server has the details")
    return CallToolResult(
        content=[TextContent(text=result.model_dump_json())],
        structured_content=result.model_dump(mode="json"),
    )


def _failed(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=message)], is_error=True)
