"""A group of commands that loads a command's module when the command is run.

After https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands; the help of
the group loads no module, because the table of commands has its lines.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """The module that holds a command under the command's name, and its line in the help."""

    module: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands stand in a table, by name."""

    table: Mapping[str, LazyCommand] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return sorted(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command; return None if no command has this name."""
        if cmd_name not in self.table:
            return None
        gc.disable()  # a tenth of the time: what modules hold is no garbage
        module = import_module(self.table[cmd_name].module)
        gc.freeze()
        gc.enable()
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their lines into the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.table[name].help) for name in self.list_commands(ctx)])
