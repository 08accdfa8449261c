"""Prepares the indexes for `pincite serve`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from index import (
    IndexDamaged,
    IndexFolder,
    IndexMismatch,
    PinciteError,
    Progress,
    Recipe,
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
from service.wiring.answerers import open_answerers
from service.wiring.models import OpenRecipe, open_recipe
from service.wiring.storage import open_engine
from service.wiring.warning import warn

_OTHERS = 10.0  # seconds for runs to end that belong to a service which was stopped just now


def prepare(settings: Settings, recipe_of: OpenRecipe = open_recipe) -> dict[str, str]:
    """Update the index of every collection, unless an engine holds it.

    Where that fails and an index is published, the index answers as it is; where none is, the
    other collections answer. Return why it failed, by the collection's name.

    Raises:
        PinciteError: an index cannot be built, and no collection can answer.
        IndexMismatch: an index belongs to another documents folder or a later version of Pincite.
        EngineRefused: the address of the engine is wrong.
    """
    say_prompts(settings, recipe_of)
    open_engine(settings)  # a wrong address is refused before a worker is started
    if settings.engine:
        return {}
    run = _Preparation(settings, _Shared(recipe_of) if settings.collections else recipe_of)
    names = list(settings.names())
    for name in names:
        run.update(name)
    if len(run.missing) == len(names):
        raise run.missing[0]
    return run.behind


class _Shared:
    """Opens a model once for all collections; only where their documents are matters to it."""

    def __init__(self, recipe_of: OpenRecipe) -> None:
        self._recipe_of = recipe_of
        self._recipes: dict[tuple[str, bool], Recipe] = {}

    def __call__(self, settings: Settings) -> Recipe:
        key = settings.model, isinstance(settings.documents, Path)
        if key not in self._recipes:
            self._recipes[key] = self._recipe_of(settings)
        return self._recipes[key]


class _Preparation:
    """Updates collections one by one; says what becomes of each.

    `behind` says by name why an index could not be updated, `missing` holds the reasons of those
    that have none.
    """

    def __init__(self, settings: Settings, recipe_of: OpenRecipe) -> None:
        self._settings = settings
        self._recipe_of = recipe_of
        self._is_alone = not settings.collections
        self.behind: dict[str, str] = {}
        self.missing: list[PinciteError] = []

    def update(self, name: str) -> None:
        """Update a collection; see prepare."""
        own = self._settings.collection(name)
        warn(f"updating the index in {own.index} from the documents in {own.documents}")
        with ProgressBar("Indexing" if self._is_alone else f"Indexing {name}") as progress:
            try:
                report = _update(own, progress, self._recipe_of)
            except IndexMismatch:
                raise  # it would answer from other documents, or is of a later version of Pincite
            except PinciteError as error:
                self._note(name, own, error)
                return
        if report and not self._is_alone:
            warn(f"{name} is up to date:")
        if report:
            print_report(report)

    def _note(self, name: str, own: Settings, error: PinciteError) -> None:
        published = IndexFolder(own.index).ids()
        self.behind[name] = str(error)
        if published:
            print_error(f"{name}: {error}; until then generation {published[-1]} answers")
            return
        self.missing.append(error)
        if not self._is_alone:
            print_error(f"{name}: {error}; until then it cannot be asked")


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
