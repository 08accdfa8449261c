"""From a question to a response: create_app() puts the routes together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from logging import Logger
from pathlib import Path

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from index import DocumentStore, EngineUnavailable, LiveIndex, Removals
from service.access.exposure import check_access
from service.access.gate import Gate, current_allowance, register_gate
from service.access.keyring import Keyring
from service.access.sessions import Sessions
from service.answers.answerer import Answerer
from service.answers.links import SourcePages
from service.answers.refreshing import keep_fresh
from service.feedback.store import FeedbackStore
from service.http.addresses import Prefixed, register_addresses
from service.http.problems import register_problems, render_problem
from service.http.request_ids import register_request_ids
from service.http.responses import register_headers
from service.http.table import register_operations
from service.indexing.changes import Changes
from service.indexing.indexer import Indexer
from service.indexing.rebuilding import Rebuild
from service.indexing.watching import Watching
from service.monitoring.figures import AnswerFigures, IndexFigures, WatchFigures
from service.monitoring.logs import QuestionLog, register_request_lines
from service.monitoring.metrics import Metrics, QueueFigures, register_metrics
from service.monitoring.readiness import ReadinessCheck
from service.protocols.collections import collections_blueprint
from service.protocols.documents import documents_blueprint
from service.protocols.health import health_blueprint
from service.protocols.native import native_blueprint
from service.protocols.uploads import closed_blueprint, uploads_blueprint
from service.routes import CHATBOTS, OPERATIONS, VERSION
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings, load_settings
from service.traffic.admission import Admission
from service.traffic.caching import register_etags
from service.traffic.door import Door
from service.traffic.limits import register_rate
from service.traffic.sending import Whole
from service.traffic.transfers import register_transfers
from service.traffic.turns import register_turns
from service.web.description import description_blueprint
from service.web.feedback import feedback_blueprint
from service.web.languages import languages_blueprint
from service.web.originals import originals_blueprint
from service.web.pages import pages_blueprint
from service.web.phrases import register_phrases
from service.web.sign_in import sign_in_blueprint
from service.web.status import status_blueprint
from service.wiring.answerers import open_answerers
from service.wiring.indexers import OpenIndexer, open_indexer
from service.wiring.models import OpenRecipe, open_recipe
from service.wiring.storage import open_folder


def create_app(
    settings: Settings | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    *,
    recipe_of: OpenRecipe = open_recipe,
    open_indexer: OpenIndexer = open_indexer,
    keep_fresh: Callable[[LiveIndex, Logger], None] = keep_fresh,
    admission: Admission | None = None,
) -> Flask:
    """Return the WSGI application, ready to answer; /readyz says so until it `is_stopping`.

    The collaborators: `recipe_of` says how texts are embedded, `open_indexer` updates an index,
    `keep_fresh` looks for new generations, and `admission` says how much is done at once.

    Raises:
        PinciteError: the settings, the keys, the index or the model cannot be used.
    """
    settings = settings or load_settings()
    keyring = Keyring(settings.keys)
    check_access(settings, keyring)
    sessions = Sessions()
    gate = Gate(keyring, sessions, settings)
    metrics = Metrics()
    observer = QuestionLog(metrics) if settings.log_questions else metrics
    answerers = open_answerers(
        settings, observer, serving=True, recipe_of=recipe_of, allowance=current_allowance
    )
    for one, _ in answerers.values():
        _warm_up(one)
    answerer, live = answerers[DEFAULT_COLLECTION]
    lives = {name: one for name, (_, one) in answerers.items()}
    indexers = {name: open_indexer(settings, name) for name in answerers}
    pages = SourcePages(settings.public_url)
    admission = admission or Admission(settings.threads, settings.queue)
    app = Flask(__name__, static_folder=None)
    register_operations(app, OPERATIONS)
    register_problems(app, render_problem)
    register_phrases(app)
    # a request passes these in this order, and its reply in the reverse order
    interceptors: list[Callable[[Flask], None]] = [
        register_headers,
        register_request_ids,  # it gets a name
        partial(register_metrics, metrics=metrics),  # it is timed and counted
        register_addresses,  # its address is checked
        *([register_request_lines] if settings.log_requests else []),
        partial(register_gate, gate=gate),  # it is let in, or refused
        partial(register_transfers, admission=admission),  # its body is read
        partial(register_rate, rate=settings.rate_limit),  # its questions are counted
        partial(register_etags, lives=lives.values()),  # it may be answered by 304
        partial(register_turns, admission=admission, waited=partial(metrics.took, "wait")),
    ]
    for register in interceptors:
        register(app)
    door = Door(Whole(app.wsgi_app), admission, gate.is_known)
    app.wsgi_app = Prefixed(door, settings.public_url)  # type: ignore[method-assign]
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
    versioned = Blueprint(VERSION, __name__, url_prefix=f"/{VERSION}")
    for name in answerers:
        collection = Blueprint(f"collection-{name}", __name__, url_prefix=f"/collections/{name}")
        parents: list[Flask | Blueprint] = [collection]
        if name == DEFAULT_COLLECTION:
            parents += [app, versioned]
        for part in _collection_routes(settings, name, *answerers[name], indexers[name]):
            for parent in parents:
                parent.register_blueprint(part)
        app.register_blueprint(collection)
        versioned.register_blueprint(collection)
    app.register_blueprint(versioned)
    rebuilds = {name: Rebuild(live, indexers[name], app.logger) for name, live in lives.items()}
    watching = _watch(settings, indexers, app.logger) if settings.watch else None
    for figures in (
        IndexFigures(answerers, rebuilds, indexers),
        WatchFigures(watching),
        AnswerFigures(answerers),
        QueueFigures(admission),
    ):
        metrics.registry.register(figures)
    readiness = ReadinessCheck(
        answerers,
        rebuilds.values(),
        is_stopping,
        app.logger,
        indexers=indexers,
        watching=watching,
    )
    for part in (
        collections_blueprint(lives),
        *(chatbot.blueprint(answerer, live, pages) for chatbot in CHATBOTS),
        health_blueprint(readiness, metrics.registry),
        description_blueprint(gate),
        pages_blueprint(answerer, live),
        languages_blueprint(),
        feedback_blueprint(live, FeedbackStore(settings.feedback)),
        sign_in_blueprint(
            keyring, sessions, secure=(settings.public_url or "").startswith("https:")
        ),
        status_blueprint(live, answerer.activity, rebuilds[DEFAULT_COLLECTION]),
    ):
        app.register_blueprint(part)
    for each in lives.values():
        keep_fresh(each, app.logger)
    return app


def _watch(settings: Settings, indexers: Mapping[str, Indexer], logger: Logger) -> Watching:
    folders = {name: settings.collection(name).documents for name in indexers}
    return Watching(folders, indexers, settings.watch_seconds, logger)


def _warm_up(answerer: Answerer) -> None:
    with suppress(EngineUnavailable):  # /readyz asks what could not be asked here
        answerer.warm_up()


def _collection_routes(
    settings: Settings, name: str, answerer: Answerer, live: LiveIndex, indexer: Indexer
) -> list[Blueprint]:
    """Return the routes that each collection has: to ask it, and to read and change it."""
    own = settings.collection(name)
    below = "" if name == DEFAULT_COLLECTION else f"/collections/{name}"
    return [
        native_blueprint(answerer, SourcePages(own.public_url, below)),
        documents_blueprint(live, changeable=isinstance(own.documents, Path)),
        originals_blueprint(live, partial(open_folder, own)),
        _uploads(own, live, indexer),
    ]


def _uploads(own: Settings, live: LiveIndex, indexer: Indexer) -> Blueprint:
    if not isinstance(own.documents, Path):
        return closed_blueprint(own.documents)
    store = DocumentStore(own.documents, own.max_file_mb, Removals(own.index))
    store.clean()
    changes = Changes(live, indexer)
    return uploads_blueprint(store, live, changes, own.max_file_mb, own.publish_seconds)
