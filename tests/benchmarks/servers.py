"""Finds the WSGI server, and its workers and threads, that answer most questions.

    python -m tests.benchmarks.servers [--json FILE] [--rounds 3]

All serve the same index of shared/data/squad2 and get the same questions in turn.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import squad2
from tests.benchmarks.load import Address
from tests.benchmarks.processes import Service, running
from tests.benchmarks.report import Row, print_table, write_json
from tests.benchmarks.turns import CLIENTS, ask_in_turn, summary
from tests.conftest import ROOT
from tests.server import free_port

WORKERS_AND_THREADS = ((1, 4), (1, 8), (1, 16), (1, 32), (2, 8))


def main() -> None:
    """Build an index, serve it in every way and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--rounds", type=int, default=3, help="[default: 3]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
        squad2.build(Path(temporary))
        services = [
            make(Path(temporary) / "index", workers, threads)
            for workers, threads in WORKERS_AND_THREADS
            for make in (granian, gunicorn)
        ]
        memory = {one.name: _memory(one) for one in services}
        loads = ask_in_turn(services, options.rounds, lambda _: None)
    rows: list[Row] = [
        {
            "clients": clients,
            "server": one.name,
            "rss_mb": memory[one.name],
            **summary(loads[one.name, clients]),
        }
        for clients in CLIENTS
        for one in services
    ]
    print_table("servers", rows)
    if options.json:
        write_json(options.json, rows)


def granian(index: Path, workers: int, threads: int) -> Service:
    """Return Pincite behind granian."""
    port = free_port()
    command = (
        *_python("granian"), "--interface", "wsgi", "--factory", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads),
        "service.commands.server:open_app",
    )  # fmt: skip
    return _service(f"granian, {workers} x {threads}", command, port, index)


def gunicorn(index: Path, workers: int, threads: int) -> Service:
    """Return Pincite behind gunicorn with threads."""
    port = free_port()
    command = (
        *_python("gunicorn"), "--worker-class", "gthread", "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--threads", str(threads), "service.commands.server:open_app()",
    )  # fmt: skip
    return _service(f"gunicorn, {workers} x {threads}", command, port, index)


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)


def _service(name: str, command: tuple[str, ...], port: int, index: Path) -> Service:
    environment = {"PINCITE_INDEX": str(index), "PYTHONPATH": str(ROOT)}
    return Service(name, command, Address("127.0.0.1", port, "/ask?top_k=5&q="), environment)


def _memory(service: Service) -> float:
    with running(service, squad2.questions()[0]) as one:
        return one.memory()["rss_mb"]


if __name__ == "__main__":
    main()
