"""The command `pincite mcp`."""

from __future__ import annotations

import click

from service.commands.building import open_or_build
from service.commands.collaborators import Collaborators
from service.commands.options import example, with_common_options
from service.protocols.mcp.stdio import serve_stdio
from service.settings.settings import load_settings


@click.command(epilog=example("pincite mcp --documents /path/to/documents --index /path/to/index"))
@with_common_options
@click.pass_obj
def mcp(collaborators: Collaborators, /, **options: object) -> None:
    """Speak the Model Context Protocol on standard input and output.

    A chatbot on this machine starts this command. It builds the index first if there is none. Over
    HTTP, `pincite serve` answers the same at /mcp.
    """
    settings = load_settings(**options)
    opened = open_or_build(settings, collaborators.recipe_of)
    serve_stdio(opened.answerer, opened.live, settings.documents)
