"""The commands `pincite evaluate` and `pincite calibrate`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from service.commands.collaborators import Collaborators
from service.commands.evaluation_tables import print_checks, print_evaluations
from service.commands.options import ENGINE, MODEL, PATH, example, place
from service.commands.progress import ProgressBar
from service.evaluation.calibrating import calibrate as fit
from service.evaluation.evaluator import Evaluator
from service.evaluation.reports import evaluation_json, find_drops, read_baselines
from service.settings.settings import load_settings


@click.command(epilog=example("pincite evaluate tests/data/questions --documents documents"))
@MODEL
@ENGINE
@click.option("--index", type=PATH, help="Folder to keep the indexes in, one for each dataset.")
@click.option(
    "--documents",
    type=place,
    metavar="PLACE",
    help="Documents to ask, instead of corpus.jsonl.",
)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=PATH)
@click.option(
    "--sample",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    help="Ask at most so many questions of each folder, always the same. [default: all]",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each folder.")
@click.option(
    "--compare",
    type=PATH,
    metavar="FILE",
    help="Exit with 1 if a measure is below that of this output of --json by more than half its "
    "interval.",
)
@click.pass_obj
def evaluate(
    collaborators: Collaborators,
    /,
    *,
    folders: tuple[Path, ...],
    as_json: bool,
    compare: Path | None,
    documents: Path | str | None,
    index: Path | None,
    sample: int | None,
    **options: object,
) -> None:
    """Measure answers to the questions of each BEIR FOLDER.

    A FOLDER holds corpus.jsonl, queries.jsonl and qrels/test.tsv. With --documents the questions
    are asked of those documents instead, and the judgements name their paths. The indexes are
    deleted at the end, unless --index names a folder for them.
    """
    baselines = read_baselines(compare) if compare else {}
    evaluator = Evaluator(
        load_settings(**options), index, sample, recipe_of=collaborators.recipe_of
    )
    evaluations, drops = [], []
    for folder in folders:
        name = folder.resolve().name
        with (
            ProgressBar(f"{name}: indexing") as indexing,
            ProgressBar(f"{name}: asking", "questions") as asking,
        ):
            found = evaluator.run(folder, documents, indexing, asking)
        evaluations.append(found)
        if as_json:
            click.echo(evaluation_json(found))
        if baseline := baselines.get(found.dataset):
            drops += find_drops(found, baseline)
        elif compare:
            click.echo(f"{found.dataset}: not compared, {compare} has no line of it", err=True)
    if not as_json:
        print_evaluations(evaluations)
    for drop in drops:
        click.echo(drop, err=True)
    if drops:
        sys.exit(1)


@click.command(epilog=example("pincite calibrate ../shared/data/squad2 --output calibration.json"))
@MODEL
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=PATH)
@click.option("--output", metavar="FILE", required=True, type=PATH, help="File to write.")
@click.option(
    "--distractors",
    metavar="FOLDER",
    type=PATH,
    help="A BEIR folder whose records answer no question, to fit on a larger corpus.",
)
@click.option(
    "--sample",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    help="Ask at most so many questions of each part of a folder. [default: all]",
)
@click.option(
    "--keep",
    metavar="FILE",
    type=PATH,
    help="A calibration to take all from but what rests on the answer model.",
)
@click.pass_obj
def calibrate(
    collaborators: Collaborators,
    /,
    *,
    folders: tuple[Path, ...],
    output: Path,
    distractors: Path | None,
    sample: int | None,
    keep: Path | None,
    **options: object,
) -> None:
    """Fit the confidence of the models to the questions of each BEIR FOLDER.

    If all questions of a folder have an answer, part of its corpus is left out, so that some have
    none. Prints AUROC and calibration error of each folder, fitted on the others. Name the written
    file in the setting `calibration`.
    """
    with ProgressBar() as progress:
        found = fit(
            load_settings(**options),
            folders,
            distractors,
            sample,
            progress,
            keep=keep,
            recipe_of=collaborators.recipe_of,
        )
    output.write_text(found.calibration.model_dump_json(indent=2) + "\n", encoding="utf-8")
    print_checks(found.checks)
