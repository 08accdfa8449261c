"""The list of collections."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response

from index import LiveIndex
from service.http.responses import json_response
from service.schemas.documents import CollectionListReply, CollectionReply


def collections_blueprint(lives: Mapping[str, LiveIndex]) -> Blueprint:
    """Return the route /collections; `lives` holds the index of each by name."""
    routes = Blueprint("collections", __name__)

    @routes.get("/collections")
    def list_collections() -> Response:
        return json_response(
            CollectionListReply(collections=[_reply(name, live) for name, live in lives.items()])
        )

    return routes


def _reply(name: str, live: LiveIndex) -> CollectionReply:
    generation = live.generation
    return CollectionReply(
        name=name,
        documents=generation.manifest.documents,
        passages=generation.manifest.passages,
        generation=generation.id,
    )
