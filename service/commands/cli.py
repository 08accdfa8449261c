"""The command `pincite`."""

from __future__ import annotations

import sys

import click

from index import CITATION_FORMATS, CitationFormat, NothingToIndex, Report, verify_index
from service.commands.backing_up import backup, restore
from service.commands.evaluation import calibrate, evaluate
from service.commands.feedback import feedback
from service.commands.keys import keys
from service.commands.options import COLLECTION, INDEX, with_common_options, with_filters
from service.commands.running import end_with, run
from service.commands.terminal import ProgressBar, print_answer, print_error, print_report
from service.schemas.filters import FLAT_RULES
from service.settings.settings import load_settings


def main() -> None:
    """Run the command; an error that a user can mend is one line and exit status 2."""
    run(lambda: pincite(standalone_mode=False))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pincite")
def pincite() -> None:
    """Ask your own documents; get the passages that answer, each cited to the character.

    --documents, --index, --model, --host and --port can also be set by PINCITE_DOCUMENTS and so on
    in the environment, and in the file pincite.toml (or the one that PINCITE_CONFIG names). The
    command line wins, then the environment.
    """


pincite.add_command(keys)
pincite.add_command(feedback)
pincite.add_command(evaluate)
pincite.add_command(calibrate)
pincite.add_command(backup)
pincite.add_command(restore)


@pincite.command(short_help="Answer over HTTP and in the browser.")
@with_common_options
@click.option("--host", help="Address to serve on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on. [default: 8000]")
@click.option(
    "--watch", is_flag=True, default=None, help="Bring the index in step as documents change."
)
@click.option("--no-auth", is_flag=True, default=None, help="Answer whoever asks, without a key.")
def serve(**options: object) -> None:
    """Bring the index in step with the documents, then answer over HTTP and in the browser."""
    from service.commands.serving import serve_app

    settings = load_settings(**options)
    serve_app(settings)


@pincite.command(short_help="Be the tools of a chatbot on this machine.")
@with_common_options
def mcp(**options: object) -> None:
    """Speak the Model Context Protocol on standard input and output.

    A chatbot starts this command itself and asks through it. Builds the index first if there is
    none; over HTTP, `pincite serve` answers the same at /mcp.
    """
    from service.protocols.mcp.stdio import serve_stdio

    serve_stdio(load_settings(**options))


@pincite.command(short_help="Bring the index in step with the documents.")
@with_common_options
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Read and embed by workers of Ray: local, or ray://host:10001.",
)
@click.option("--rebuild", is_flag=True, help="Build anew, for instance with another model.")
@click.option(
    "--repair",
    is_flag=True,
    help="Build anew from the documents if it is damaged or of another model.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what became of each file as JSON.")
@COLLECTION
@click.option(
    "--wait", type=click.FloatRange(0), default=0.0, help="Seconds that another run has to end."
)
@click.option(
    "--parent", type=int, metavar="PID", help="Stop when this process, which began it, ends."
)
def index(
    *,
    rebuild: bool,
    repair: bool,
    as_json: bool,
    collection: str,
    wait: float,
    parent: int | None,
    **options: object,
) -> None:
    """Bring the index in step with the documents: added, changed, renamed and deleted files."""
    from service.commands.building import update_index
    from service.schemas.runs import report_reply

    def show(report: Report) -> None:
        if as_json:
            click.echo(report_reply(report).model_dump_json(indent=2))
        else:
            print_report(report)

    if parent is not None:
        end_with(parent)
    settings = load_settings(**options).collection(collection)
    try:
        with ProgressBar() as progress:
            report = update_index(settings, progress, rebuild=rebuild, repair=repair, wait=wait)
    except NothingToIndex as nothing:
        if as_json or len(nothing.report.files) > 1:  # of one file, the error says all
            show(nothing.report)
        raise
    show(report)


@pincite.command(short_help="See that the index is sound.")
@INDEX
@COLLECTION
def verify(*, collection: str, **options: object) -> None:
    """See that the index is sound; name each file that is not, and then exit with 1."""
    folder = load_settings(**options).collection(collection).index
    damage = verify_index(folder)
    for one in damage:
        print_error(one)
    if damage:
        sys.exit(1)
    click.echo(f"{folder} is sound")


@pincite.command(short_help="Answer QUESTION here, without a server.")
@with_common_options
@click.argument("question")
@click.option("--top-k", type=int, default=5, show_default=True, help="Passages, 1 to 50.")
@with_filters
@click.option("--asked-on", metavar="YYYY-MM-DD", help="The day of asking, if not today.")
@click.option("--prefer", type=click.Choice(["recent"]), help="Newest first among near ties.")
@click.option(
    "--citation-format",
    type=click.Choice(list(CITATION_FORMATS)),
    help="How sources are cited. [default: plain]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the same JSON as POST /ask.")
def ask(
    *,
    question: str,
    top_k: int,
    asked_on: str | None,
    prefer: str | None,
    citation_format: CitationFormat | None,
    as_json: bool,
    **options: object,
) -> None:
    """Answer QUESTION here, without a server; builds the index first if there is none."""
    from service.commands.asking import answer_once
    from service.schemas.answers import answer_reply

    filters = {name: options.pop(name) for name in FLAT_RULES}
    fields = {
        "question": question,
        "top_k": top_k,
        "asked_on": asked_on,
        "prefer": prefer,
        **{name: value for name, value in filters.items() if value},
    }
    answer = answer_once(load_settings(**options), fields)
    if as_json:
        click.echo(answer_reply(answer, citation_format).model_dump_json(indent=2))
    else:
        print_answer(answer, citation_format or "plain")
