"""Collections: the documents and the index of each, kept apart from the others'."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.settings.file import SettingsError
from service.settings.values import Documents, FilePath

DEFAULT_COLLECTION = "default"  # the one of the settings documents and index
CollectionName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class CollectionFolders(BaseModel):
    """Where the documents and the index of a collection are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: Documents
    index: FilePath


def check_collections(index: Path, others: Mapping[str, CollectionFolders]) -> None:
    """Refuse collections that share an index with another, or have the name of the default one.

    Raises:
        SettingsError: two collections have the same name or the same index.
    """
    if DEFAULT_COLLECTION in others:
        raise SettingsError(
            f"the setting collections.{DEFAULT_COLLECTION} has a reserved name: the settings "
            "documents and index are the collection of this name; choose another name"
        )
    taken = {os.path.realpath(index): DEFAULT_COLLECTION}
    for name, folders in others.items():
        folder = os.path.realpath(folders.index)
        if folder in taken:
            raise SettingsError(
                f"the collections {taken[folder]} and {name} have the same index, {folder}; "
                "give each an index of its own"
            )
        taken[folder] = name
