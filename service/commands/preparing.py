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
from service.console import say
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.settings import Settings
from service.wiring.collections import open_collections
from service.wiring.models import OpenRecipe, open_recipe
from service.wiring.storage import open_engine

_OTHERS = 10.0  # seconds for runs to end that belong to a service which was stopped just now


def prepare(settings: Settings, recipe_of: OpenRecipe = open_recipe) -> str | None:
    """Update the index of the only collection, unless an engine holds it.

    Where that fails and an index is published, the index answers as it is; return why it failed.

    Raises:
        PinciteError: an index cannot be built, and none is published.
        IndexMismatch: the index belongs to another documents folder or a later version of Pincite.
        EngineRefused: the address of the engine is wrong.
    """
    say_prompts(settings, recipe_of)
    open_engine(settings)  # a wrong address is refused before a worker is started
    if settings.engine:
        return None
    say(f"updating the index in {settings.index} from the documents in {settings.documents}")
    with ProgressBar("Indexing") as progress:
        try:
            report = update_or_rebuild(settings, progress, recipe_of)
        except IndexMismatch:
            raise  # it would answer from other documents, or is of a later version of Pincite
        except PinciteError as error:
            published = IndexFolder(settings.index).ids()
            if not published:
                raise
            say(f"{DEFAULT_COLLECTION}: {error}; until then generation {published[-1]} answers")
            return str(error)
    if report:
        print_report(report)
    return None


def update_or_rebuild(
    settings: Settings,
    progress: Progress,
    recipe_of: OpenRecipe,
    *,
    reading: Progress | None = None,
) -> Report | None:
    """Update an index; return None if one of another model answers until the service rebuilt it.

    An index that cannot answer meanwhile is rebuilt here. `reading` is told how many files were
    read.

    Raises:
        PinciteError: it cannot be updated.
    """
    update = partial(
        update_index, settings, progress, reading=reading, wait=_OTHERS, recipe_of=recipe_of
    )
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
        opened = open_collections(settings, serving=True, recipe_of=recipe_of)
    except IndexMismatch as refused:
        say(f"{refused}; it is rebuilt before it answers")
        return False
    live = opened[DEFAULT_COLLECTION].live
    meanwhile = "it answers while it is rebuilt" if live.outdated else "it is rebuilt first"
    say(f"{other.reason}; {meanwhile}")
    return live.outdated
