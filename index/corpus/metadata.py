"""Puts the metadata of a document together from every place that states some of it.

Each key takes its value from the first of these that has one: the front matter, a sidecar
(`report.pdf.yaml` beside `report.pdf`), the `_metadata.yaml` of its folder and of the folders
above, the nearest first, and the document's own properties. The title falls back to the name of
the file, and `file_date` to the day on which the file was written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from index.types import Metadata, Origin

_FIELDS = ("title", "publisher", "authors", "date", "url", "language", "tags", "source")


def complete(
    own: Metadata, sidecars: Sequence[Metadata], path: str, modified: dt.date | None
) -> Metadata:
    """Return the metadata of the document at `path`, with the origin of each value.

    `own` is what its reader found, and `sidecars` what metadata files state, in order of
    precedence. `modified` is the day on which the file was written. It becomes `file_date`, and
    only where there is no date: copying a file changes it, and a wrong date ranks worse than none.
    """
    own_origins = dict(own.origins)
    origins: dict[str, Origin] = {}

    def layers(key: str) -> Sequence[Metadata]:
        return [own, *sidecars] if own_origins.get(key) == "stated" else [*sidecars, own]

    def note(key: str, giver: Metadata) -> None:
        origins[key] = "stated" if giver is not own else own_origins.get(key, "metadata")

    found = Metadata(own.title)
    for key in _FIELDS:
        giver = next((one for one in layers(key) if getattr(one, key)), None)
        if giver is not None:
            found = replace(found, **{key: getattr(giver, key)})
            note(key, giver)
            if key == "date":
                found = replace(found, precision=giver.precision)
    extra = {}
    for key in dict.fromkeys(key for one in [own, *sidecars] for key, _ in one.extra):
        giver = next(one for one in layers(key) if key in dict(one.extra))
        extra[key] = dict(giver.extra)[key]
        note(key, giver)
    if origins.get("title") == "metadata" and is_named_after(found.title, path):
        origins["title"] = "file name"
    found = replace(found, extra=tuple(extra.items()), origins=tuple(origins.items()))
    return with_file_date(found, modified)


def with_file_date(metadata: Metadata, modified: dt.date | None) -> Metadata:
    """Return metadata with `file_date` set to the day `modified` unless there is a date."""
    file_date = None if metadata.date else modified
    origins = dict(metadata.origins)
    origins.pop("file_date", None)
    if file_date:
        origins["file_date"] = "file time"
    return replace(metadata, file_date=file_date, origins=tuple(origins.items()))


def is_named_after(title: str, path: str) -> bool:
    """Return whether a title is the name of the file at `path`, without its suffix."""
    name = PurePosixPath(path).stem
    return title in {name, _spaced(name), path}


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip()
