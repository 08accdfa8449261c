"""Updating the index of the settings from their documents."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from index import (
    IndexDamaged,
    IndexFolder,
    IndexMissing,
    IndexOutdated,
    ModelError,
    Progress,
    RecipeMismatch,
    Report,
    build_index,
    check_source,
    open_generation,
)
from service.answers.open_collection import OpenCollection
from service.commands.progress import ProgressBar
from service.console import say
from service.settings.settings import Settings
from service.wiring.collections import open_collection
from service.wiring.models import OpenRecipe, example_finder, open_recipe
from service.wiring.storage import open_folder, open_mirror, read_limits


def update_index(
    settings: Settings,
    progress: Progress,
    *,
    reading: Progress | None = None,
    rebuild: bool = False,
    repair: bool = False,
    allow_deletions: bool = False,
    adopt: bool = False,
    existing: bool = False,
    wait: float = 0.0,
    recipe_of: OpenRecipe = open_recipe,
) -> Report:
    """Build or update the index; wait up to `wait` seconds for another run to end.

    An index of an earlier format is rebuilt, and with `repair` a damaged index or one of another
    model. `allow_deletions` and `adopt` are those of the command; see build_index. With `existing`,
    an index that is missing is not built. `reading` is told how many files were read; a bar shows
    it if that is None.

    Raises:
        IndexMissing: it is missing, and `existing` is set.
        PinciteError: the documents, the index or the model cannot be used.
        KeyboardInterrupt: it was stopped; the message says what remains.
    """
    mirror = open_mirror(settings)
    if existing:
        with suppress(IndexDamaged):
            IndexFolder(settings.index).current_id()

    def build(rebuild: bool) -> Report:
        recipe = recipe_of(settings)
        with ProgressBar("Reading", "files") as bar:
            return build_index(
                open_folder(settings),
                settings.index,
                recipe,
                progress,
                rebuild=rebuild,
                limits=read_limits(settings),
                reading=reading or bar,
                wait=wait,
                deletions=1.0 if allow_deletions else settings.most_deleted,
                adopt=adopt,
                find_examples=example_finder(settings, recipe),
            )

    try:
        report = _build_or_rebuild(build, rebuild=rebuild, repair=repair)
        if mirror is not None:
            with ProgressBar("Publishing", "passages") as publishing:
                mirror.publish(open_generation(settings.index), report, publishing)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            "stopped; the index is unchanged, and the next run continues where this one stopped"
        ) from stop
    if report.vanished:
        say(
            f"{report.vanished} documents are kept although their files are gone, since so many "
            "may be on a disk that is not mounted; to delete them: pincite index --allow-deletions"
        )
    return report


def _build_or_rebuild(build: Callable[[bool], Report], *, rebuild: bool, repair: bool) -> Report:
    """Build; rebuild an index of an earlier format, and with `repair` one that cannot be used."""
    try:
        return build(rebuild)
    except IndexOutdated as outdated:
        say(f"{outdated.reason}; it is rebuilt")
    except (IndexDamaged, RecipeMismatch) as refused:
        if not repair:
            raise
        say(f"{refused.reason}; it is rebuilt from the documents")
    return build(True)


def say_prompts(settings: Settings, recipe_of: OpenRecipe = open_recipe) -> None:
    """Print the prompts of the model, if its own files do not state them."""
    with suppress(ModelError):  # which the build reports
        if note := recipe_of(settings).model.note:
            say(note)


def open_or_build(settings: Settings, recipe_of: OpenRecipe = open_recipe) -> OpenCollection:
    """Open the default collection; build its index first if it is missing or of an earlier format.

    Raises:
        DocumentsMismatch: the settings name a documents folder, and the index is of another one.
        PinciteError: the documents, the index or the model cannot be used.
    """
    try:
        opened = open_collection(settings, recipe_of)
    except (IndexMissing, IndexOutdated):
        with ProgressBar() as progress:
            update_index(settings, progress, recipe_of=recipe_of)
        return open_collection(settings, recipe_of)
    is_named = "documents" in settings.model_fields_set and not settings.engine
    if is_named and isinstance(settings.documents, Path):
        check_source(opened.live.generation, settings.index, settings.documents)
    return opened
