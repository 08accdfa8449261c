"""The command `pincite verify`."""

from __future__ import annotations

import sys

import click

from index import verify_index
from service.commands.options import COLLECTION, INDEX, example
from service.console import say
from service.settings.settings import load_settings


@click.command(epilog=example("pincite verify --index .pincite"))
@INDEX
@COLLECTION
def verify(*, collection: str, **options: object) -> None:
    """Check that the index is sound; name each damaged file, and exit with status 1."""
    folder = load_settings(**options).collection(collection).index
    damage = verify_index(folder)
    for one in damage:
        say(one)
    if damage:
        sys.exit(1)
    click.echo(f"{folder} is sound")
