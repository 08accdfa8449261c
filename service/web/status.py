"""The state of the service: the index that answers, the load and the latency."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from index import LiveIndex
from service.answers.activity import Activity
from service.http.problems import wants_page, without_folders
from service.http.responses import json_response, negotiated
from service.indexing.rebuilding import Rebuild
from service.schemas.runs import run_reply
from service.schemas.state import LatencyReply, StatusReply
from service.web.plots import EDGES, HEIGHT, WIDTH, bars, histogram


def status_blueprint(live: LiveIndex, activity: Activity, rebuild: Rebuild) -> Blueprint:
    """Return the route /status, as a page or as JSON."""
    routes = Blueprint("status", __name__)

    @routes.get("/status")
    def show() -> Response:
        generation, recent, report = live.generation, activity.recent(), live.report()
        message = rebuild.message()
        manifest = generation.manifest
        reply = StatusReply(
            generation=generation.id,
            created=manifest.created,
            documents=manifest.documents,
            passages=manifest.passages,
            sentences=manifest.sentences,
            model=without_folders(manifest.model),
            encoder=manifest.encoder,
            device=manifest.device,
            rebuild=without_folders(message) if message else None,
            questions_per_minute=list(recent.per_minute),
            latency_ms=LatencyReply(
                answers=len(recent.milliseconds),
                p50=recent.percentile(0.5),
                p95=recent.percentile(0.95),
            ),
            run=run_reply(report) if report else None,
        )
        if not wants_page():
            return negotiated(json_response(reply))
        page = render_template(
            "status.html",
            status=reply,
            minutes=bars(reply.questions_per_minute, gap=2),
            times=bars(histogram(recent.milliseconds), gap=6),
            edges=EDGES,
            size=(WIDTH, HEIGHT),
        )
        return negotiated(Response(page, mimetype="text/html"))

    return routes
