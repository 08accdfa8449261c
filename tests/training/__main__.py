"""The command: `python -m tests.training`."""

from __future__ import annotations

from pathlib import Path

import click

from tests.training.training import Plan, train


@click.group(invoke_without_command=True)
@click.option("--checkpoints", type=click.Path(path_type=Path), default=Path(".training"))
@click.option("--minutes", default=70.0, help="The budget of time; the schedule ends with it.")
@click.option("--examples", default=0, help="A budget of examples instead: repeats a training.")
@click.option("--seed", default=17)
@click.option("--processes", default=2)
@click.option("--rate", default=1.2e-4)
@click.pass_context
def main(
    context: click.Context,
    checkpoints: Path,
    minutes: float,
    examples: int,
    seed: int,
    processes: int,
    rate: float,
) -> None:
    """Train the answer model, going on from the last checkpoint in the folder."""
    context.obj = Plan(checkpoints, minutes, examples, seed, processes=processes, rate=rate)
    if context.invoked_subcommand is None:
        train(context.obj)


if __name__ == "__main__":
    main()
