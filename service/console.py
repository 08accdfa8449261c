"""Lines on standard error, for whoever runs a command or reads the log of a service."""

from __future__ import annotations

import click


def say(message: object) -> None:
    """Print a message as one line that begins with the name of the program."""
    click.echo(f"pincite: {' '.join(str(message).split())}", err=True)
