"""The collaborators of the commands; tests pass their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `pincite --help` needs neither the index nor its model
    from index import Recipe
    from service.commands.granian_server import OpenServer, Server
    from service.indexing.indexer import Indexer
    from service.settings.settings import Settings
    from service.wiring.indexers import OpenIndexer
    from service.wiring.models import OpenRecipe


def _open_recipe(settings: Settings) -> Recipe:
    from service.wiring.models import open_recipe

    return open_recipe(settings)


def _open_indexer(settings: Settings, name: str) -> Indexer:
    from service.wiring.indexers import open_indexer

    return open_indexer(settings, name)


def _open_server(settings: Settings) -> Server:
    from service.commands.granian_server import open_server

    return open_server(settings)


@dataclass(frozen=True, slots=True)
class Collaborators:
    """`recipe_of` says how texts are embedded, `open_indexer` updates an index that is served.

    `open_server` opens what serves the application.
    """

    recipe_of: OpenRecipe = _open_recipe
    open_indexer: OpenIndexer = _open_indexer
    open_server: OpenServer = _open_server
