"""The real command as a child process, for tests that need all of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

STARTING = 300.0  # seconds that a slow machine may take to build the index and start
PINCITE = str(Path(sys.executable).with_name("pincite"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int, *options: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    return subprocess.Popen(
        [
            PINCITE, "serve", "--port", str(port), *options,
            "--documents", str(folder / "documents"), "--index", str(folder / "index"),
        ],
        cwd=folder, env=clean, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def wait_until_ready(server: subprocess.Popen[str], client: httpx.Client) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if server.poll() is not None:
            output = server.communicate()[0]
            pytest.fail(f"the server ended with status {server.returncode}: {output}")
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not become ready")
