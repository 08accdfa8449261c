"""What can be done over HTTP, and who may: one entry of the table is one route.

The gate lets nobody in where a route is not listed, and the description at /openapi.json and /docs
is made of the same entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request
from pydantic import BaseModel

from service.access.keys import Kind
from service.arguments import ListArguments, PlaceArguments, SignIn
from service.media import FORM, JSON, MARKDOWN, PAGE, PROBLEM, TEXT
from service.parsing import Batch
from service.questions import Ask, AskArguments
from service.schemas import (
    AskReply,
    BatchReply,
    DocumentListReply,
    DocumentTextReply,
    HealthReply,
    ProblemReply,
    ReadyReply,
    ReportReply,
)

VERSION = "v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: what it does, the least kind of key that may do it, what it takes and replies.

    `needs` is None where no key is needed. Bodies, replies and refusals are types by media type;
    `further` are statuses of refusals that do not follow from the rest. What is not `limited`
    neither counts towards the rate limit nor waits in the queue. What is `kept` is the same for a
    generation, so that a client need not fetch it again until there is another.
    """

    summary: str
    needs: Kind | None
    replies: Mapping[str, Any]
    status: int = 200
    arguments: type[BaseModel] | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    largest_body: int = 64 * 1024
    refusals: Mapping[str, Any] = field(default_factory=lambda: {PROBLEM: ProblemReply, PAGE: str})
    further: tuple[int, ...] = ()
    limited: bool = True
    kept: bool = False


def operation_of(request: Request) -> Operation | None:
    """Return what a request asks for, None where nothing is listed."""
    return OPERATIONS.get((request.endpoint or "").removeprefix(f"{VERSION}."))


OPERATIONS = {
    "native.ask_by_address": Operation(
        "Ask a question in the address.",
        needs="widget",
        arguments=AskArguments,
        replies={JSON: AskReply, MARKDOWN: str, TEXT: str},
        kept=True,
    ),
    "native.ask_by_body": Operation(
        "Ask a question, or a list of questions, each of which is answered or refused on its own.",
        needs="widget",
        body={JSON: Ask | Batch},
        replies={JSON: AskReply | BatchReply, MARKDOWN: str, TEXT: str},
    ),
    "documents.list_documents": Operation(
        "List the documents by path.",
        needs="ask",
        arguments=ListArguments,
        replies={JSON: DocumentListReply, PAGE: str},
    ),
    "documents.read_report": Operation(
        "Read what the last run did with each file, as `pincite index --json` prints it.",
        needs="ask",
        replies={JSON: ReportReply},
        further=(404,),
    ),
    "documents.read_document": Operation(
        "Read a document with its text; as a page, with a passage of it marked.",
        needs="ask",
        arguments=PlaceArguments,
        replies={JSON: DocumentTextReply, PAGE: str},
        kept=True,
    ),
    "health.healthz": Operation(
        "Say whether the process runs.", needs=None, replies={JSON: HealthReply}, limited=False
    ),
    "health.readyz": Operation(
        "Say whether questions can be answered, and from which generation of the index.",
        needs=None,
        replies={JSON: ReadyReply},
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
