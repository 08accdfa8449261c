"""What can be done over HTTP, and who may: one entry of the table is one route.

The gate lets nobody in where a route is not listed, and the description at /openapi.json and /docs
is made of the same entries.
"""

from __future__ import annotations

from typing import Any

from service.answers.search_results import SearchResults
from service.http.media import BYTES, FORM, JSON, MARKDOWN, MULTIPART, PAGE, TEXT
from service.http.operation import Operation
from service.http.parsing import Batch
from service.protocols import dify, mcp, openwebui
from service.protocols.dify import schemas as dify_schemas
from service.protocols.openai import chat_schemas, errors, store_schemas
from service.schemas.answers import AskReply, BatchReply, FeedbackReply
from service.schemas.arguments import (
    FeedbackForm,
    ListArguments,
    PlaceArguments,
    SignIn,
    UploadForm,
)
from service.schemas.documents import CollectionListReply, DocumentListReply, DocumentTextReply
from service.schemas.filters import FlatFilters
from service.schemas.questions import Ask, AskArguments
from service.schemas.runs import ChangeReply, ReportReply
from service.schemas.state import HealthReply, ReadyReply, StatusReply

VERSION = "v1"


_OPENAI: dict[str, Any] = {"refusals": {JSON: errors.ErrorReply}, "renamed": errors.STATUSES}

OPERATIONS = {
    "native.ask_by_address": Operation(
        "Ask a question in the address.",
        needs="widget",
        arguments=AskArguments,
        replies={JSON: AskReply | SearchResults, MARKDOWN: str, TEXT: str},
        kept=True,
    ),
    "native.ask_by_body": Operation(
        "Ask a question, or a list of questions, each of which is answered or refused on its own.",
        needs="widget",
        body={JSON: Ask | Batch},
        replies={JSON: AskReply | SearchResults | BatchReply, MARKDOWN: str, TEXT: str},
    ),
    "documents.list_documents": Operation(
        "List the documents by path.",
        needs="ask",
        arguments=ListArguments,
        replies={JSON: DocumentListReply, PAGE: str},
        kept=True,
    ),
    "documents.read_report": Operation(
        "Read what the last run did with each file, as `pincite index --json` prints it.",
        needs="ask",
        replies={JSON: ReportReply},
        kept=True,
        further=(404,),
    ),
    "documents.read_document": Operation(
        "Read a document with its text; as a page, with a passage of it marked.",
        needs="ask",
        arguments=PlaceArguments,
        replies={JSON: DocumentTextReply, PAGE: str},
        kept=True,
    ),
    "openai.complete": Operation(
        "Answer the last message of a chat, as OpenAI's chat completions.",
        needs="ask",
        body={JSON: chat_schemas.ChatRequest},
        largest_body=4 * 1024 * 1024,  # a chat is sent whole with every question
        replies={JSON: chat_schemas.Completion, "text/event-stream": str},
        further=(404,),
        **_OPENAI,
    ),
    "openai.list_models": Operation(
        "List the models: one, which is the documents.",
        needs="ask",
        replies={JSON: chat_schemas.ModelList},
        **_OPENAI,
    ),
    "openai.read_model": Operation(
        "Read what is known of a model.",
        needs="ask",
        replies={JSON: chat_schemas.Model},
        **_OPENAI,
    ),
    "openai.list_stores": Operation(
        "List the vector stores: one, which is the documents.",
        needs="ask",
        replies={JSON: store_schemas.VectorStoreList},
        **_OPENAI,
    ),
    "openai.read_store": Operation(
        "Read what is known of a vector store.",
        needs="ask",
        replies={JSON: store_schemas.VectorStore},
        **_OPENAI,
    ),
    "openai.search": Operation(
        "Search a vector store.",
        needs="ask",
        body={JSON: store_schemas.SearchRequest},
        replies={JSON: store_schemas.ResultsPage},
        **_OPENAI,
    ),
    "openwebui.search": Operation(
        "Search the documents in place of the web, as Open WebUI does.",
        needs="ask",
        arguments=FlatFilters,
        body={JSON: openwebui.SearchRequest},
        replies={JSON: list[openwebui.SearchResult]},
        refusals={JSON: openwebui.ErrorReply},
    ),
    "dify.retrieve": Operation(
        "Retrieve passages as Dify's external knowledge.",
        needs="ask",
        body={JSON: dify_schemas.RetrievalRequest},
        replies={JSON: dify_schemas.RetrievalReply},
        refusals={JSON: dify_schemas.ErrorReply},
        renamed=dify.STATUSES,
        further=(404,),
    ),
    "mcp.call": Operation(
        "Send a message of the Model Context Protocol, over Streamable HTTP.",
        needs="ask",
        body={JSON: dict[str, Any]},
        replies={JSON: dict[str, Any]},
        refusals={JSON: mcp.ErrorReply},
        further=(202, 406),  # the one for a notification, the other for an Accept without JSON
    ),
    "originals.read_file": Operation(
        "Fetch the file that a document was read from, as it is now.",
        needs="ask",
        replies={"*/*": bytes},
    ),
    "uploads.add": Operation(
        "Add documents: parts `file` of a form, into a `folder`, with `overwrite` or not.",
        needs="admin",
        body={MULTIPART: UploadForm},
        replies={JSON: ChangeReply},
        status=201,
        also=(202,),
        largest_body=None,
        further=(409, 507),
        limited=False,
    ),
    "uploads.put": Operation(
        "Put a document at a path; the body is the file.",
        needs="admin",
        body={BYTES: bytes},
        replies={JSON: ChangeReply},
        also=(201, 202),
        largest_body=None,
        further=(405, 409, 507),
        limited=False,
    ),
    "uploads.delete": Operation(
        "Delete the file of a document.",
        needs="admin",
        replies={JSON: ChangeReply},
        also=(202,),
        further=(409, 507),
        limited=False,
    ),
    "uploads.read_change": Operation(
        "Say how a change to the documents comes on.",
        needs="admin",
        replies={JSON: ChangeReply},
        limited=False,
    ),
    "collections.list_collections": Operation(
        "List the collections.", needs="ask", replies={JSON: CollectionListReply}
    ),
    "health.healthz": Operation(
        "Say whether the process runs.", needs=None, replies={JSON: HealthReply}, limited=False
    ),
    "health.readyz": Operation(
        "Say whether questions can be answered, and from which generation of the index.",
        needs=None,
        replies={JSON: ReadyReply},
        also=(503,),
        limited=False,
    ),
    "health.metrics": Operation(
        "Tell Prometheus of requests, stages, the queue, kept answers and indexes.",
        needs="ask",
        replies={TEXT: str},
        limited=False,
    ),
    "description.openapi": Operation(
        "Describe every route as OpenAPI 3.1.",
        needs=None,
        replies={JSON: dict[str, object]},
        limited=False,
        kept=True,
    ),
    "description.page": Operation(
        "Show this description as a page.",
        needs=None,
        replies={PAGE: str},
        limited=False,
        kept=True,
    ),
    "pages.form": Operation(
        "Show the form; with a question in q, as GET /ask takes it, its results too.",
        needs="ask",
        replies={PAGE: str},
    ),
    "pages.static": Operation(
        "Fetch a style or a picture of the pages.",
        needs=None,
        replies={"*/*": bytes},
        limited=False,
    ),
    "feedback.give": Operation(
        "Say whether a passage helped with a question.",
        needs="ask",
        body={FORM: FeedbackForm},
        replies={JSON: FeedbackReply, PAGE: str},
        further=(404,),
    ),
    "status.show": Operation(
        "Say what the service answers from, how much is asked, and how fast it answers.",
        needs="ask",
        replies={JSON: StatusReply, PAGE: str},
    ),
    "pages.widget": Operation(
        "Fetch the script that puts a chat on any page.",
        needs=None,
        replies={"*/*": bytes},
        limited=False,
    ),
    "sign_in.form": Operation(
        "Show the form that takes a key.", needs=None, replies={PAGE: str}, limited=False
    ),
    "sign_in.sign_in": Operation(
        "Keep a key in the browser, in a cookie that only this site gets.",
        needs=None,
        body={FORM: SignIn},
        replies={PAGE: str},
        status=303,
        further=(401,),
        limited=False,
    ),
    "sign_in.sign_out": Operation(
        "Take the key out of the browser.",
        needs=None,
        replies={PAGE: str},
        status=303,
        limited=False,
    ),
}
