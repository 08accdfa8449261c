"""The program `pincite`; the wheel holds this file as the module `pincite`, beside the packages.

A user's own module may be called `service` or `index`, and PYTHONPATH may name its folder. So this
file imports neither of them before it has moved such folders behind Pincite's own.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command; ^C ends it without a traceback, also while modules are loaded."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _move_back(os.environ.get("PYTHONPATH", ""))
    from service.commands.cli import main as run_command

    run_command()


def _move_back(given: str) -> None:
    """Move the folders of PYTHONPATH to the end; hide them from children that do not need them."""
    theirs = {os.path.realpath(place) for place in given.split(os.pathsep) if place}
    if not theirs:
        return
    sys.path.sort(key=lambda place: os.path.realpath(place) in theirs)
    found = find_spec("service")
    if found and found.origin and os.path.realpath(f"{found.origin}/../..") not in theirs:
        del os.environ["PYTHONPATH"]


if __name__ == "__main__":
    main()
