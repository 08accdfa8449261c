"""granian, the WSGI server that runs the application, with its threads and connections."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Protocol

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.commands.apart import CONTEXT
from service.settings.settings import Settings
from service.traffic.admission import Admission

# Threads beside those of requests that work or wait, for /healthz and for refusals. One, since two
# would pass the GIL to and fro.
_SPARE = 1
_STOPPING = 30  # seconds that requests have to end in
_HEADERS_MS = 10_000  # that a request's headers may take, and a kept connection may be idle
# Bytes of a head that are kept: an address and the largest headers. What is longer is a 414 or 431.
_HEAD = 128 * 1024
# Connections at once, each with a descriptor; granian accepts no more, and lets others wait.
_CONNECTIONS = 8192
_BACKLOG = 4096  # connections that wait to be accepted, if the kernel allows so many
_OTHER_FILES = 512  # descriptors that everything else takes


class Server(Protocol):
    """The methods of granian's server that `run_server` calls."""

    def on_startup(self, hook: Callable[[], None]) -> object: ...

    def signal_handler_interrupt(self) -> None: ...

    def serve(self, *, target_loader: Callable[[], Flask], wrap_loader: bool) -> None: ...


OpenServer = Callable[[Settings], Server]


def open_server(settings: Settings) -> Server:
    """Return granian, which serves an application in one worker."""
    multiprocessing.set_start_method(CONTEXT.get_start_method(), force=True)
    return Granian(
        "service.commands.server:open_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=count_threads(settings),
        # with the default, which also speaks HTTP/2, a silent connection would never be closed
        http=HTTPModes.http1,
        backlog=_BACKLOG,
        backpressure=_allow_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MS, max_buffer_size=_HEAD),
        # a worker that receives a signal to stop while it starts may deadlock: granian 2.8's
        # signal handler holds the GIL and waits for a thread that needs the GIL to start
        workers_kill_timeout=_STOPPING,
        log_level=LogLevels.error,
    )


def count_threads(settings: Settings) -> int:
    """Return the threads for requests: those that work or wait, and some beside them."""
    threads = Admission(settings.threads, settings.queue).threads + _SPARE
    return threads + bool(settings.engine)  # /readyz may wait for an engine


def _allow_connections() -> int:
    """Raise the number of open files that this process may have; return that of connections."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return _CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _CONNECTIONS + _OTHER_FILES
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft == resource.RLIM_INFINITY:
        return _CONNECTIONS
    return max(soft // 2, min(_CONNECTIONS, soft - _OTHER_FILES))
