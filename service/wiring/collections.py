"""Opens each collection: its index, and what answers from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from index import LiveIndex
from service.answers.allowance import Allowance
from service.answers.answerer import Answerer
from service.answers.observer import Observer
from service.answers.open_collection import OpenCollection
from service.answers.retrievers import Retrievers
from service.console import say
from service.indexing.preparation import Preparation, PreparedEngine
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings
from service.traffic.admission import leave_inside
from service.wiring.models import OpenRecipe, OpenRetriever, open_other, open_recipe, open_retriever
from service.wiring.storage import open_engine


def open_collection(settings: Settings, recipe_of: OpenRecipe = open_recipe) -> OpenCollection:
    """Open the default collection alone.

    Raises:
        PinciteError: its index or the model cannot be opened.
    """
    default = settings.collection(DEFAULT_COLLECTION)
    return open_collections(default, recipe_of=recipe_of)[DEFAULT_COLLECTION]


def open_collections(
    settings: Settings,
    observer: Observer | None = None,
    *,
    serving: bool = False,
    recipe_of: OpenRecipe = open_recipe,
    retriever_of: OpenRetriever = open_retriever,
    allowance: Callable[[], Allowance] = Allowance,
    preparation: Preparation | None = None,
) -> dict[str, OpenCollection]:
    """Open the index of every collection, by name, and the model, which all of them share.

    For `serving`, an index of another model is searched with that model, if it is installed, until
    the index has been rebuilt. An index in an engine is not rebuilt by the service, so there an
    index of another model is refused. Its index may be missing at first, because a cluster may
    start after the service; and so may those of some collections, while others answer. With a
    `preparation`, none is opened before it has been brought up to date.

    Raises:
        PinciteError: the model, or an index that may not be missing, cannot be opened.
    """
    recipe = recipe_of(settings)
    wanted = retriever_of(settings, recipe)
    retrievers = Retrievers(recipe, wanted, partial(open_other, settings, recipe_of, retriever_of))
    found: dict[str, OpenCollection] = {}
    names = list(settings.names())
    prepare = retrievers.prepare if serving and not settings.engine else None
    for name in names:
        # the last one has to open if none of the others did
        has_to = name == names[-1] and not any(one.live.is_open for one in found.values())
        engine = open_engine(settings.collection(name))
        live = LiveIndex(
            PreparedEngine(engine, name, preparation) if preparation else engine,
            recipe.model,
            prepare,
            later=serving and (bool(settings.engine or preparation) or not has_to),
        )
        if live.damage:
            say(live.damage)
        answerer = Answerer(
            retrievers,
            live,
            settings.threshold,
            observer=observer,
            before_batch=leave_inside,
            allowance=allowance,
        )
        found[name] = OpenCollection(answerer, live)
    return found
