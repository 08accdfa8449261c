"""Bringing the index that the settings name in step with the documents they name."""

from __future__ import annotations

from index import IndexMissing, LiveIndex, Progress, Report, build_index, open_generation
from service.answers import Answerer
from service.settings import Settings
from service.terminal import ProgressBar
from service.wiring import open_answerer, open_folder, open_mirror, open_recipe, read_limits


def update_index(
    settings: Settings, progress: Progress, *, rebuild: bool = False, wait: float = 0.0
) -> Report:
    """Build or update the index; another that does has `wait` seconds to end.

    Raises:
        PinciteError: the documents, the index or the model cannot be used.
        KeyboardInterrupt: it was stopped; the message says what is left.
    """
    mirror = open_mirror(settings)
    try:
        with ProgressBar("Reading", "files") as reading:
            report = build_index(
                open_folder(settings),
                settings.index,
                open_recipe(settings),
                progress,
                rebuild=rebuild,
                limits=read_limits(settings),
                reading=reading,
                wait=wait,
            )
        if mirror is not None:
            with ProgressBar("Publishing", "passages") as publishing:
                mirror.publish(open_generation(settings.index), report, publishing)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            "stopped; the index is as it was, and what was embedded is kept for the next run"
        ) from stop
    return report


def open_or_build(settings: Settings) -> tuple[Answerer, LiveIndex]:
    """Open the index, after building it if there is none.

    Raises:
        PinciteError: the documents, the index or the model cannot be used.
    """
    try:
        return open_answerer(settings)
    except IndexMissing:
        with ProgressBar() as progress:
            update_index(settings, progress)
        return open_answerer(settings)
