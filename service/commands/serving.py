"""Serving the application by granian, a production WSGI server."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from index import BuildFailed, IndexDamaged, IndexMismatch, PinciteError, RecipeMismatch
from service.access.gate import check_access
from service.access.keys import Keyring
from service.app import create_app
from service.commands.building import update_index
from service.commands.options import with_common_options
from service.commands.progress import ProgressBar
from service.commands.report_table import print_report
from service.commands.running import CONTEXT, print_error, run_apart
from service.commands.watching import watch_collections
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.file import SettingsError
from service.settings.settings import Settings, load_settings
from service.traffic.admission import Admission
from service.wiring import open_answerers, warn

# Threads beside those of requests that work or wait: it says that the process runs, and refuses who
# would wait too long. One, for two would hand the interpreter's lock to and fro.
_SPARE = 1
# Seconds that a thread may keep the interpreter from others, 0.005 by default. With dozens at work
# /healthz waits for several, and then for each so long.
_SWITCHING = 0.0005
_OTHERS = 10.0  # seconds for runs to end that a service started which was stopped just now
_STOPPING = 30  # seconds that requests have to end in
_HEADERS_MS = 10_000  # that a request's headers may take, and a kept connection may be idle
# Connections at once, each with a descriptor; granian accepts no more, and lets others wait.
_CONNECTIONS = 8192
_BACKLOG = 4096  # connections that wait to be accepted, if the kernel allows so many
_OTHER_FILES = 512  # descriptors that everything else takes


@click.command()
@with_common_options
@click.option("--host", help="Address to serve on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on. [default: 8000]")
@click.option(
    "--watch", is_flag=True, default=None, help="Bring the index in step as documents change."
)
@click.option("--no-auth", is_flag=True, default=None, help="Answer whoever asks, without a key.")
def serve(**options: object) -> None:
    """Bring the index in step with the documents, then answer over HTTP and in the browser."""
    serve_app(load_settings(**options))


def serve_app(settings: Settings) -> None:
    """Bring the index in step with the documents, then serve until told to stop.

    Raises:
        PinciteError: the index cannot be built or asked, or the address is not to be had, or
            others could reach it without a key.
    """
    _check_address(settings)
    check_access(settings, Keyring(settings.keys))
    run_apart(partial(_prepare, settings))
    os.environ.update(settings.environment())
    if settings.watch:
        watcher = CONTEXT.Process(
            target=watch_collections,
            args=(settings, os.getpid()),
            name="pincite-watch",
            daemon=True,
        )
        watcher.start()
    multiprocessing.set_start_method(CONTEXT.get_start_method(), force=True)
    stopping = CONTEXT.RawValue(ctypes.c_bool, False)
    server = Granian(
        "service.commands.serving:open_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        # whoever asks whether the service is ready may wait for an engine
        blocking_threads=Admission(settings.threads, settings.queue).threads
        + _SPARE
        + bool(settings.engine),
        # with the default, which also speaks HTTP/2, a silent connection would never be closed
        http=HTTPModes.http1,
        backlog=_BACKLOG,
        backpressure=_allow_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MS),
        # one that is told to stop while it starts may wait for itself: granian 2.8's handler of
        # signals holds the interpreter's lock, which the thread that it waits for starts by taking
        workers_kill_timeout=_STOPPING,
        log_level=LogLevels.error,
    )
    click.echo(f"Pincite answers at http://{_shown(settings.host)}:{settings.port}/", err=True)
    server.on_startup(
        partial(_drain_first, server.signal_handler_interrupt, stopping, settings.drain_seconds)
    )
    # by its name granian would look for it in the current folder first, and for all that it imports
    server.serve(target_loader=partial(open_app, stopping), wrap_loader=False)


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


def _drain_first(stop: Callable[[], None], stopping: ctypes.c_bool, seconds: float) -> None:
    """Let SIGTERM say on /readyz that the service will end, some seconds before it is to `stop`.

    Whoever sends it requests looks there, and so sends the next ones elsewhere.
    """

    def drain(*_: object) -> None:
        stopping.value = True
        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, drain)


def _prepare(settings: Settings) -> None:
    """Bring every index in step and see that it can be opened, unless it is in an engine.

    It runs apart, for the worker is forked: this process may not load torch, whose thread pool
    would lack its threads there, nor is it to hold its memory as long as it serves.
    """
    for name in () if settings.engine else settings.names():
        own = settings.collection(name)
        with ProgressBar(f"Indexing {name}" if settings.collections else "Indexing") as progress:
            try:
                print_report(update_index(own, progress, wait=_OTHERS))
            except BuildFailed as failed:
                print_error(failed)  # what was published before can answer
            except IndexDamaged:
                continue  # an earlier generation may be opened, which says so
            except RecipeMismatch as other:
                if not _answers_meanwhile(own, other):
                    print_report(update_index(own, progress, rebuild=True, wait=_OTHERS))
    # what the worker could not open is said by the process whose exit status a user sees
    open_answerers(settings, serving=True)


def _answers_meanwhile(settings: Settings, other: RecipeMismatch) -> bool:
    """Say whether an index that another model built can answer until the service has rebuilt it."""
    try:
        _, live = open_answerers(settings, serving=True)[DEFAULT_COLLECTION]
    except IndexMismatch as refused:
        warn(f"{refused}; it is built anew before it answers")
        return False
    meanwhile = "it answers while it is rebuilt" if live.outdated else "it is rebuilt first"
    warn(f"{other.reason}; {meanwhile}")
    return live.outdated


def open_app(stopping: ctypes.c_bool | None = None) -> Flask:
    """Return the application for the worker; where there is none, say why in one line.

    It is not ready once `stopping` is set, by the process that started the worker.
    """
    # ^C reaches the worker too; until it serves, only its parent is to act on it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        app = create_app(is_stopping=lambda: bool(stopping and stopping.value))
    except PinciteError as error:
        print_error(error)
        sys.exit(2)
    sys.setswitchinterval(_SWITCHING)
    gc.freeze()  # what is here now stays: to look through it for garbage takes 40 ms each time
    return app


def _check_address(settings: Settings) -> None:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        raise SettingsError(
            f"cannot serve on {settings.host}:{settings.port}: {error.strerror}; "
            "choose another with --host and --port"
        ) from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
