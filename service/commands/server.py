"""The processes of `pincite serve`: the first one, and the worker that holds the application."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import NoReturn

import click
from flask import Flask

from index import PinciteError
from service.app import create_app
from service.commands.apart import CONTEXT, end_with
from service.commands.collaborators import Collaborators
from service.console import say
from service.indexing.indexer import Indexer
from service.indexing.preparation import Preparation, Step
from service.protocols.mcp import load_sdk
from service.settings.settings import Settings, load_settings
from service.wiring.indexers import OpenIndexer

# Seconds that a thread may hold the GIL while others wait, 0.005 by default. With dozens of threads
# at work /healthz waits for several of them.
_SWITCHING = 0.0005
_LATER = 2.0  # seconds after the start; what the first answer does not need is loaded then


class Shared:
    """Two flags that the first process of the service and its worker share.

    The first process sets `stopping` when the service is about to end; the worker sets `failed`
    when it cannot open the index or the model.
    """

    def __init__(self) -> None:
        self.parent = os.getpid()
        self.stopping = CONTEXT.RawValue(ctypes.c_bool, False)
        self.failed = CONTEXT.RawValue(ctypes.c_bool, False)


def run_server(
    settings: Settings,
    steps: Sequence[Step],
    further: Connection | None,
    collaborators: Collaborators,
) -> None:
    """Answer until a signal stops it; end with status 2 if the worker cannot open the index.

    `steps` say how far the preparation of collections is; others come over the pipe `further`.
    """
    shared = Shared()
    server = collaborators.open_server(settings)
    server.on_startup(
        partial(
            _drain_first, server.signal_handler_interrupt, shared.stopping, settings.drain_seconds
        )
    )
    # by its name granian would look for it in the current folder first
    server.serve(
        target_loader=partial(open_app, shared, steps, further, collaborators), wrap_loader=False
    )
    if shared.failed.value:
        sys.exit(2)


def open_app(
    shared: Shared | None = None,
    steps: Sequence[Step] = (),
    further: Connection | None = None,
    collaborators: Collaborators | None = None,
) -> Flask:
    """Return the application for a worker; if it cannot be opened, say why in one line and end."""
    # ^C reaches the worker too; until it serves, only its parent is to act on it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if shared:
        end_with(shared.parent)
        say("opening the index and the models")
    gc.disable()
    collaborators = collaborators or Collaborators()
    try:
        settings = load_settings()
        # without a pipe, a collection that has no step needs none
        names = settings.names() if further else [step.name for step in steps]
        preparation = Preparation(names, steps, further)
        app = create_app(
            settings,
            is_stopping=lambda: bool(shared and shared.stopping.value),
            recipe_of=collaborators.recipe_of,
            open_indexer=partial(_open_indexer, collaborators.open_indexer, preparation),
            preparation=preparation if further else None,
        )
    except (PinciteError, OSError) as error:
        say(error)
        _fail(shared)
    sys.setswitchinterval(_SWITCHING)
    gc.freeze()  # these objects stay; to look through them for garbage takes 40 ms each time
    gc.enable()
    if shared:
        click.echo(f"Pincite answers at http://{_shown(settings.host)}:{settings.port}/", err=True)
        _load_later(app)
        if unfinished := len(preparation.unfinished()):
            count = f"{unfinished} of {len(preparation.names)} collections"
            say(f"{count} follow; /readyz says how far each is")
    return app


def _load_later(app: Flask) -> None:
    """Load what MCP needs and compile the pages, once the first questions were answered.

    That takes a second, and on a busy machine several, which no request should wait for.
    """

    def load() -> None:
        load_sdk()
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        gc.freeze()

    timer = threading.Timer(_LATER, load)
    timer.daemon = True
    with suppress(RuntimeError):  # the system has no thread left; the first request loads it
        timer.start()


def _open_indexer(
    open_indexer: OpenIndexer, preparation: Preparation, settings: Settings, name: str
) -> Indexer:
    indexer = open_indexer(settings, name)
    if name in preparation.names:
        indexer.follow(
            partial(preparation.wait_for_begin, name), partial(preparation.wait_for_end, name)
        )
    return indexer


def _fail(shared: Shared | None) -> NoReturn:
    """End the worker; where granian runs it, have it stopped, or granian would say that it died."""
    if shared:
        shared.failed.value = True
        os.kill(shared.parent, signal.SIGINT)
        signal.pause()
    sys.exit(2)


def _drain_first(stop: Callable[[], None], stopping: ctypes.c_bool, seconds: float) -> None:
    """On SIGTERM, turn /readyz to 503 some seconds before the service is to `stop`.

    A load balancer reads it, and sends the next requests elsewhere.
    """

    def drain(*_: object) -> None:
        stopping.value = True
        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, drain)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
