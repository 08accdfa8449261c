"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

MODEL = click.option("--model", help="Embedding model: a folder, or a name on a hub.")
ENGINE = click.option(
    "--engine", metavar="ADDRESS", help="Where the index is published, if not in its folder."
)
# whether a path can be read is found out, and said, where it is used
PATH = click.Path(path_type=Path, readable=False)
INDEX = click.option("--index", type=PATH, help="Folder of the index. [default: .pincite]")
COLLECTION = click.option(
    "--collection", default="default", help="Which one, of those in the settings."
)


def place(value: str) -> Path | str:
    """Return a folder of this machine, or a URL as it is."""
    return value if "://" in value else Path(value)


def with_common_options(command: click.decorators.FC) -> click.decorators.FC:
    """Add what says which index, of which documents, by which model."""
    for add in (
        MODEL,
        ENGINE,
        INDEX,
        click.option(
            "--documents",
            type=place,
            metavar="PLACE",
            help="Folder of the documents, or its URL, as s3://bucket/folder. [default: documents]",
        ),
    ):
        command = add(command)
    return command


def with_filters(command: click.decorators.FC) -> click.decorators.FC:
    """Add what chooses the sources that are searched."""
    repeated = "; repeat it to allow several."
    for add in (
        click.option(
            "--where",
            metavar="CONDITION",
            multiple=True,
            help="Only sources whose metadata hold KEY=VALUE, KEY>=VALUE, KEY>VALUE, KEY<=VALUE "
            "or KEY<VALUE; repeat it to ask for all.",
        ),
        click.option(
            "--document",
            "document_id",
            metavar="ID",
            multiple=True,
            help=f"Only this one{repeated}",
        ),
        click.option("--path", multiple=True, help=f"Only sources whose path begins so{repeated}"),
        click.option("--tag", multiple=True, help=f"Only sources with this tag{repeated}"),
        click.option("--language", multiple=True, help=f"Only sources in this language{repeated}"),
        click.option("--author", multiple=True, help=f"Only sources by this author{repeated}"),
        click.option(
            "--publisher", multiple=True, help=f"Only sources of this publisher{repeated}"
        ),
        click.option("--until", metavar="YYYY-MM-DD", help="Only sources dated up to this day."),
        click.option("--since", metavar="YYYY-MM-DD", help="Only sources dated from this day on."),
    ):
        command = add(command)
    return command
