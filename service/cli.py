"""The command `pincite`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from index import PinciteError
from service.settings import load_settings
from service.terminal import ProgressBar, print_answer, print_evaluations, print_report


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
    with ProgressBar() as progress:
        report = update_index(settings, progress, rebuild=rebuild)
    print_report(report)


@pincite.command()
@_with_common_options
@click.argument("question")
@click.option("--top-k", type=int, default=5, show_default=True, help="Passages, 1 to 50.")
@click.option("--since", metavar="YYYY-MM-DD", help="Only sources dated from this day on.")
@click.option("--until", metavar="YYYY-MM-DD", help="Only sources dated up to this day.")
@click.option("--asked-on", metavar="YYYY-MM-DD", help="The day of asking, if not today.")
@click.option("--prefer", type=click.Choice(["recent"]), help="Newest first among near ties.")
@click.option("--json", "as_json", is_flag=True, help="Print the same JSON as POST /ask.")
def ask(
    *,
    question: str,
    top_k: int,
    since: str | None,
    until: str | None,
    asked_on: str | None,
    prefer: str | None,
    as_json: bool,
    **options: object,
) -> None:
    """Answer QUESTION here, without a server; builds the index first if there is none."""
    from service.asking import answer_once
    from service.schemas import answer_reply

    fields = {
        "question": question,
        "top_k": top_k,
        "filters": {"since": since, "until": until},
        "asked_on": asked_on,
        "prefer": prefer,
    }
    answer = answer_once(load_settings(**options), fields)
    if as_json:
        click.echo(answer_reply(answer).model_dump_json(indent=2))
    else:
        print_answer(answer)


@pincite.command()
@_with_common_options
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a folder.")
@click.option(
    "--compare",
    type=click.Path(path_type=Path),
    help="Fail if a measure fell since this output of --json by more than its interval.",
)
def evaluate(
    *,
    folders: tuple[Path, ...],
    as_json: bool,
    compare: Path | None,
    documents: Path | None,
    index: Path | None,
    **options: object,
) -> None:
    """Measure answers to the questions of BEIR FOLDERS.

    Each holds corpus.jsonl, queries.jsonl and qrels/test.tsv. With --documents the questions are
    asked of those documents instead, and the judgements name their paths. With --index the
    indexes are kept there, one folder a dataset, and used again.
    """
    from service.evaluating import Evaluator
    from service.reports import evaluation_json, find_drops, read_baselines

    baselines = read_baselines(compare) if compare else {}
    evaluator = Evaluator(load_settings(**options), index)
    evaluations, drops = [], []
    for folder in folders:
        with (
            ProgressBar(f"{folder.name}: indexing") as indexing,
            ProgressBar(f"{folder.name}: asking", "questions") as asking,
        ):
            evaluations.append(evaluator.run(folder, documents, indexing, asking))
        if as_json:
            click.echo(evaluation_json(evaluations[-1]))
        if baseline := baselines.get(evaluations[-1].dataset):
            drops += find_drops(evaluations[-1], baseline)
    if not as_json:
        print_evaluations(evaluations)
    for drop in drops:
        click.echo(drop, err=True)
    if drops:
        sys.exit(1)
