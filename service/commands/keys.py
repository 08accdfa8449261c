"""The command `pincite keys`."""

from __future__ import annotations

import click
from pydantic import TypeAdapter, ValidationError

from service.access.key_file import KeyFileError, create_key, read_keys, revoke_key
from service.commands.options import PATH, example
from service.http.operation import KINDS, Kind
from service.settings.collections import DEFAULT_COLLECTION
from service.settings.origin import Origin
from service.settings.settings import load_settings

_FILE = click.option(
    "--keys",
    metavar="FILE",
    type=PATH,
    help="File of the keys. [default: .pincite-keys.json]",
)


@click.group(epilog=example('pincite keys create --name "the wiki\'s search"', "pincite keys list"))
def keys() -> None:
    """Create, list and revoke the keys that requests are sent with.

    Once there is a key, every request needs one. A running server follows changes at once.
    """


@keys.command(epilog=example("pincite keys create --kind widget --origin https://www.example.org"))
@_FILE
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="ask",
    show_default=True,
    help="What it permits: to ask from the pages of --origin; to ask and get citations; to ask "
    "and to read documents; everything.",
)
@click.option("--name", default="", help="Note on its user or purpose.")
@click.option(
    "--origin",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    help="Site of a widget, as https://example.org; repeat it to name several.",
)
@click.option(
    "--collections",
    metavar="NAME",
    multiple=True,
    help="Collection that it is for; repeat it to name several. [default: all; of a widget: "
    "default]",
)
def create(
    *,
    kind: Kind,
    name: str,
    origins: tuple[str, ...],
    collections: tuple[str, ...],
    **options: object,
) -> None:
    """Create a key and print it; it is not shown again."""
    if (kind == "widget") != bool(origins):
        raise click.UsageError("a widget key needs --origin, and keys of other kinds take none")
    for origin in origins:
        _check_origin(origin)
    settings = load_settings(**options)
    for one in collections:
        settings.collection(one)  # raises an error that names the collections
    limited = collections or ((DEFAULT_COLLECTION,) if kind == "widget" else None)
    key, _ = create_key(settings.keys, kind, name, origins, limited, show=_show)
    click.echo(f"The file keeps a hash of the key {key.id}; it is not shown again.", err=True)


def _show(token: str) -> None:
    try:
        click.echo(token)
    except OSError as error:
        raise KeyFileError(
            f"the key cannot be printed: {error.strerror}; no key was made, so try again"
        ) from error


@keys.command(name="list", epilog=example("pincite keys list"))
@_FILE
def list_keys(**options: object) -> None:
    """Print a line for each key: id, kind, day of creation, name, origins and collections."""
    for key in read_keys(load_settings(**options).keys):
        columns = [key.id, key.kind, key.created.isoformat(), key.name, " ".join(key.origins)]
        if key.collections is not None:
            columns.append(" ".join(key.collections))
        click.echo("\t".join(columns).rstrip("\t"))


@keys.command(epilog=example("pincite keys revoke 1f3a9c20"))
@_FILE
@click.argument("identity", metavar="ID")
def revoke(*, identity: str, **options: object) -> None:
    """Revoke the key ID; a running server refuses it from now on."""
    key = revoke_key(load_settings(**options).keys, identity)
    click.echo(f"revoked {key.id}, {key.kind} {key.name}".rstrip(), err=True)


def _check_origin(text: str) -> None:
    try:
        TypeAdapter(Origin).validate_python(text)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.BadParameter(f"{text!r}: {reason}") from error
