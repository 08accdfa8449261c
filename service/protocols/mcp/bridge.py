"""The server of the Model Context Protocol as a WSGI application: Streamable HTTP.

The SDK speaks ASGI, so its application runs on an event loop in a thread of its own. Requests stand
alone and are answered with JSON: no session is kept, and no stream holds a thread of the service.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from urllib.parse import urlsplit

from a2wsgi import ASGIMiddleware
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

# This machine, by its names here and by that which Docker gives it in a container.
_LOCAL = ("127.0.0.1", "localhost", "[::1]", "host.docker.internal")


def open_bridge(
    server: Server[Any], places: tuple[str, str | None], most_bytes: int
) -> ASGIMiddleware:
    """Start the server at /mcp, for requests to this machine and to `places`.

    These are the host that is served on, and the web address that readers open if it is another.
    Other hosts, and pages of other hosts, are refused, lest a page on the web reach the service by
    giving its own name this machine's address (DNS rebinding).
    """
    app = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=most_bytes,
        transport_security=_allow(*places),
    )
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="pincite-mcp", daemon=True).start()
    started = threading.Event()
    asyncio.run_coroutine_threadsafe(_keep_open(app, started), loop)
    started.wait()
    return ASGIMiddleware(app, loop=loop)  # type: ignore[arg-type]


async def _keep_open(app: Starlette, started: threading.Event) -> None:
    async with app.router.lifespan_context(app):
        started.set()
        await asyncio.Event().wait()


def _allow(host: str, public_url: str | None) -> TransportSecuritySettings:
    public = urlsplit(public_url or "").hostname
    hosts = [*_LOCAL, *(f"[{name}]" if ":" in name else name for name in (host, public) if name)]
    names = [name for one in hosts for name in (one, f"{one}:*")]
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in names]
    return TransportSecuritySettings(allowed_hosts=names, allowed_origins=origins)
