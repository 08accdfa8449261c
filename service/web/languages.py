"""Choosing the language of the pages: a cookie keeps it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from service.http.languages import COOKIE, LANGUAGES
from service.http.problems import Problem
from service.web.links import local_address

_SECONDS = 365 * 24 * 3600


def languages_blueprint() -> Blueprint:
    """Return the route /language/<code>."""
    routes = Blueprint("languages", __name__)

    @routes.get("/language/<code>")
    def choose(code: str) -> Response:
        if code not in LANGUAGES:
            raise Problem(404, f"the pages have the languages {', '.join(LANGUAGES)}")
        response = redirect(
            local_address(request.args.get("back", "")) or url_for("pages.form"), 303
        )
        response.set_cookie(
            COOKIE,
            code,
            max_age=_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path=request.script_root or "/",
        )
        return response

    return routes
