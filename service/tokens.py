"""The one place where the token of a chatbot's request is checked."""

from __future__ import annotations

import re

from flask import request

from service.problems import FieldProblem, Problem

_BEARER = re.compile("bearer(?: .*)?", re.IGNORECASE)


def check_token() -> None:
    """Let any bearer token pass, and none too: most chatbots must send one, whatever it is.

    Raises:
        Problem: 401, the Authorization header is of another form.
    """
    given = request.headers.get("Authorization", "Bearer")
    if not _BEARER.fullmatch(given):
        scheme = given.partition(" ")[0]
        raise Problem(
            401,
            f"the Authorization header is of the scheme {scheme!r}, expected 'Bearer TOKEN'",
            FieldProblem("Authorization", repr(scheme), "'Bearer TOKEN'"),
        )
