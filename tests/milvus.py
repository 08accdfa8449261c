"""Indexes in Milvus Lite, for tests that are skipped where it is not installed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from index import Layout, MilvusEngine, Report, parse_address
from index.generation.folder import open_generation

needs_milvus = pytest.mark.skipif(
    not __import__("importlib.util").util.find_spec("milvus_lite"),
    reason="the extra milvus is not installed",
)


def open_lite(
    folder: Path, alias: str = "pincite", grace: float = 600, layout: Layout | None = None
) -> MilvusEngine:
    """Open an engine in a file of `folder`."""
    address = parse_address(f"milvus+file:{folder / 'engine.db'}")
    return MilvusEngine(
        address,
        alias,
        grace=timedelta(seconds=grace),
        cache=folder / "cache",
        layout=layout or Layout(),
    )


def publish(engine: MilvusEngine, index: Path, report: Report) -> None:
    """Copy the live generation of an index into an engine."""
    engine.publish(open_generation(index), report, lambda done, total: None)


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run Milvus Lite as a server on a port until the block is left."""
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder)]
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield server
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Wait until something answers on a port."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")
