"""The command `pincite`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from index import PinciteError
from service.settings import load_settings
from service.terminal import BuildProgress, print_answer, print_report


def main() -> None:
    """Run the command; an error that a user can mend is one line and exit status 2."""
    try:
        pincite(standalone_mode=True)
    except PinciteError as error:
        click.echo(f"pincite: {' '.join(str(error).split())}", err=True)
        sys.exit(2)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"pincite: {place}{error.strerror or error}", err=True)
        sys.exit(2)


def _with_common_options(command: click.decorators.FC) -> click.decorators.FC:
    for name, kind, text in (
        ("--model", str, "Embedding model: a folder, or a name on a hub."),
        ("--index", click.Path(path_type=Path), "Folder of the index."),
        ("--documents", click.Path(path_type=Path), "Folder of the documents."),
    ):
        command = click.option(name, type=kind, help=text)(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pincite")
def pincite() -> None:
    """Ask your own documents; get the passages that answer, each cited to the character.

    Every option is also a setting PINCITE_<OPTION> in the environment, and a key in the file
    pincite.toml (or the one named by PINCITE_CONFIG). The command line wins, then the environment.
    """


@pincite.command()
@_with_common_options
@click.option("--host", help="Address to serve on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on. [default: 8000]")
def serve(**options: object) -> None:
    """Bring the index in step with the documents, then answer over HTTP and in the browser."""
    from service.serving import serve_app

    settings = load_settings(**options)
    serve_app(settings)


@pincite.command()
@_with_common_options
@click.option("--rebuild", is_flag=True, help="Build anew, for instance with another model.")
def index(*, rebuild: bool, **options: object) -> None:
    """Bring the index in step with the documents."""
    from service.building import update_index

    settings = load_settings(**options)
    with BuildProgress() as progress:
        report = update_index(settings, progress, rebuild=rebuild)
    print_report(report)


@pincite.command()
@_with_common_options
@click.argument("question")
@click.option("--top-k", type=int, default=5, show_default=True, help="Passages, 1 to 50.")
@click.option("--json", "as_json", is_flag=True, help="Print the same JSON as POST /ask.")
def ask(*, question: str, top_k: int, as_json: bool, **options: object) -> None:
    """Answer QUESTION here, without a server; builds the index first if there is none."""
    from service.asking import answer_once

    settings = load_settings(**options)
    answer = answer_once(settings, question, top_k)
    print_answer(answer, as_json=as_json)
