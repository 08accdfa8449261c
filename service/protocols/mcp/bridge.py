"""The MCP server as a WSGI application: Streamable HTTP.

The SDK is an ASGI application, so it runs on an event loop in its own thread. There are no
sessions and no streams: each request gets one JSON reply, so no client holds a thread for long.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any

from a2wsgi import ASGIMiddleware
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette


def open_bridge(server: Server[Any]) -> ASGIMiddleware:
    """Start the server at /mcp; access and limits are checked before it, by the service."""
    app = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=sys.maxsize,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
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
