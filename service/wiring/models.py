"""Opens the models of the settings: the recipe of an index, and the retriever that searches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import index  # names of the parts that few use: Ray, a reranker
from index import (
    CalibrationError,
    ModelEncoders,
    ModelError,
    ModelTokens,
    Recipe,
    Retriever,
    load_calibration,
    locate_model,
)
from service.console import say
from service.settings.settings import Settings
from service.wiring.storage import open_cluster

_CLUSTER_WINDOW = 32_768  # passages that the workers of a cluster share out

OpenRecipe = Callable[[Settings], Recipe]
OpenRetriever = Callable[[Settings, Recipe], Retriever]
OpenAnswerModel = Callable[[str], index.AnswerModel | None]  # by its name


@cache
def open_answer_model(name: str) -> index.AnswerModel | None:
    """Open an answer model once for all retrievers of the process.

    Raises:
        ModelError: it cannot be opened.
    """
    return index.open_answer_model(name)


def open_recipe(settings: Settings) -> Recipe:
    """Return how the index of the settings is built.

    Raises:
        ModelError: the model cannot be found.
    """
    prompts = map(_prompt, (settings.question_prompt, settings.passage_prompt))
    model = locate_model(settings.model, *prompts)
    encoders = ModelEncoders(model, settings.encoder, say, settings.device, tell=say)
    recipe = Recipe(model, encoders, ModelTokens(model))
    cluster = open_cluster(settings)
    if cluster is None:
        return recipe
    recipe = replace(recipe, spread=partial(cluster.spread, model), window=_CLUSTER_WINDOW)
    # a remote worker cannot see a local folder
    is_in_reach = settings.cluster == index.LOCAL or not isinstance(settings.documents, Path)
    return replace(recipe, read=cluster.read) if is_in_reach else recipe


def shared_recipe(recipe_of: OpenRecipe) -> OpenRecipe:
    """Return a function that opens each model once for all collections.

    Only where their documents are matters to it, because workers of a cluster may not see them.
    """
    recipes: dict[tuple[str, bool], Recipe] = {}

    def shared(settings: Settings) -> Recipe:
        key = settings.model, isinstance(settings.documents, Path)
        if key not in recipes:
            recipes[key] = recipe_of(settings)
        return recipes[key]

    return shared


def _prompt(setting: str | None) -> str | None:
    return "" if setting == "none" else setting


def open_retriever(
    settings: Settings, recipe: Recipe, *, answer_model_of: OpenAnswerModel = open_answer_model
) -> Retriever:
    """Return the retriever for an index built by `recipe`.

    Raises:
        CalibrationError: the calibration of the settings belongs to another model.
        ModelError: the answer model cannot be opened.
    """
    calibration = load_calibration(settings.calibration, recipe.model)
    fitted_for = calibration.answer_model if calibration else None
    if fitted_for == settings.answer_model:
        return _open_retriever(settings, recipe, calibration, answer_model_of(fitted_for))
    if settings.answer_model not in {index.DEFAULT_ANSWER_MODEL, index.NO_ANSWER_MODEL}:
        say(
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
            say(f"there are no example questions, because {error}")
            return ()

    return find


def open_uncalibrated(settings: Settings, recipe: Recipe) -> Retriever:
    """Return a retriever without a calibration, to fit one.

    Raises:
        ModelError: the answer model cannot be opened.
    """
    return _open_retriever(settings, recipe, None, open_answer_model(settings.answer_model))


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


def open_other(
    settings: Settings, recipe_of: OpenRecipe, retriever_of: OpenRetriever, model: str
) -> tuple[Recipe, Retriever]:
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
    return recipe, retriever_of(other, recipe)


def _folders(settings: Settings) -> Iterator[Path]:
    yield settings.index.resolve()
    if isinstance(settings.documents, Path):
        yield settings.documents.resolve()
