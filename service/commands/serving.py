"""The command `pincite serve`."""

from __future__ import annotations

import os
from functools import partial

import click

from service.commands.address import taken_address
from service.commands.apart import run_apart
from service.commands.collaborators import Collaborators
from service.commands.options import example, with_common_options
from service.console import say
from service.settings.settings import Settings, load_settings


@click.command(epilog=example("pincite serve --documents documents --watch"))
@with_common_options
@click.option("--host", help="Address to serve on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on. [default: 8000]")
@click.option(
    "--watch", is_flag=True, default=None, help="Update the index whenever a document changes."
)
@click.option("--no-auth", is_flag=True, default=None, help="Answer every request, without a key.")
@click.pass_obj
def serve(collaborators: Collaborators, /, **options: object) -> None:
    """Update the index from the documents, then answer over HTTP and in the browser."""
    settings = load_settings(**options)
    say(f"starting, to serve on {settings.host}:{settings.port}")
    serve_app(settings, collaborators)


def serve_app(settings: Settings, collaborators: Collaborators) -> None:
    """Update the indexes; once one can be asked, answer until a signal stops the service.

    Raises:
        PinciteError: the address is taken, others could reach it without a key, or there is no
            index and none can be built.
    """
    # loaded after the first line was printed, since it takes a second
    from service.access.exposure import check_access
    from service.access.keyring import Keyring
    from service.commands.preparing import prepare
    from service.commands.preparing_collections import preparing
    from service.commands.server import run_server
    from service.indexing.preparation import Step
    from service.settings.collections import DEFAULT_COLLECTION

    with taken_address(settings.host, settings.port):
        check_access(settings, Keyring(settings.keys))
        # apart: the worker is forked from this process, which must not hold the threads of torch
        if settings.collections and not settings.engine:
            with preparing(settings, collaborators.recipe_of) as (steps, further):
                os.environ.update(settings.environment())
                run_server(settings, steps, further, collaborators)
            return
        failure = run_apart(partial(prepare, settings, collaborators.recipe_of))
        steps = [Step(DEFAULT_COLLECTION, "behind", failure=failure)] if failure else []
        os.environ.update(settings.environment())
        run_server(settings, steps, None, collaborators)
