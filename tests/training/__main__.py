"""The command: `python -m tests.training`."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click

from index.answering.answer_model import AnswerModel
from index.answering.compiled_answer_model import DEFAULT_FOLDER, CompiledAnswerModel
from tests.training.measure import Measures, asked_of, measure, milliseconds
from tests.training.training import Plan, train

_SETS = ("squad2-impossible", "squad2-gaps")


@click.group(invoke_without_command=True)
@click.option("--checkpoints", type=click.Path(path_type=Path), default=Path(".training"))
@click.option("--minutes", default=70.0, help="The budget of time; the schedule ends with it.")
@click.option("--examples", default=0, help="A budget of examples instead: repeats a training.")
@click.option("--seed", default=17)
@click.option("--processes", default=2)
@click.option("--rate", default=1.2e-4, help="The highest learning rate.")
@click.option("--goes-on", is_flag=True, help="Start from the model that ships.")
@click.pass_context
def main(
    context: click.Context,
    checkpoints: Path,
    minutes: float,
    examples: int,
    seed: int,
    processes: int,
    rate: float,
    goes_on: bool,
) -> None:
    """Train the answer model, going on from the last checkpoint in the folder."""
    context.obj = Plan(
        checkpoints, minutes, examples, seed, processes=processes, rate=rate, goes_on=goes_on
    )
    if context.invoked_subcommand is None:
        train(context.obj)


@main.command("measure")
@click.option("--questions", default=400, help="Of each set, drawn by chance.")
@click.option("--layers", multiple=True, type=int, help="Heads to read by; 0 is the last.")
@click.option("--shipped", is_flag=True, help="Measure the exported model, not the checkpoints.")
@click.option("--last", is_flag=True, help="Measure the last checkpoint only.")
@click.pass_obj
def measure_command(
    plan: Plan, questions: int, layers: tuple[int, ...], shipped: bool, last: bool
) -> None:
    """Print what the model reaches on the evaluation sets, after each checkpoint."""
    asked = {name: asked_of(name, questions) for name in _SETS}
    click.echo("model | set | " + " | ".join(field.name for field in fields(Measures)))
    if shipped:
        model = CompiledAnswerModel(threads=1)
        for name in _SETS:
            click.echo(_row("shipped", name, measure(model, asked[name])))
        size = sum(path.stat().st_size for path in DEFAULT_FOLDER.iterdir())
        alone, eight = milliseconds(model, 1), milliseconds(model, 8)
        click.echo(f"{size / 1e6:.1f} MB; a window of 60 words takes {alone:.1f} ms alone,")
        click.echo(f"{eight:.1f} ms among eight, of CPU time on one thread")
        return
    from tests.training.checkpoint import open_checkpoint

    found = sorted(plan.folder.glob("seen-*.pt"))
    for weights in found[-1:] if last else found:
        for depth in layers or (0,):
            model_: AnswerModel = open_checkpoint(plan.folder, weights, depth)
            for name in _SETS:
                title = f"{weights.stem} {depth or 'all'}"
                click.echo(_row(title, name, measure(model_, asked[name])))


@main.command("average")
@click.option(
    "--with",
    "models",
    type=(click.Path(path_type=Path, exists=True), float),
    multiple=True,
    required=True,
    help="The folder of an exported model, and its share from 0 to 1.",
)
@click.pass_obj
def average_command(plan: Plan, models: tuple[tuple[Path, float], ...]) -> None:
    """Average the last checkpoint with exported models."""
    from tests.training.averaging import average

    click.echo(average(max(plan.folder.glob("seen-*.pt")), dict(models)))


@main.command("export")
@click.option("--layers", default=12)
@click.option("--weights", type=click.Path(path_type=Path), help="A checkpoint; the last, if none.")
@click.option("--target", type=click.Path(path_type=Path), default=DEFAULT_FOLDER)
@click.pass_obj
def export_command(plan: Plan, layers: int, weights: Path | None, target: Path) -> None:
    """Export a checkpoint as the model that ships."""
    from tests.training.export import export
    from tests.training.mixture import build_once

    weights = weights or max(plan.folder.glob("seen-*.pt"))
    seen = int(re.sub(r"\D", "", weights.stem))
    _, held = build_once(plan.seed, plan.folder)
    model = export(plan.folder, weights, layers, target, held, seen, plan.seed)
    click.echo(model.description.model_dump_json(indent=2))


@main.command("sets")
@click.argument("target", type=click.Path(path_type=Path))
def sets_command(target: Path) -> None:
    """Write the held-out texts into a folder, as sets that `pincite calibrate` reads."""
    from tests.training.calibration_sets import write_calibration_sets

    write_calibration_sets(target)


@main.command("halve")
@click.argument("target", type=click.Path(path_type=Path))
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True))
def halve_command(target: Path, folders: tuple[Path, ...]) -> None:
    """Write BEIR folders without every other title, to measure what is refused."""
    from tests.training.halving import write_half

    for folder in folders:
        write_half(folder, target / f"{folder.resolve().name}-half")


def _row(title: str, name: str, measures: Measures) -> str:
    numbers = (getattr(measures, field.name) for field in fields(Measures))
    shown = (str(one) if isinstance(one, int) else f"{one:.3f}" for one in numbers)
    return f"{title} | {name} | " + " | ".join(shown)


if __name__ == "__main__":
    main()
