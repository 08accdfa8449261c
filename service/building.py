"""Bringing the index that the settings name in step with the documents they name."""

from __future__ import annotations

from index import (
    Folder,
    Progress,
    Recipe,
    Report,
    TorchEmbedder,
    build_index,
    locate_model,
    open_token_counter,
)
from service.settings import Settings


def update_index(settings: Settings, progress: Progress, *, rebuild: bool = False) -> Report:
    """Build or update the index.

    Raises:
        PinciteError: the documents, the index or the model cannot be used.
    """
    corpus = Folder(settings.documents)
    model = locate_model(settings.model)
    recipe = Recipe(model, TorchEmbedder(model), open_token_counter(model))
    return build_index(corpus, settings.index, recipe, progress, rebuild=rebuild)
