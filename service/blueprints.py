"""The routes of the application, put together from their blueprints."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from flask import Blueprint, Flask
from prometheus_client import CollectorRegistry

from index import DocumentStore, LiveIndex, Removals
from service.access.gate import Gate
from service.access.keyring import Keyring
from service.access.sessions import Sessions
from service.answers.links import SourcePages
from service.answers.open_collection import OpenCollection
from service.feedback.store import FeedbackStore
from service.indexing.changes import Changes
from service.indexing.indexer import Indexer
from service.indexing.rebuilding import Rebuild
from service.monitoring.readiness import ReadinessCheck
from service.protocols.collections import collections_blueprint
from service.protocols.documents import documents_blueprint
from service.protocols.health import health_blueprint
from service.protocols.native import native_blueprint
from service.protocols.uploads import closed_blueprint, uploads_blueprint
from service.routes import CHATBOTS, VERSION
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings
from service.web.description import description_blueprint
from service.web.feedback import feedback_blueprint
from service.web.languages import languages_blueprint
from service.web.originals import originals_blueprint
from service.web.pages import pages_blueprint
from service.web.sign_in import sign_in_blueprint
from service.web.status import status_blueprint
from service.wiring.storage import open_folder


def register_collections(
    app: Flask,
    settings: Settings,
    collections: Mapping[str, OpenCollection],
    indexers: Mapping[str, Indexer],
) -> None:
    """Add the routes of every collection, with and without the version before them.

    Those of the default collection stand without its name, too.
    """
    versioned = Blueprint(VERSION, __name__, url_prefix=f"/{VERSION}")
    for name, opened in collections.items():
        collection = Blueprint(f"collection-{name}", __name__, url_prefix=f"/collections/{name}")
        parents: list[Flask | Blueprint] = [collection]
        if name == DEFAULT_COLLECTION:
            parents += [app, versioned]
        for part in _collection_routes(settings, name, opened, indexers[name]):
            for parent in parents:
                parent.register_blueprint(part)
        app.register_blueprint(collection)
        versioned.register_blueprint(collection)
    app.register_blueprint(versioned)


def _collection_routes(
    settings: Settings, name: str, opened: OpenCollection, indexer: Indexer
) -> list[Blueprint]:
    """Return the routes that each collection has: to ask it, and to read and change it."""
    own = settings.collection(name)
    below = "" if name == DEFAULT_COLLECTION else f"/collections/{name}"
    return [
        native_blueprint(opened.answerer, SourcePages(own.public_url, below)),
        documents_blueprint(opened.live, changeable=isinstance(own.documents, Path)),
        originals_blueprint(opened.live, partial(open_folder, own)),
        _uploads(own, opened.live, indexer),
    ]


def _uploads(own: Settings, live: LiveIndex, indexer: Indexer) -> Blueprint:
    if not isinstance(own.documents, Path):
        return closed_blueprint(own.documents)
    store = DocumentStore(own.documents, own.max_file_mb, Removals(own.index))
    store.clean()
    changes = Changes(live, indexer)
    return uploads_blueprint(store, live, changes, own.max_file_mb, own.publish_seconds)


def register_shared(
    app: Flask,
    settings: Settings,
    *,
    gate: Gate,
    keyring: Keyring,
    sessions: Sessions,
    collections: Mapping[str, OpenCollection],
    rebuilds: Mapping[str, Rebuild],
    readiness: ReadinessCheck,
    registry: CollectorRegistry,
) -> None:
    """Add the routes that the service has once; those that answer ask the default collection."""
    default = collections[DEFAULT_COLLECTION]
    answerer, live = default.answerer, default.live
    pages = SourcePages(settings.public_url)
    is_secure = (settings.public_url or "").startswith("https:")
    for part in (
        collections_blueprint({name: one.live for name, one in collections.items()}),
        *(chatbot.blueprint(answerer, live, pages) for chatbot in CHATBOTS),
        health_blueprint(readiness, registry),
        description_blueprint(gate),
        pages_blueprint(answerer, live),
        languages_blueprint(),
        feedback_blueprint(live, FeedbackStore(settings.feedback)),
        sign_in_blueprint(keyring, sessions, secure=is_secure),
        status_blueprint(live, answerer.activity, rebuilds[DEFAULT_COLLECTION]),
    ):
        app.register_blueprint(part)
