"""The list of collections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from index import LiveIndex
from service.access.gate import current_key
from service.http.problems import without_folders
from service.http.responses import json_response
from service.schemas.documents import CollectionListReply, CollectionReply

_ALL = ["GET", "POST", "PUT", "DELETE"]


def collections_blueprint(lives: Mapping[str, LiveIndex]) -> Blueprint:
    """Return the route /collections; `lives` holds the index of each by name."""
    routes = Blueprint("collections", __name__)

    @routes.get("/collections")
    def list_collections() -> Response:
        key = current_key()
        may = [one for one in lives.items() if key is None or key.may_ask(one[0])]
        return json_response(
            CollectionListReply(collections=[_reply(name, live) for name, live in may])
        )

    # The addresses of a collection that is not there, so that the gate says the same of it as of
    # one that a caller may not ask. The gate raises before these are called.
    for start in ("", "/v1"):
        for path, name in (("", "unknown"), ("/<path:rest>", "unknown"), ("/ask", "unknown_ask")):
            address = f"{start}/collections/<name>{path}"
            routes.add_url_rule(address, name, _unknown, methods=_ALL)
    return routes


def _unknown(**_: str) -> NoReturn:
    raise NotFound


def _reply(name: str, live: LiveIndex) -> CollectionReply:
    if not live.is_open:
        fault = without_folders(live.fault or "")
        return CollectionReply(name=name, documents=0, passages=0, generation="", fault=fault)
    generation = live.generation
    return CollectionReply(
        name=name,
        documents=generation.manifest.documents,
        passages=generation.manifest.passages,
        generation=generation.id,
    )
