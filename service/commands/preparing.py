"""Prepares the indexes for `pincite serve`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from index import (
    IndexDamaged,
    IndexFolder,
    IndexMismatch,
    PinciteError,
    Progress,
    RecipeMismatch,
    Report,
    StoredIndexError,
)
from service.commands.building import say_prompts, update_index
from service.commands.progress import ProgressBar
from service.commands.report_table import print_report
from service.commands.running import print_error
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings
from service.wiring import OpenRecipe, open_answerers, open_engine, open_recipe, warn

_OTHERS = 10.0  # seconds for runs to end that belong to a service which was stopped just now


def prepare(settings: Settings, recipe_of: OpenRecipe = open_recipe) -> dict[str, str]:
    """Update the index of every collection, unless an engine holds it.

    Where that fails and an index is published, the index answers as it is. Return why it failed, by
    the collection's name.

    Raises:
        PinciteError: an index cannot be built, and none has been published.
        IndexMismatch: an index belongs to another documents folder or a later version of Pincite.
        EngineRefused: the address of the engine is wrong.
    """
    behind = {}
    say_prompts(settings, recipe_of)
    open_engine(settings)  # a wrong address is refused before a worker is started
    for name in () if settings.engine else settings.names():
        own = settings.collection(name)
        warn(f"updating the index in {own.index} from the documents in {own.documents}")
        with ProgressBar(f"Indexing {name}" if settings.collections else "Indexing") as progress:
            try:
                if report := _update(own, progress, recipe_of):
                    print_report(report)
            except IndexMismatch:
                raise  # it would answer from other documents, or is of a later version of Pincite
            except PinciteError as error:
                published = IndexFolder(own.index).ids()
                if not published:
                    raise
                behind[name] = str(error)
                print_error(f"{name}: {error}; until then generation {published[-1]} answers")
    return behind


def _update(settings: Settings, progress: Progress, recipe_of: OpenRecipe) -> Report | None:
    """Update an index; return None if one of another model answers until the service rebuilt it.

    An index that cannot answer meanwhile is rebuilt here.
    """
    update = partial(update_index, settings, progress, wait=_OTHERS, recipe_of=recipe_of)
    try:
        return update()
    except RecipeMismatch as other:
        if _answers_meanwhile(settings, other, recipe_of):
            return None
        return update(rebuild=True)
    except IndexDamaged:
        if _has_sound_generation(settings):
            raise
        return update(repair=True)


def _has_sound_generation(settings: Settings) -> bool:
    engine = IndexFolder(settings.index)
    for identity in engine.ids():
        with suppress(StoredIndexError):
            engine.open(identity)
            return True
    return False


def _answers_meanwhile(settings: Settings, other: RecipeMismatch, recipe_of: OpenRecipe) -> bool:
    """Return whether an index of another model can answer until the service has rebuilt it."""
    try:
        opened = open_answerers(settings, serving=True, recipe_of=recipe_of)
    except IndexMismatch as refused:
        warn(f"{refused}; it is rebuilt before it answers")
        return False
    _, live = opened[DEFAULT_COLLECTION]
    meanwhile = "it answers while it is rebuilt" if live.outdated else "it is rebuilt first"
    warn(f"{other.reason}; {meanwhile}")
    return live.outdated
