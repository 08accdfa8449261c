"""Signing in with a key, for the pages: a cookie names a session, which ends by itself.

The cookie does not hold the key. No script can read it, and a browser sends it with nothing that
another site starts. A session stops at once when its key is revoked.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.access.gate import COOKIE
from service.access.keyring import Keyring
from service.access.sessions import SECONDS, Sessions
from service.http.media import PAGE
from service.http.problems import Problem
from service.web.links import local_address


def sign_in_blueprint(keyring: Keyring, sessions: Sessions, *, secure: bool) -> Blueprint:
    """Return the routes /sign-in and /sign-out; readers reach them by https if `secure`."""
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
            sessions.begin(key.id),
            max_age=SECONDS,
            httponly=True,
            samesite="Strict",
            secure=secure or request.is_secure,
            path=_cookie_path(),
        )
        return response

    @routes.post("/sign-out")
    def sign_out() -> BaseResponse:
        sessions.end(request.cookies.get(COOKIE, ""))
        response = redirect(url_for("sign_in.form"), 303)
        response.delete_cookie(
            COOKIE,
            httponly=True,
            samesite="Strict",
            secure=secure or request.is_secure,
            path=_cookie_path(),
        )
        return response

    return routes


def _cookie_path() -> str:
    """Return the path of this service, so that other services of the same host get no key."""
    return request.script_root or "/"
