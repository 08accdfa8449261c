"""Signs a browser in by a cookie that holds the key.

The service keeps no sessions: a revoked key ends the sign-in at once. The cookie is HttpOnly and
SameSite=Strict, so no script reads it and no request from another site carries it.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.access.gate import COOKIE
from service.access.keys import Keyring
from service.http.media import PAGE
from service.http.problems import Problem
from service.web.links import local_address

_DAYS = 30


def sign_in_blueprint(keyring: Keyring) -> Blueprint:
    """Return the routes /sign-in and /sign-out."""
    routes = Blueprint("sign_in", __name__)

    @routes.get("/sign-in")
    def form() -> Response:
        return Response(render_template("sign_in.html"), mimetype=PAGE)

    @routes.post("/sign-in")
    def sign_in() -> BaseResponse:
        token = request.form.get("key", "").strip()
        key = keyring.find(token)
        if key is None or not key.permits("ask"):
            raise Problem(
                401,
                "this key is unknown or revoked; an administrator makes keys with: pincite keys",
            )
        response = redirect(
            local_address(request.form.get("next", "")) or url_for("pages.form"), 303
        )
        response.set_cookie(
            COOKIE,
            token,
            max_age=_DAYS * 24 * 3600,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
            path=_cookie_path(),
        )
        return response

    @routes.post("/sign-out")
    def sign_out() -> BaseResponse:
        response = redirect(url_for("sign_in.form"), 303)
        response.delete_cookie(
            COOKIE,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
            path=_cookie_path(),
        )
        return response

    return routes


def _cookie_path() -> str:
    """Return the path of this service, so that other services of the same host get no key."""
    return request.script_root or "/"
