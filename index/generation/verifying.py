"""Verifying an index: every damaged file is named, while opening stops at the first."""

from __future__ import annotations

from pathlib import Path

from index.errors import IndexDamaged
from index.generation.folder import current_id, open_generation
from index.generation.manifest import find_damage, read_manifest


def verify_index(folder: Path) -> list[str]:
    """Return one line for each damaged file of the live generation in a folder.

    Raises:
        IndexMissing: nothing has been published.
        IndexMismatch: another version of Pincite wrote it.
        StoredIndexError: the folder is not an index, or cannot be read.
    """
    try:
        identity = current_id(folder)
        place = folder / "generations" / identity
        if damage := find_damage(place, read_manifest(place)):
            return list(damage.values())
        generation = open_generation(folder, identity)
        manifest, found = generation.manifest, generation.catalog.count()
        if found != (manifest.documents, manifest.passages, manifest.sentences):
            return [f"{place} holds another number of passages than its manifest says"]
    except IndexDamaged as error:
        return [error.reason]
    return []
