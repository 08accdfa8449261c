"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

MODEL = click.option("--model", help="Embedding model: a folder, or a name on a hub.")
ENGINE = click.option("--engine", metavar="ADDRESS", help="Milvus cluster that holds the index.")


def example(*lines: str) -> str:
    """Return the end of a command's help: examples of the command."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


class PathType(click.Path):
    """A path that is not empty, which pathlib would take for the current folder.

    Whether it can be read is checked where it is used.
    """

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Return the path.

        Raises:
            click.BadParameter: it is empty.
        """
        if value == "":
            self.fail("it is empty; name a file or a folder, or leave the option out", param, ctx)
        return Path(str(value))


PATH = PathType()
INDEX = click.option("--index", type=PATH, help="Folder of the index. [default: .pincite]")
COLLECTION = click.option(
    "--collection", default="default", help="Name of the collection in the settings."
)


def place(value: str) -> Path | str:
    """Return a local folder, or a URL as it is."""
    if not value:
        raise click.BadParameter("it is empty; name a folder or a URL, or leave the option out")
    return value if "://" in value else Path(value)


def with_common_options(command: click.decorators.FC) -> click.decorators.FC:
    """Add the options of the documents, the index and the model."""
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
    """Add the options that filter the sources."""
    repeated = "; repeat it to allow several."
    for add in (
        click.option(
            "--where",
            metavar="CONDITION",
            multiple=True,
            help="Only sources whose metadata has KEY=VALUE, KEY>=VALUE, KEY>VALUE, KEY<=VALUE "
            "or KEY<VALUE; repeat it for several conditions, which must all hold.",
        ),
        click.option(
            "--document",
            "document_id",
            metavar="ID",
            multiple=True,
            help=f"Only the document with this id{repeated}",
        ),
        click.option("--path", multiple=True, help=f"Only sources below this path{repeated}"),
        click.option("--tag", multiple=True, help=f"Only sources with this tag{repeated}"),
        click.option("--language", multiple=True, help=f"Only sources in this language{repeated}"),
        click.option("--author", multiple=True, help=f"Only sources by this author{repeated}"),
        click.option(
            "--publisher", multiple=True, help=f"Only sources of this publisher{repeated}"
        ),
        click.option("--until", metavar="YYYY-MM-DD", help="Only sources of this day or earlier."),
        click.option("--since", metavar="YYYY-MM-DD", help="Only sources of this day or later."),
    ):
        command = add(command)
    return command
