"""Collections: the documents and the index of each, kept apart from the others'."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.settings.file import SettingsError

DEFAULT_COLLECTION = "default"  # the one of the settings documents and index
CollectionName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


# a folder of this machine, or what fsspec reaches
Documents = Path | Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://")]


class CollectionFolders(BaseModel):
    """Where the documents and the index of a collection are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: Documents
    index: Path


def check_collections(index: Path, others: Mapping[str, CollectionFolders]) -> None:
    """Refuse further collections that are not apart from one another and from that of `index`.

    Raises:
        SettingsError: two have the same name or the same index.
    """
    if DEFAULT_COLLECTION in others:
        raise SettingsError(
            f"the setting collections.{DEFAULT_COLLECTION} is taken: the settings documents and "
            "index are that collection; give this one another name"
        )
    taken = {index.resolve(): DEFAULT_COLLECTION}
    for name, folders in others.items():
        folder = folders.index.resolve()
        if folder in taken:
            raise SettingsError(
                f"the collections {taken[folder]} and {name} have the same index, {folder}; "
                "each takes one of its own"
            )
        taken[folder] = name
