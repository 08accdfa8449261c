"""Whether the service runs, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint, Response

from index import LiveIndex
from service.responses import json_response
from service.schemas import HealthReply, ReadyReply


def health_blueprint(live: LiveIndex) -> Blueprint:
    """Return the routes /healthz and /readyz."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return json_response(HealthReply())

    @routes.get("/readyz")
    def readyz() -> Response:
        return json_response(ReadyReply(generation=live.generation.id))

    return routes
