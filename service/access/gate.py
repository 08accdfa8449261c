"""The gate before every route; the table of operations names the kind of key that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, has_request_context, request

from service.access.exposure import check_is_here, is_loopback, is_of_this_machine
from service.access.key_file import KeyFileError
from service.access.keyring import Keyring
from service.access.keys import Key
from service.access.origins import check_fetch, check_host, check_site
from service.access.sessions import Sessions
from service.answers.allowance import Allowance
from service.http.operation import KINDS, Operation
from service.http.problems import FieldProblem, Problem
from service.http.table import current_operation
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The cookie that names the session in which a reader signed in with a key.
COOKIE = "pincite_session"
# The name of this machine in a container of Docker's.
_DOCKER_HOST = "host.docker.internal"
# The name of the blueprint of a collection begins so.
_COLLECTION = "collection-"
# What a page of another origin may send and read.
_SHARED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-API-Key, X-Request-Id",
    "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-Id",
    "Access-Control-Max-Age": "600",
}


class Gate:
    """Decides whether a request may use its route; `check_access` says when keys are needed."""

    def __init__(self, keyring: Keyring, sessions: Sessions, settings: Settings) -> None:
        self._keyring = keyring
        self._sessions = sessions
        self._needs_none = settings.no_auth
        self._only_here = not settings.no_auth and is_loopback(settings.host)
        public = urlsplit(settings.public_url or "").hostname or ""
        names = (settings.host, public, _DOCKER_HOST, *settings.hosts)
        self._hosts = frozenset(name.lower() for name in names if name)
        self._origins = frozenset(settings.origins)

    def check(self, request: Request) -> Key | None:
        """Return the key of a request, None if it has none and needs none.

        Raises:
            Problem: 421, 404, 403 or 401, the request is refused; 503, the keys cannot be read.
        """
        operation = current_operation()
        check_host(request, self._hosts)
        trusted = self.may_read(request.origin, operation)
        check_site(request, trusted=trusted)
        if not trusted and (operation is None or operation.needs is not None):
            check_fetch(request)
        if request.routing_exception or request.method == "OPTIONS":
            return None
        if operation is None:
            raise Problem(403, "this address is not in the table of operations; nobody may use it")
        try:
            key = self._find_key(request)
        except KeyFileError as error:
            if operation.needs is None:
                return None
            current_app.logger.error("%s", error)  # noqa: TRY400 - its message says all
            raise Problem(503, "the keys cannot be read; the server's log says more") from error
        if operation.needs is not None:
            self._check_key(key, operation, request)
        return key

    def is_known(self, environ: WSGIEnvironment) -> bool:
        """Return whether a request has a key that is not public; without keys, all are known."""
        if self._is_open():
            return True
        try:
            key = self._find_key(Request(environ))
        except KeyFileError:
            return False
        return key is not None and not key.is_public

    def permits(self, key: Key | None, endpoint: str, operation: Operation) -> bool:
        """Return whether a caller with this key may use a route; without keys all are shown."""
        if operation.needs is None or self._is_open():
            return True
        return (
            key is not None
            and key.permits(operation.needs)
            and (
                key.may_ask(_collection_of(endpoint) or DEFAULT_COLLECTION)
                if operation.scope == "one"
                else operation.scope == "any" or key.collections is None
            )
        )

    def is_owner(self, request: Request) -> bool:
        """Return whether a request is of this machine, and no key tells its programs apart."""
        return self._is_open() and is_of_this_machine(request)

    def _is_open(self) -> bool:
        return self._needs_none or (self._only_here and not self._keyring.in_use)

    def may_read(self, origin: str | None, operation: Operation | None) -> bool:
        """Return whether a page of another origin may send a request and read the reply.

        Pages of the setting `origins` may use every route, pages of a widget key only /ask.
        """
        if origin is None or operation is None:
            return False
        return origin in self._origins or (
            operation.needs == "widget" and origin in self._keyring.widget_origins()
        )

    def _find_key(self, request: Request) -> Key | None:
        self._keyring.refresh()
        if token := _token(request):
            return self._keyring.find(token)
        session = self._sessions.key_of(request.cookies.get(COOKIE, ""))
        return self._keyring.named(session) if session else None

    def _check_key(self, key: Key | None, operation: Operation, request: Request) -> None:
        if operation.needs != "admin" and self._is_open():
            if not self._needs_none:
                check_is_here(request)
            if operation.hidden:
                raise _no_collection()
            return
        if key is None:
            raise _unknown(request)
        self._check_scope(key, operation, _collection_of(request.endpoint or ""))
        needed = operation.needs or KINDS[0]
        if not key.permits(needed):
            kinds = " or ".join(KINDS[KINDS.index(needed) :])
            raise Problem(403, f"this takes a key of the kind {kinds}, and not {key.kind}")
        if key.kind == "widget" and request.origin not in key.origins:  # not against programs
            raise Problem(403, f"this key is not for pages of {request.origin or 'no origin'}")

    def _check_scope(self, key: Key, operation: Operation, named: str | None) -> None:
        """Refuse a collection that is not there or not for this key, both in the same words."""
        if operation.hidden or (named and not key.may_ask(named)):
            raise _no_collection()
        if operation.scope == "all" and key.collections is not None:
            raise Problem(403, "this takes a key for all collections")
        if operation.scope == "one" and not named and not key.may_ask(DEFAULT_COLLECTION):
            names = ", ".join(key.collections or ())
            raise Problem(403, f"this key is for other collections: {names}")


def register_gate(app: Flask, gate: Gate) -> None:
    """Let `gate` check every request to `app`, and set CORS and cache headers of replies."""

    @app.before_request
    def check() -> None:
        g.key = gate.check(request)
        g.is_owner = g.key is None and gate.is_owner(request)
        if operation := current_operation():
            request.max_content_length = operation.largest_body

    @app.after_request
    def mark(response: Response) -> Response:
        response.vary.add("Origin")
        operation = current_operation()
        if operation is None or operation.needs is not None:
            response.cache_control.private = True
            response.cache_control.no_cache = True
            response.vary.update(("Authorization", "Cookie", "X-API-Key"))
        if request.origin and gate.may_read(request.origin, operation):
            response.headers["Access-Control-Allow-Origin"] = request.origin
            response.headers.update(_SHARED)
        if response.status_code == 401:
            response.headers.setdefault("WWW-Authenticate", 'Bearer realm="pincite"')
        return response


def current_key() -> Key | None:
    """Return the key of the request, None if it has none."""
    key: Key | None = g.get("key")
    return key


def is_owner() -> bool:
    """Return whether the request is of this machine, where no key is needed."""
    return bool(g.get("is_owner"))


def current_allowance() -> Allowance:
    """Return the part of answers that the request may get."""
    key = current_key() if has_request_context() else None
    return key.allowance if key else Allowance()


def _collection_of(endpoint: str) -> str | None:
    """Return the collection that an address names, None if it names none."""
    parts = (part for part in endpoint.split(".") if part.startswith(_COLLECTION))
    return next((part.removeprefix(_COLLECTION) for part in parts), None)


def _no_collection() -> Problem:
    return Problem(
        404,
        "no such collection, or this key is not for it; GET /collections lists the others",
    )


def _unknown(request: Request) -> Problem:
    needed = "a key is needed that is known here: Authorization: Bearer KEY"
    scheme, _, rest = request.headers.get("Authorization", "Bearer").partition(" ")
    if scheme.lower() == "bearer":
        return Problem(401, needed)
    found = repr(f"{scheme} ...") if rest else "one word"  # which may be the key itself
    return Problem(401, needed, FieldProblem("Authorization", found, "'Bearer KEY'"))


def _token(request: Request) -> str | None:
    given = request.authorization
    if given is not None and given.type == "bearer":
        return given.token
    return request.headers.get("X-API-Key")
