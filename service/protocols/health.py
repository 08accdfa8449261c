"""Health of the service: /healthz, /readyz and /metrics."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from service.http.responses import json_response
from service.monitoring.readiness import ReadinessCheck
from service.schemas.state import HealthReply


def health_blueprint(readiness: ReadinessCheck, registry: CollectorRegistry) -> Blueprint:
    """Return the routes /healthz, /readyz and /metrics."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return json_response(HealthReply())

    @routes.get("/readyz")
    def readyz() -> Response:
        found = readiness.look()
        return json_response(found, 200 if found.status == "ready" else 503)

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes
