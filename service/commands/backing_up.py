"""The commands `pincite backup` and `pincite restore`."""

from __future__ import annotations

from pathlib import Path

import click

from index import back_up
from index import restore as restore_index
from service.commands.options import COLLECTION, INDEX, PATH, example
from service.settings.settings import load_settings

_FILE = click.argument("file", type=PATH)


@click.command(epilog=example("pincite backup pincite-2026-12-01.tar"))
@INDEX
@COLLECTION
@_FILE
def backup(*, file: Path, collection: str, **options: object) -> None:
    """Write the current generation, with the texts of its documents, into the new FILE.

    A server may run meanwhile. FILE does not hold the documents' files, the keys and the feedback.
    """
    identity = back_up(load_settings(**options).collection(collection).index, file)
    click.echo(f"wrote generation {identity} to {file}", err=True)


@click.command(epilog=example("pincite restore pincite-2026-12-01.tar --index restored"))
@INDEX
@COLLECTION
@_FILE
def restore(*, file: Path, collection: str, **options: object) -> None:
    """Make a new index from FILE, which `pincite backup` wrote; all hashes are checked first."""
    settings = load_settings(**options).collection(collection)
    identity = restore_index(file, settings.index)
    click.echo(f"published generation {identity} in {settings.index}", err=True)
