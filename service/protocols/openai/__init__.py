"""OpenAI's protocol: chat completions, responses, models, and the search of vector stores.

https://platform.openai.com/docs/api-reference, as its Python client 3.54 types it. `chat.py`,
`responses.py` and `stores.py` serve the routes, the modules named schemas hold their pydantic
models, `writing.py` turns an answer into the text of a message, `streaming.py` sends it as events,
and `errors.py` renders errors.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint

from index import LiveIndex
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.media import JSON
from service.http.operation import Operation
from service.http.problems import register_problems
from service.protocols.openai import chat_schemas, response_schemas, store_schemas
from service.protocols.openai.chat import add_chat
from service.protocols.openai.errors import STATUSES, ErrorReply, render_error
from service.protocols.openai.responses import add_responses
from service.protocols.openai.stores import add_stores

_operation = partial(Operation, needs="cite", refusals={JSON: ErrorReply}, renamed=STATUSES)

OPERATIONS = {
    "openai.complete": _operation(
        "Answer the last message of a chat, as OpenAI's chat completions.",
        body={JSON: chat_schemas.ChatRequest},
        largest_body=4 * 1024 * 1024,  # clients send the whole chat with every question
        replies={JSON: chat_schemas.Completion, "text/event-stream": str},
        further=(404,),
    ),
    "openai.respond": _operation(
        "Answer the last message of the input, as OpenAI's Responses API.",
        body={JSON: response_schemas.ResponseRequest},
        largest_body=4 * 1024 * 1024,
        replies={JSON: response_schemas.ResponseReply, "text/event-stream": str},
        further=(404,),
    ),
    "openai.list_models": _operation(
        "List the models: the only one is the documents.", replies={JSON: chat_schemas.ModelList}
    ),
    "openai.read_model": _operation("Read a model.", replies={JSON: chat_schemas.Model}),
    "openai.list_stores": _operation(
        "List the vector stores: the only one is the documents.",
        replies={JSON: store_schemas.VectorStoreList},
    ),
    "openai.read_store": _operation(
        "Read a vector store.", replies={JSON: store_schemas.VectorStore}
    ),
    "openai.search": _operation(
        "Search a vector store.",
        body={JSON: store_schemas.SearchRequest},
        replies={JSON: store_schemas.ResultsPage},
    ),
}


def blueprint(answerer: Answerer, live: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the routes /v1/chat/completions, /v1/responses, /v1/models and /v1/vector_stores."""
    routes = Blueprint("openai", __name__, url_prefix="/v1")
    register_problems(routes, render_error)
    add_chat(routes, answerer, live, pages)
    add_responses(routes, answerer, pages)
    add_stores(routes, answerer, live)
    return routes
