"""A build that the system refuses room, files or memory: it says so in a line and leaves no trace.

`python -m tests.faults.shortages` refuses each call in turn, which takes some minutes.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections import Counter
from pathlib import Path

import click

from index import verify_index
from index.generation.folder import current_id
from index.report import StoredReport
from tests.fakes import write_files
from tests.faults.killed import Run, can_trace, traced
from tests.faults.steps import DOCUMENTS, INDEX, check_recovery, prepare

# calls with what the system may answer
REFUSALS = {
    "openat": "EMFILE",
    "mkdir": "ENOSPC",
    "write": "ENOSPC",
    "pwrite64": "ENOSPC",
    "fsync": "EIO",
    "fdatasync": "EIO",
    "rename": "EROFS",
    "renameat": "ENOSPC",
    "mmap": "ENOMEM",
}


class Bench:
    """A place to run a build in again and again, from the same beginning."""

    def __init__(self, folder: Path) -> None:
        self._begin = folder / "begin"
        self._folder = folder / "now"
        self._log = folder / "trace"
        prepare(self._begin)
        write_files(self._begin / DOCUMENTS, {"comet.txt": "The comet Zorvan passed in 1654."})

    def refuse(self, call: str, number: int) -> str | None:
        """Refuse a call the `number`th time that a thread makes it; return what became of it.

        None says that it was never made so often.
        """
        run = self._start()
        inject = f"inject=?{call}:error={REFUSALS[call]}:when={number}"
        with traced(run, self._log, ["-e", f"trace=?{call}", "-e", inject]):
            status, said = run.end()
        refused = [line for line in self._log.read_text().splitlines() if "(INJECTED)" in line]
        if not refused:
            return None
        if any(" write(2, " in line for line in refused):
            status, said = 2, "pincite: what it said could not be written\n"
        return self._outcome(status, said)

    def limit(self, what: int, most: int) -> str:
        """Run with a limit of the system; return what became of it."""
        return self._outcome(*self._start(what, most).end())

    def count(self, call: str) -> int:
        """Return how often the thread that makes a call most often makes it."""
        run = self._start()
        with traced(run, self._log, ["-e", f"trace=?{call}"]):
            assert run.end() == (0, "")
        calls = [line.split() for line in self._log.read_text().splitlines()]
        threads = Counter(thread for thread, what, *_ in calls if what[0].isalpha())
        return max(threads.values(), default=0)

    def _start(self, limit: int | None = None, most: int = 0) -> Run:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._begin, self._folder)
        return Run(self._folder, limit, most)

    def _outcome(self, status: int, said: str) -> str:
        """See that a run did all or nothing and said so, and that the next one needs no hands."""
        before = current_id(self._begin / INDEX)
        published = current_id(self._folder / INDEX) != before
        assert verify_index(self._folder / INDEX) == []
        if status == 0:
            report = StoredReport(self._folder / INDEX).read()
            assert report is not None
            assert published or report.count("failed")  # a document could not be read this time
            assert said == ""
        elif status != -signal.SIGABRT:  # which native code sends itself where memory is refused
            assert status == 2, (status, said)
            *panics, told = said.splitlines()
            assert told.startswith("pincite: "), said
            assert "Traceback" not in said, said
            assert not panics or "panicked" in said, said
        check_recovery(self._folder)
        return said or "ended well"


def refuse_in_turn(bench: Bench, call: str) -> Counter[str]:
    """Refuse a call the first time that it is made, then the second, until none is left."""
    found: Counter[str] = Counter()
    while (outcome := bench.refuse(call, found.total() + 1)) is not None:
        found[outcome] += 1
    return found


@click.command()
@click.option("--call", "calls", multiple=True, help="Only these calls.")
def main(calls: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        if not can_trace():
            click.echo("strace cannot trace here")
            return
        for call in calls or REFUSALS:
            found = refuse_in_turn(bench, call)
            told = found.total() - found["ended well"]
            click.echo(f"{call}: {found.total()} refused, {told} told in a line, the rest done")


if __name__ == "__main__":
    main()
