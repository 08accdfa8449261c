"""The table of operations: one entry a route, with the kind of key that it requires.

The gate refuses a route without an entry, and the description at /openapi.json and /docs is made
of the same entries. A chatbot protocol brings its own entries; its line in CHATBOTS adds it.
"""

from __future__ import annotations

from service.answers.search_results import SearchResults
from service.http.media import BYTES, FORM, JSON, MARKDOWN, MULTIPART, PAGE, TEXT
from service.http.operation import Operation
from service.http.parsing import Batch
from service.protocols import Chatbot, dify, mcp, openai, openwebui
from service.schemas.answers import AskReply, BatchReply, FeedbackReply
from service.schemas.arguments import (
    FeedbackForm,
    ListArguments,
    PlaceArguments,
    SignIn,
    UploadForm,
)
from service.schemas.documents import CollectionListReply, DocumentListReply, DocumentTextReply
from service.schemas.questions import Ask, AskArguments
from service.schemas.runs import ChangeReply, ReportReply
from service.schemas.state import HealthReply, ReadyReply, StatusReply

VERSION = "v1"
# The chatbot protocols: one line a protocol.
CHATBOTS: tuple[Chatbot, ...] = (
    openai,
    openwebui,
    dify,
    mcp,
)


OPERATIONS: dict[str, Operation] = {
    "native.ask_by_address": Operation(
        "Ask a question in the address.",
        needs="widget",
        arguments=AskArguments,
        replies={JSON: AskReply | SearchResults, MARKDOWN: str, TEXT: str},
        kept=True,
    ),
    "native.ask_by_body": Operation(
        "Ask a question, or a list of questions; each gets an answer or an error of its own.",
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
        "Read the result of the last run for each file, as `pincite index --json` prints it.",
        needs="ask",
        replies={JSON: ReportReply},
        kept=True,
        further=(404,),
    ),
    "documents.read_document": Operation(
        "Read a document with its text; on the page, with a passage highlighted.",
        needs="ask",
        arguments=PlaceArguments,
        replies={JSON: DocumentTextReply, PAGE: str},
        kept=True,
    ),
    "originals.read_file": Operation(
        "Fetch the original file of a document, in its current state.",
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
    "uploads.ask_delete": Operation(
        "Show a page that asks whether to delete a document.",
        needs="admin",
        replies={PAGE: str},
        further=(409,),
        limited=False,
    ),
    "uploads.delete_by_form": Operation(
        "Delete the file of a document, from that page.",
        needs="admin",
        replies={JSON: ChangeReply, PAGE: str},
        also=(202,),
        further=(409, 507),
        limited=False,
    ),
    "uploads.read_change": Operation(
        "Read the state of a change of documents.",
        needs="admin",
        replies={JSON: ChangeReply, PAGE: str},
        limited=False,
    ),
    "collections.list_collections": Operation(
        "List the collections.", needs="ask", replies={JSON: CollectionListReply}, scope="any"
    ),
    "collections.unknown": Operation(
        "Refuse what would be of a collection.", needs="ask", replies={}, scope="any", hidden=True
    ),
    "collections.unknown_ask": Operation(
        "Refuse a question to a collection that does not exist.",
        needs="widget",
        replies={},
        scope="any",
        hidden=True,
    ),
    "health.healthz": Operation(
        "Check that the process runs.", needs=None, replies={JSON: HealthReply}, limited=False
    ),
    "health.readyz": Operation(
        "Check that the service can answer questions.",
        needs=None,
        replies={JSON: ReadyReply},
        also=(503,),
        limited=False,
    ),
    "health.metrics": Operation(
        "Read the metrics for Prometheus.",
        needs="ask",
        scope="all",
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
        "Show the form; with the query parameters of GET /ask, also the results.",
        needs="ask",
        replies={PAGE: str},
    ),
    "pages.static": Operation(
        "Fetch a style or a picture of the pages.",
        needs=None,
        replies={"*/*": bytes},
        limited=False,
    ),
    "languages.choose": Operation(
        "Choose the language of the pages, which a cookie keeps.",
        needs=None,
        replies={PAGE: str},
        status=303,
        further=(404,),
        limited=False,
    ),
    "feedback.give": Operation(
        "Tell whether a passage helped with a question.",
        needs="ask",
        body={FORM: FeedbackForm},
        replies={JSON: FeedbackReply, PAGE: str},
        further=(404,),
    ),
    "status.show": Operation(
        "Read the state of the index, the load and the latency.",
        needs="ask",
        replies={JSON: StatusReply, PAGE: str},
    ),
    "pages.widget": Operation(
        "Fetch the script that adds a chat to any page.",
        needs=None,
        replies={"*/*": bytes},
        limited=False,
    ),
    "sign_in.form": Operation(
        "Show the form that takes a key.", needs=None, replies={PAGE: str}, limited=False
    ),
    "sign_in.sign_in": Operation(
        "Sign in: store a key in a cookie of the browser.",
        needs=None,
        body={FORM: SignIn},
        replies={PAGE: str},
        status=303,
        further=(401,),
        limited=False,
    ),
    "sign_in.sign_out": Operation(
        "Sign out: delete the cookie.",
        needs=None,
        replies={PAGE: str},
        status=303,
        limited=False,
    ),
    **{name: one for chatbot in CHATBOTS for name, one in chatbot.OPERATIONS.items()},
}
