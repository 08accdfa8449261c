"""The command `pincite index`."""

from __future__ import annotations

import click

from index import NothingToIndex, Report
from service.commands.apart import end_with
from service.commands.building import say_prompts, update_index
from service.commands.collaborators import Collaborators
from service.commands.options import COLLECTION, example, with_common_options
from service.commands.progress import ProgressBar
from service.commands.report_table import print_report
from service.schemas.runs import report_reply
from service.settings.settings import load_settings


@click.command(epilog=example("pincite index --documents documents"))
@with_common_options
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Ray cluster that reads and embeds: local, or ray://host:10001.",
)
@click.option("--rebuild", is_flag=True, help="Build a new index, for instance with another model.")
@click.option(
    "--repair",
    is_flag=True,
    help="Rebuild an index that is damaged or of another model.",
)
@click.option(
    "--allow-deletions",
    is_flag=True,
    help="Delete documents whose files are gone, however many they are.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Let the documents take the place of those of another folder.",
)
@click.option("--existing", is_flag=True, help="Build no index where there is none yet.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@COLLECTION
@click.option(
    "--wait", type=click.FloatRange(0), default=0.0, help="Seconds to wait for another run."
)
@click.option(
    "--parent", type=int, metavar="PID", help="Stop when this process ends; it must be the parent."
)
@click.pass_obj
def index(
    collaborators: Collaborators,
    /,
    *,
    rebuild: bool,
    repair: bool,
    allow_deletions: bool,
    adopt: bool,
    existing: bool,
    as_json: bool,
    collection: str,
    wait: float,
    parent: int | None,
    **options: object,
) -> None:
    """Update the index from the documents: added, changed, renamed and deleted files."""

    def show(report: Report) -> None:
        if as_json:
            click.echo(report_reply(report).model_dump_json(indent=2))
        else:
            print_report(report)

    settings = load_settings(**options).collection(collection)
    if parent is None:
        say_prompts(settings, collaborators.recipe_of)
    else:
        end_with(parent)
    try:
        with ProgressBar() as progress:
            report = update_index(
                settings,
                progress,
                rebuild=rebuild,
                repair=repair,
                allow_deletions=allow_deletions,
                adopt=adopt,
                existing=existing,
                wait=wait,
                recipe_of=collaborators.recipe_of,
            )
    except NothingToIndex as nothing:
        if as_json or len(nothing.report.files) > 1:  # of one file, the error says all
            show(nothing.report)
        raise
    show(report)
