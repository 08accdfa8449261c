"""The command `pincite` and the table of its commands."""

from __future__ import annotations

import click

from service.commands.collaborators import Collaborators
from service.commands.lazy_group import LazyCommand, LazyGroup
from service.commands.options import example
from service.commands.running import run

COMMANDS = {
    name: LazyCommand(f"service.commands.{module}", text)
    for name, module, text in (
        ("ask", "asking", "Answer QUESTION here, without a server."),
        ("backup", "backing_up", "Write the index with its documents' texts into a file."),
        ("calibrate", "evaluation", "Fit the confidence of a model."),
        ("evaluate", "evaluation", "Measure answers to the questions of BEIR folders."),
        ("feedback", "feedback", "Write the readers' judgements as a BEIR folder."),
        ("index", "indexing", "Update the index from the documents."),
        ("keys", "keys", "Create, list and revoke keys."),
        ("mcp", "mcp", "Answer a chatbot on this machine by the Model Context Protocol."),
        ("restore", "backing_up", "Make an index from a file that backup wrote."),
        ("serve", "serving", "Answer over HTTP and in the browser."),
        ("verify", "verifying", "Check that the index is sound."),
    )
}


def main(collaborators: Collaborators | None = None) -> None:
    """Run the command; an error that a user can correct is one line and exit status 2."""
    run(lambda: pincite(standalone_mode=False, obj=collaborators or Collaborators()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=example('pincite ask "Where was the 2018 summit to be held?"', "pincite serve"),
)
@click.version_option(package_name="pincite")
def pincite() -> None:
    """Ask your own documents; get the passages that answer, each cited to the character.

    Each setting is a variable PINCITE_<NAME> in the environment, and a key in the file pincite.toml
    (PINCITE_CONFIG names another). The command line wins over the environment, and the environment
    over the file.
    """


pincite.table = COMMANDS
