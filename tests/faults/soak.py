"""Asks a day's questions in minutes, with rebuilds, and shows whether anything grows.

    python -m tests.faults.soak [--questions 200000] [--rebuilds 20] [--documents FOLDER] [--fake]

Prints a line after each rebuild: how many questions were answered, and the memory, threads and open
handles of the process that answers. The last line is the growth after a third of the questions,
when the caches are full. The exit status is 1 if something grew or a question failed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import click

from tests.conftest import ROOT
from tests.faults.clients import Replies, ask_all
from tests.server import Running, environment, fetch, pincite, running

_CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """The resources of the process that answers, after so many questions."""

    questions: int
    failed: int
    generation: str
    rss_mb: float
    threads: int
    handles: int


def soak(
    folder: Path, documents: Path, questions: int, rebuilds: int, *, fake: bool
) -> Iterator[Sample]:
    """Serve a copy of documents and ask; meanwhile rebuild with one document more or one less.

    Raises:
        RuntimeError: a rebuild failed.
    """
    copy = folder / "documents"
    shutil.copytree(documents, copy)
    with (
        running(folder, fake=fake, settings={"PINCITE_RATE_LIMIT": ""}) as service,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes,
    ):
        asked = failed = 0
        for number in range(rebuilds):
            asking = processes.submit(_ask, service.port, asked, asked + questions // rebuilds)
            _rebuild(folder, copy, number, fake=fake)
            replies = asking.result()
            asked += questions // rebuilds
            failed += sum(replies.statuses.values()) - replies.statuses[200]
            yield Sample(
                asked, failed, _generation(service), service.memory_mb(), service.threads(),
                service.handles(),
            )  # fmt: skip


def filled_and_last(samples: Sequence[Sample]) -> tuple[Sample, Sample]:
    """Return the sample after a third of the questions, when the caches are full, and the last."""
    return samples[len(samples) // 3], samples[-1]


def find_growth(samples: Sequence[Sample]) -> list[str]:
    """Return a line for each resource that grew after the caches were full, and for failures."""
    filled, last = filled_and_last(samples)
    found = {
        f"{last.failed} questions failed": last.failed > 0,
        "handles grew": last.handles > filled.handles + 16,
        "threads grew": last.threads > filled.threads + 8,
        "memory grew": last.rss_mb >= filled.rss_mb * 1.25,
    }
    return [line for line, is_true in found.items() if is_true]


def _rebuild(folder: Path, documents: Path, number: int, *, fake: bool) -> None:
    more = documents / "more.txt"
    if more.exists():
        more.unlink()
    else:
        more.write_text(f"Rebuild {number} was here, and nobody saw it.\n", encoding="utf-8")
    done = subprocess.run(
        [
            *pincite(fake=fake), "index",
            "--documents", str(documents), "--index", str(folder / "index"),
        ],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the rebuild failed: {done.stderr}")


def _generation(service: Running) -> str:
    return str(fetch(f"{service.address}/readyz").json()["generation"])


def _ask(port: int, first: int, last: int) -> Replies:
    return asyncio.run(ask_all(port, _CLIENTS, [f"copper {n}" for n in range(first, last)]))


def main() -> None:
    """Soak a service and print its resources."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--questions", type=int, default=200_000)
    parser.add_argument("--rebuilds", type=int, default=20)
    parser.add_argument("--documents", type=Path, default=ROOT / "documents")
    parser.add_argument("--fake", action="store_true", help="with the fake model")
    options = parser.parse_args()
    samples = []
    with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
        for sample in soak(
            Path(folder), options.documents, options.questions, options.rebuilds, fake=options.fake
        ):
            samples.append(sample)
            click.echo(json.dumps(asdict(sample)))
    filled, last = filled_and_last(samples)
    click.echo(
        f"since {filled.questions} questions: memory x {last.rss_mb / filled.rss_mb:.3f}, "
        f"threads {last.threads - filled.threads:+}, handles {last.handles - filled.handles:+}"
    )
    if wrong := find_growth(samples):
        raise SystemExit("; ".join(wrong))


if __name__ == "__main__":
    main()
