"""From a question to a response: create_app() puts the application together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import partial
from logging import Logger

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from index import EngineUnavailable, LiveIndex
from service.access.exposure import check_access
from service.access.gate import Gate, current_allowance, register_gate
from service.access.keyring import Keyring
from service.access.sessions import Sessions
from service.answers.answerer import Answerer
from service.answers.refreshing import keep_fresh
from service.blueprints import register_collections, register_shared
from service.http.addresses import Prefixed, register_addresses
from service.http.heads import register_heads
from service.http.problems import register_problems, render_problem
from service.http.request_ids import register_request_ids
from service.http.responses import register_headers
from service.http.table import register_operations
from service.indexing.indexer import Indexer
from service.indexing.preparation import Preparation
from service.indexing.rebuilding import Rebuild
from service.indexing.watching import Watching
from service.monitoring.figures import AnswerFigures, IndexFigures, KeyFigures, WatchFigures
from service.monitoring.logs import QuestionLog, register_request_lines
from service.monitoring.metrics import Metrics, QueueFigures, register_metrics
from service.monitoring.readiness import ReadinessCheck
from service.routes import OPERATIONS
from service.settings.settings import Settings, load_settings
from service.traffic.admission import Admission
from service.traffic.caching import register_etags
from service.traffic.limits import register_rate
from service.traffic.load_shedding import LoadShedder
from service.traffic.sending import Whole
from service.traffic.transfers import register_transfers
from service.traffic.turns import register_turns
from service.web.phrases import register_phrases
from service.wiring.collections import open_collections
from service.wiring.indexers import OpenIndexer, open_indexer
from service.wiring.models import OpenRecipe, OpenRetriever, open_recipe, open_retriever


def create_app(
    settings: Settings | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    *,
    recipe_of: OpenRecipe = open_recipe,
    retriever_of: OpenRetriever = open_retriever,
    open_indexer: OpenIndexer = open_indexer,
    keep_fresh: Callable[[LiveIndex, Logger], None] = keep_fresh,
    admission: Admission | None = None,
    preparation: Preparation | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Flask:
    """Return the WSGI application, ready to answer; /readyz says so until it `is_stopping`.

    The collaborators: `recipe_of` says how texts are embedded, `retriever_of` finds and judges
    passages, `open_indexer` updates an index, `keep_fresh` looks for new generations, and
    `admission` says how much is done at once. A collection answers once its `preparation` has
    ended. By the seconds of `clock`, /readyz seldom tries the model.

    Raises:
        PinciteError: the settings, the keys, the index or the model cannot be used.
    """
    settings = settings or load_settings()
    keyring, sessions, metrics = Keyring(settings.keys), Sessions(), Metrics()
    check_access(settings, keyring)
    gate = Gate(keyring, sessions, settings)
    admission = admission or Admission(settings.threads, settings.queue)

    observer = QuestionLog(metrics) if settings.log_questions else metrics
    collections = open_collections(
        settings,
        observer,
        serving=True,
        recipe_of=recipe_of,
        retriever_of=retriever_of,
        allowance=current_allowance,
        preparation=preparation,
    )
    _warm_up(one.answerer for one in collections.values())
    lives = {name: one.live for name, one in collections.items()}
    indexers = {name: open_indexer(settings, name) for name in collections}

    app = Flask(__name__, static_folder=None)
    register_operations(app, OPERATIONS)
    register_problems(app, render_problem)
    register_phrases(app)
    for register in _interceptors(settings, gate, admission, metrics, lives.values()):
        register(app)
    _wrap(app, settings, gate, admission)
    register_collections(app, settings, collections, indexers)

    rebuilds = {name: Rebuild(live, indexers[name], app.logger) for name, live in lives.items()}
    watching = _watch(settings, indexers, app.logger) if settings.watch else None
    for figures in (
        IndexFigures(collections, rebuilds, indexers),
        WatchFigures(watching),
        KeyFigures(keyring),
        AnswerFigures(collections),
        QueueFigures(admission),
    ):
        metrics.registry.register(figures)
    readiness = ReadinessCheck(
        collections,
        rebuilds.values(),
        is_stopping,
        app.logger,
        indexers=indexers,
        watching=watching,
        preparation=preparation,
        keyring=keyring,
        clock=clock,
    )
    register_shared(
        app,
        settings,
        gate=gate,
        keyring=keyring,
        sessions=sessions,
        collections=collections,
        rebuilds=rebuilds,
        readiness=readiness,
        registry=metrics.registry,
    )
    for live in lives.values():
        keep_fresh(live, app.logger)
    return app


def _warm_up(answerers: Iterable[Answerer]) -> None:
    for answerer in answerers:
        with suppress(EngineUnavailable):  # /readyz asks what could not be asked here
            answerer.warm_up()


def _interceptors(
    settings: Settings,
    gate: Gate,
    admission: Admission,
    metrics: Metrics,
    lives: Collection[LiveIndex],
) -> list[Callable[[Flask], None]]:
    """Return the interceptors: a request passes them in this order, its reply in the reverse."""
    return [
        register_headers,
        register_request_ids,  # it gets a name
        partial(register_metrics, metrics=metrics),  # it is timed and counted
        register_heads,  # its headers are measured
        register_addresses,  # its address is checked
        *([register_request_lines] if settings.log_requests else []),
        partial(register_gate, gate=gate),  # it is let in, or refused
        partial(register_transfers, admission=admission),  # its body is read
        partial(register_rate, rate=settings.rate_limit),  # its questions are counted
        partial(register_etags, lives=lives),  # it may be answered by 304
        partial(register_turns, admission=admission, waited=partial(metrics.took, "wait")),
    ]


def _wrap(app: Flask, settings: Settings, gate: Gate, admission: Admission) -> None:
    """Wrap the application in the layers that a request passes before Flask knows of it."""
    shedder = LoadShedder(Whole(app.wsgi_app), admission, gate.is_known)
    app.wsgi_app = Prefixed(shedder, settings.public_url)  # type: ignore[method-assign]
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )


def _watch(settings: Settings, indexers: Mapping[str, Indexer], logger: Logger) -> Watching:
    folders = {name: settings.collection(name).documents for name in indexers}
    return Watching(folders, indexers, settings.watch_seconds, logger)
