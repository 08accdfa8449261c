"""The command `pincite feedback`."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands.options import PATH, example
from service.feedback.export import export_feedback
from service.settings.settings import load_settings


@click.command(
    epilog=example("pincite feedback judged", "pincite evaluate judged --documents documents")
)
@click.option(
    "--feedback",
    metavar="FILE",
    type=PATH,
    help="Their file. [default: .pincite-feedback.sqlite]",
)
@click.option("--documents", type=PATH, help="Folder of the documents. [default: documents]")
@click.argument("folder", type=PATH)
def feedback(*, folder: Path, **options: object) -> None:
    """Write the readers' judgements into the new FOLDER, for `pincite evaluate`."""
    settings = load_settings(**options)
    written = export_feedback(settings, folder)
    for path in written.gone:
        click.echo(f"left out: {path} is no longer in {settings.documents}", err=True)
    if written.unhelped:
        click.echo(f"left out: {written.unhelped} questions without a helpful passage", err=True)
    click.echo(
        f"{written.questions} questions with {written.documents} judged documents; measure with: "
        f"pincite evaluate {folder} --documents {settings.documents}"
    )
