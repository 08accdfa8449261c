"""The output of commands: as wide as the terminal, and not wrapped in a file or a pipe."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

_UNWRAPPED = 100_000  # columns where there is no terminal


def open_console(*, stderr: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = _UNWRAPPED
    return console


def print_table(console: Console, table: Table) -> None:
    """Print a table; without a terminal no line ends in blanks."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as shown:
        console.print(table)
    for line in shown.get().splitlines():
        console.out(line.rstrip(), highlight=False)
