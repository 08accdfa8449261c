"""OpenAI's dialect: chat completions, models, and the search of vector stores.

https://platform.openai.com/docs/api-reference, as its Python client 3.54 types it.
"""

from __future__ import annotations

from flask import Blueprint

from index import LiveIndex
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.http.problems import register_problems
from service.protocols.openai.chat import add_chat
from service.protocols.openai.errors import render_error
from service.protocols.openai.stores import add_stores


def openai_blueprint(answerer: Answerer, live: LiveIndex, pages: SourcePages) -> Blueprint:
    """Return the routes /v1/chat/completions, /v1/models and /v1/vector_stores."""
    routes = Blueprint("openai", __name__, url_prefix="/v1")
    register_problems(routes, render_error)
    add_chat(routes, answerer, live, pages)
    add_stores(routes, answerer, live)
    return routes
