"""A build that the system refuses disk, files or memory says so in one line and leaves no trace.

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

# calls, with the error that the system returns
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
    """A folder in which a build runs again and again from the same state."""

    def __init__(self, folder: Path) -> None:
        self._begin = folder / "begin"
        self._folder = folder / "now"
        self._log = folder / "trace"
        prepare(self._begin)
        write_files(self._begin / DOCUMENTS, {"comet.txt": "The comet Zorvan passed in 1654."})

    def refuse(self, call: str, number: int) -> str | None:
        """Refuse the nth call of a thread, n being `number`; return the outcome of the build.

        None means that no thread made so many calls.
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
        """Run with a limit of the system; return the outcome of the build."""
        return self._outcome(*self._start(what, most).end())

    def count(self, call: str) -> int:
        """Return how often the thread with the most such calls makes the call."""
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
        """Check that a run did all or nothing and said so, and that the next one succeeds."""
        before = current_id(self._begin / INDEX)
        published = current_id(self._folder / INDEX) != before
        assert verify_index(self._folder / INDEX) == []
        if status == 0:
            report = StoredReport(self._folder / INDEX).read()
            assert report is not None
            assert published or report.count("failed")  # a document could not be read this time
            assert said == ""
        elif status != -signal.SIGABRT:  # native code sends it to itself when memory is refused
            assert status == 2, (status, said)
            *panics, told = said.splitlines()
            assert told.startswith("pincite: "), said
            assert "Traceback" not in said, said
            assert not panics or "panicked" in said, said
        check_recovery(self._folder)
        return said or "ended well"


def refuse_in_turn(bench: Bench, call: str) -> Counter[str]:
    """Refuse the first occurrence of a call, then the second, and so on to the last."""
    found: Counter[str] = Counter()
    while (outcome := bench.refuse(call, found.total() + 1)) is not None:
        found[outcome] += 1
    return found


@click.command()
@click.option("--call", "calls", multiple=True, help="Only these calls; repeat for more.")
def main(calls: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        if not can_trace():
            click.echo("strace is not installed, or may not trace here")
            return
        for call in calls or REFUSALS:
            found = refuse_in_turn(bench, call)
            told = found.total() - found["ended well"]
            click.echo(f"{call}: {found.total()} refused, {told} reported, the rest did no harm")


if __name__ == "__main__":
    main()
