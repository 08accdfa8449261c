"""The one place where settings become the objects that answer."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial

from index import (
    Cluster,
    CrossEncoderReranker,
    Engine,
    Folder,
    IndexFolder,
    Limits,
    LiveIndex,
    MilvusEngine,
    ModelEncoders,
    ModelTokens,
    Recipe,
    Retriever,
    load_calibration,
    locate_model,
    parse_address,
)
from service.answers import Answerer
from service.indexing import Indexer, index_apart
from service.monitoring.observer import Observer
from service.settings import DEFAULT_COLLECTION, Settings

_CLUSTER_WINDOW = 32_768  # passages that the workers of a cluster share out


def warn(message: str) -> None:
    """Say on standard error what went otherwise than asked."""
    print(f"pincite: {message}", file=sys.stderr)  # noqa: T201


def open_folder(settings: Settings) -> Folder:
    """Return the documents folder that `settings` name.

    Raises:
        DocumentsFolderError: there is none that can be read.
    """
    return Folder(settings.documents, settings.max_file_mb, settings.ocr, settings.json_fields)


def read_limits(settings: Settings) -> Limits:
    """Return what reading one file may take."""
    return Limits(settings.read_seconds, settings.read_memory_mb, settings.read_output_mb)


def open_engine(settings: Settings) -> Engine:
    """Return where the index is read that `settings` name.

    Raises:
        EngineRefused: the engine that they name is none.
    """
    return open_mirror(settings) or IndexFolder(settings.index)


def open_mirror(settings: Settings) -> MilvusEngine | None:
    """Return the engine that the index is copied to when it is built, None if there is none.

    Raises:
        EngineRefused: the engine that `settings` name is none.
    """
    if not settings.engine:
        return None
    address = parse_address(
        settings.engine,
        token=settings.engine_token,
        authority=settings.engine_authority,
        seconds=settings.engine_seconds,
    )
    grace = timedelta(seconds=settings.engine_grace)
    return MilvusEngine(address, settings.engine_alias, grace=grace)


def open_recipe(settings: Settings) -> Recipe:
    """Return how the index that `settings` name is to be built.

    Raises:
        ModelError: the model cannot be found.
    """
    model = locate_model(settings.model)
    encoders = ModelEncoders(model, settings.encoder, warn, settings.device)
    recipe = Recipe(model, encoders, ModelTokens(model), recall=settings.recall)
    if not settings.cluster:
        return recipe
    cluster = Cluster(settings.cluster, model, settings.cluster_workers)
    return replace(recipe, spread=cluster.spread, window=_CLUSTER_WINDOW)


def open_retriever(settings: Settings, recipe: Recipe) -> Retriever:
    """Return what finds passages in an index built by `recipe`.

    Raises:
        CalibrationError: the calibration that `settings` name is of another model.
    """
    return Retriever(
        recipe.encoders,
        languages=recipe.model.languages,
        calibration=load_calibration(settings.calibration, recipe.model),
        reranker=CrossEncoderReranker(settings.reranker) if settings.reranker else None,
        time_weight=settings.time_weight,
    )


def open_answerer(settings: Settings) -> tuple[Answerer, LiveIndex]:
    """Open the index and the model that `settings` name.

    Raises:
        PinciteError: one of them cannot be opened.
    """
    return open_answerers(settings.collection(DEFAULT_COLLECTION))[DEFAULT_COLLECTION]


def open_answerers(
    settings: Settings, observer: Observer | None = None
) -> dict[str, tuple[Answerer, LiveIndex]]:
    """Open the index of every collection, by name, and the model, which all of them share.

    Raises:
        PinciteError: one of them cannot be opened.
    """
    recipe = open_recipe(settings)
    retriever = open_retriever(settings, recipe)
    found = {}
    for name in settings.names():
        live = LiveIndex(open_engine(settings.collection(name)), recipe.model)
        if live.damage:
            warn(live.damage)
        found[name] = Answerer(retriever, live, settings.threshold, observer), live
    return found


def open_indexer(settings: Settings, name: str) -> Indexer:
    """Return what brings the index of a collection in step, in processes of their own."""
    return Indexer(partial(index_apart, settings, name))
