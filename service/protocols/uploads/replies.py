"""The state of a change of documents, as JSON or as a page."""

from __future__ import annotations

from flask import Response, render_template, url_for

from service.http.media import PAGE
from service.http.problems import Problem, wants_page
from service.http.responses import json_response, negotiated
from service.schemas.runs import ChangeReply


def respond(reply: ChangeReply, status: int) -> Response:
    """Return the response to a change: with `status` once it is live, else 202.

    Raises:
        Problem: 503, the index could not be updated.
    """
    if reply.state == "failed":
        files = ", ".join(f"{one.path} is {one.change}" for one in reply.changes)
        raise Problem(503, f"{files}, but the index could not be updated: {reply.problem}")
    if reply.state == "live":
        return render(reply, status)
    response = render(reply, 202)
    response.headers["Location"] = reply.status_url
    return response


def render(reply: ChangeReply, status: int) -> Response:
    """Return the state of a change as JSON, or as a page for a browser."""
    if wants_page():
        return page("change.html", status, change=reply)
    return negotiated(json_response(reply, status))


def page(template: str, status: int = 200, **values: object) -> Response:
    """Return a page made of a template."""
    return negotiated(Response(render_template(template, **values), status, mimetype=PAGE))


def address_of(change: str) -> str:
    """Return the address of the state of a change."""
    return url_for(".read_change", change=change)
