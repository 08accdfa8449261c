"""The one place where settings become the objects that answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import index  # names of the parts that few use: Milvus, Ray, documents at a URL, a reranker
from index import (
    CalibrationError,
    Engine,
    FileRules,
    Folder,
    IndexFolder,
    Limits,
    LiveIndex,
    ModelEncoders,
    ModelError,
    ModelTokens,
    Recipe,
    Retriever,
    load_calibration,
    locate_model,
)
from service.answers.allowance import Allowance
from service.answers.answerer import CACHE_BYTES, Answerer
from service.answers.observer import Observer
from service.answers.retrievers import Retrievers
from service.indexing.announcing import Announced
from service.indexing.indexer import PROGRAM, Indexer, index_apart
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings
from service.traffic.admission import leave_inside

_CLUSTER_WINDOW = 32_768  # passages that the workers of a cluster share out


def warn(message: str) -> None:
    """Print a warning on standard error."""
    print(f"pincite: {message}", file=sys.stderr)  # noqa: T201


OpenRecipe = Callable[[Settings], Recipe]
OpenIndexer = Callable[[Settings, str], Indexer]


def open_folder(settings: Settings) -> Folder | index.RemoteFolder:
    """Return the documents of the settings.

    Raises:
        DocumentsFolderError: there are none that can be read.
    """
    place = settings.documents
    rules = FileRules(settings.max_file_mb, settings.ocr, settings.json_fields, settings.encoding)
    if isinstance(place, Path):
        return Folder(place, rules)
    cluster = open_cluster(settings)
    hash_files = cluster.hash_files if cluster else index.hash_here
    return index.RemoteFolder(place, rules, seen=settings.index / index.SEEN, hash_files=hash_files)


def open_cluster(settings: Settings) -> index.Cluster | None:
    """Return the Ray workers of the settings, None without any; they are started when used."""
    return index.Cluster(settings.cluster, settings.cluster_workers) if settings.cluster else None


def read_limits(settings: Settings) -> Limits:
    """Return the limits of reading one file."""
    return Limits(settings.read_seconds, settings.read_memory_mb)


def open_engine(settings: Settings) -> Engine:
    """Return the engine that the index is read from.

    Raises:
        EngineRefused: the address of the engine is wrong.
    """
    return open_mirror(settings) or IndexFolder(settings.index)


def open_mirror(settings: Settings) -> index.MilvusEngine | None:
    """Return the engine that a built index is copied to, None without one.

    Raises:
        EngineRefused: the address of the engine is wrong.
    """
    if not settings.engine:
        return None
    address = index.parse_address(
        settings.engine,
        token=settings.engine_token,
        authority=settings.engine_authority,
        seconds=settings.engine_seconds,
    )
    alias, layout = settings.engine_alias, settings.engine_layout
    return index.MilvusEngine(address, alias, layout=layout)


def open_recipe(settings: Settings) -> Recipe:
    """Return how the index of the settings is built.

    Raises:
        ModelError: the model cannot be found.
    """
    prompts = map(_prompt, (settings.question_prompt, settings.passage_prompt))
    model = locate_model(settings.model, *prompts)
    encoders = ModelEncoders(model, settings.encoder, warn, settings.device)
    recipe = Recipe(model, encoders, ModelTokens(model))
    cluster = open_cluster(settings)
    if cluster is None:
        return recipe
    recipe = replace(recipe, spread=partial(cluster.spread, model), window=_CLUSTER_WINDOW)
    # a remote worker cannot see a local folder
    is_in_reach = settings.cluster == index.LOCAL or not isinstance(settings.documents, Path)
    return replace(recipe, read=cluster.read) if is_in_reach else recipe


def _prompt(setting: str | None) -> str | None:
    return "" if setting == "none" else setting


def open_retriever(settings: Settings, recipe: Recipe) -> Retriever:
    """Return the retriever for an index built by `recipe`.

    Raises:
        CalibrationError: the calibration of the settings belongs to another model.
        ModelError: the answer model cannot be opened.
    """
    calibration = load_calibration(settings.calibration, recipe.model)
    fitted_for = calibration.answer_model if calibration else None
    if fitted_for == settings.answer_model:
        return _open_retriever(settings, recipe, calibration, _answer_model(fitted_for))
    if settings.answer_model not in {index.DEFAULT_ANSWER_MODEL, index.NO_ANSWER_MODEL}:
        warn(
            f"the answer model {settings.answer_model} is not used, because no calibration was "
            "fitted with it; make one with: pincite calibrate"
        )
    return _open_retriever(settings, recipe, calibration, None)


def example_finder(settings: Settings, recipe: Recipe) -> index.FindExamples | None:
    """Return the function that finds example questions, None without a calibration."""
    try:
        if load_calibration(settings.calibration, recipe.model) is None:
            return None
    except CalibrationError:  # the service says it when it starts
        return None

    def find(generation: index.StoredGeneration) -> tuple[index.Example, ...]:
        try:
            return index.find_examples(open_retriever(settings, recipe), generation)
        except ModelError as error:  # the index is sound without examples
            warn(f"there are no example questions, because {error}")
            return ()

    return find


def open_uncalibrated(settings: Settings, recipe: Recipe) -> Retriever:
    """Return a retriever without a calibration, to fit one.

    Raises:
        ModelError: the answer model cannot be opened.
    """
    return _open_retriever(settings, recipe, None, _answer_model(settings.answer_model))


def _open_retriever(
    settings: Settings,
    recipe: Recipe,
    calibration: index.Calibration | None,
    answer_model: index.AnswerModel | None,
) -> Retriever:
    return Retriever(
        recipe.encoders,
        languages=recipe.model.languages,
        narrow=recipe.model.is_narrow,
        calibration=calibration,
        reranker=index.CrossEncoderReranker(settings.reranker) if settings.reranker else None,
        answer_model=answer_model,
    )


@cache
def _answer_model(name: str) -> index.AnswerModel | None:
    """Open an answer model once for all retrievers of the process."""
    return index.open_answer_model(name)


def open_answerer(
    settings: Settings, recipe_of: OpenRecipe = open_recipe
) -> tuple[Answerer, LiveIndex]:
    """Open the index and the model of the settings.

    Raises:
        PinciteError: one of them cannot be opened.
    """
    default = settings.collection(DEFAULT_COLLECTION)
    return open_answerers(default, recipe_of=recipe_of)[DEFAULT_COLLECTION]


def open_answerers(
    settings: Settings,
    observer: Observer | None = None,
    *,
    serving: bool = False,
    recipe_of: OpenRecipe = open_recipe,
    allowance: Callable[[], Allowance] = Allowance,
) -> dict[str, tuple[Answerer, LiveIndex]]:
    """Open the index of every collection, by name, and the model, which all of them share.

    For `serving`, an index of another model is searched with that model, if it is installed, until
    the index has been rebuilt. An index in an engine is not rebuilt by the service, so there an
    index of another model is refused. Its index may be missing at first, because a cluster may
    start after the service; and so may those of some collections, while others answer.

    Raises:
        PinciteError: one of them cannot be opened.
    """
    recipe = recipe_of(settings)
    wanted = open_retriever(settings, recipe)
    retrievers = Retrievers(recipe, wanted, partial(_open_other, settings, recipe_of))
    found: dict[str, tuple[Answerer, LiveIndex]] = {}
    names = list(settings.names())
    prepare = retrievers.prepare if serving and not settings.engine else None
    for name in names:
        is_last = name == names[-1] and not any(live.is_open for _, live in found.values())
        live = LiveIndex(
            open_engine(settings.collection(name)),
            recipe.model,
            prepare,
            later=serving and (bool(settings.engine) or not is_last),
        )
        if live.damage:
            warn(live.damage)
        answerer = Answerer(
            retrievers,
            live,
            settings.threshold,
            observer=observer,
            before_batch=leave_inside,
            allowance=allowance,
            cache_bytes=CACHE_BYTES // len(names),  # so that all together have CACHE_BYTES
        )
        found[name] = answerer, live
    return found


def _open_other(settings: Settings, recipe_of: OpenRecipe, model: str) -> tuple[Recipe, Retriever]:
    """Open another model than `settings` name; their calibration and prompts are not its.

    The name comes from the index, which may be a restored backup, so nothing is fetched for it.

    Raises:
        ModelError: it is on a hub, or in a folder that documents or indexes are written to.
    """
    of_wanted = ("calibration", "question_prompt", "passage_prompt")
    other = settings.model_copy(update={"model": model, **dict.fromkeys(of_wanted)})
    recipe = recipe_of(other)
    if recipe.model.is_on_hub:
        raise ModelError(f"it is not fetched from a hub unless the setting model names it: {model}")
    written = (one for name in settings.names() for one in _folders(settings.collection(name)))
    if any(Path(recipe.model.location).is_relative_to(folder) for folder in written):
        raise ModelError(f"{model} lies in a folder of documents or of an index")
    return recipe, open_retriever(other, recipe)


def _folders(settings: Settings) -> Iterator[Path]:
    yield settings.index.resolve()
    if isinstance(settings.documents, Path):
        yield settings.documents.resolve()


def open_indexer(settings: Settings, name: str, program: Sequence[str] = PROGRAM) -> Indexer:
    """Return the Indexer of a collection, which updates its index in new processes.

    Each of them runs `program`, the command `pincite`. Only where there is no index now may they
    make one, since the disk of one that is gone later may come back.
    """
    is_new = not IndexFolder(settings.collection(name).index).ids()
    return Indexer(Announced(name, partial(index_apart, settings, name, program, is_new=is_new)))
