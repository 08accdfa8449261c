"""Readers that ask over HTTP while the index is rebuilt.

`python -m tests.faults.readers` prints a summary of the replies; its exit status is 1 if a
reply mixed two generations.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import click
import httpx

from tests.fakes import write_files
from tests.faults.killed import rebuild
from tests.server import fetch, running

READERS, REBUILDS = 8, 20
_PATIENCE = 60.0  # seconds to wait for a broken server
_SUBJECTS = ("harbour", "orchard", "volcano", "comet", "island", "bridge", "lantern", "quarry")


@dataclass(slots=True)
class Seen:
    """The replies to the readers: milliseconds, statuses, and the editions in them."""

    waits: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    editions: dict[str, set[str]] = field(default_factory=dict)  # by generation
    mixed: list[str] = field(default_factory=list)

    @property
    def longest(self) -> float:
        """The longest wait, in medians."""
        return max(self.waits) / statistics.median(self.waits)


def write_edition(documents: Path, number: int) -> None:
    """Write all documents again; each passage holds the number of the edition."""
    texts = {
        f"{subject}.txt": f"Edition {number} says that the {subject} has {place} doors.\n"
        for place, subject in enumerate(_SUBJECTS)
    }
    write_files(documents, texts)


def read_while_rebuilt(folder: Path, rebuilds: int, readers: int = READERS) -> Seen:
    """Return the replies to readers from the first rebuild to the last."""
    write_edition(folder / "documents", 0)
    with running(folder) as service:
        over = threading.Event()
        seen = Seen()
        reading = threading.Thread(
            target=lambda: asyncio.run(_read(service.address, readers, over, seen)), daemon=True
        )
        reading.start()
        try:
            _rebuild(folder, service.address, rebuilds)
        finally:
            over.set()
            reading.join(_PATIENCE)
    assert "Traceback" not in service.output, service.output
    return seen


def _rebuild(folder: Path, address: str, rebuilds: int) -> None:
    """Publish edition after edition; wait for every second one until it answers."""
    for number in range(1, rebuilds + 1):
        write_edition(folder / "documents", number)
        rebuild(folder)
        newest = (folder / "index/CURRENT").read_text().strip()
        deadline = time.monotonic() + _PATIENCE
        while number % 2 == 0 and time.monotonic() < deadline:
            if fetch(f"{address}/readyz").json()["generation"] == newest:
                break
            time.sleep(0.05)


async def _read(address: str, readers: int, over: threading.Event, seen: Seen) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as client:
        await asyncio.gather(*(_ask(client, number, over, seen) for number in range(readers)))


async def _ask(client: httpx.AsyncClient, number: int, over: threading.Event, seen: Seen) -> None:
    while not over.is_set():
        number += READERS
        question = f"How many doors has the {_SUBJECTS[number % len(_SUBJECTS)]} no. {number}?"
        began = time.perf_counter()
        reply = await client.get("/ask", params={"q": question, "top_k": 8})
        seen.waits.append((time.perf_counter() - began) * 1000)
        seen.statuses.add(reply.status_code)
        if reply.status_code != 200:
            seen.mixed.append(reply.text)
            continue
        answer = reply.json()
        editions = {passage["text"].split()[1] for passage in answer["passages"]}
        seen.editions.setdefault(answer["generation"], set()).update(editions)
        if len(editions) != 1:
            seen.mixed.append(f"{answer['generation']} answered from editions {editions}")


@click.command()
@click.option("--rebuilds", default=REBUILDS, show_default=True)
def main(rebuilds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seen = read_while_rebuilt(Path(folder), rebuilds)
    click.echo(
        f"{len(seen.waits)} replies to {READERS} readers over {rebuilds} rebuilds: statuses "
        f"{sorted(seen.statuses)}, {len(seen.editions)} generations, {len(seen.mixed)} mixed; "
        f"median {statistics.median(seen.waits):.1f} ms, longest {seen.longest:.1f} medians"
    )
    sys.exit(int(bool(seen.mixed)))


if __name__ == "__main__":
    main()
