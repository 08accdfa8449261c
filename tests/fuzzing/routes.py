"""Fuzzes every route of a running service, as its own description says what each one takes.

    python -m tests.fuzzing.routes [--seconds 600] [--slowest 2]

schemathesis sends what the schemas allow, and what they do not. The exit status is 1 if a reply has
status 500 or above or takes longer than `slowest` seconds, or if memory grows from the first
quarter of the time to the end by more than a quarter. The service has the fake model and an admin
key.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from service.access.key_file import create_key
from tests.fakes import THREE, write_files
from tests.server import Running, running

_GROWTH = 1.25
_SETTINGS = {"PINCITE_RATE_LIMIT": "none", "PINCITE_PUBLISH_SECONDS": "0"}


@click.command()
@click.option("--seconds", default=600, help="The time of the whole run.", show_default=True)
@click.option("--slowest", default=2.0, help="The time of one reply.", show_default=True)
def main(seconds: int, slowest: float) -> None:
    """Fuzz every route, then print how memory grew."""
    with TemporaryDirectory(prefix="pincite-routes-") as temporary:
        folder = Path(temporary)
        _, key = create_key(folder / "keys.json", "admin", "", [])
        settings = _SETTINGS | {"PINCITE_KEYS": str(folder / "keys.json")}
        documents = write_files(folder / "documents", THREE)
        with running(folder, documents=documents, settings=settings) as service:
            memory: list[float] = []
            look = threading.Timer(seconds / 4, lambda: memory.append(service.memory_mb()))
            look.start()
            failed = _fuzz(folder, service, key, seconds, slowest)
            look.join()
            memory.append(service.memory_mb())
    growth = memory[1] / memory[0]
    click.echo(f"memory x {growth:.2f} ({memory[0]:.0f} to {memory[1]:.0f} MB)")
    sys.exit(int(failed or growth > _GROWTH))


def _fuzz(folder: Path, service: Running, key: str, seconds: int, slowest: float) -> bool:
    """Let schemathesis ask the service; return whether it found a failure."""
    schemathesis = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            schemathesis, "run", f"http://127.0.0.1:{service.port}/openapi.json",
            "--header", f"Authorization: Bearer {key}", "--max-time", str(seconds),
            "--wait-for-schema", "120", "--max-response-time", str(slowest),
            "--checks", "not_a_server_error",
            "--suppress-health-check", "all", "--continue-on-failure", "--no-color",
        ],
        cwd=folder, check=False,  # where it keeps a cache
    )  # fmt: skip
    return done.returncode != 0


if __name__ == "__main__":
    main()
