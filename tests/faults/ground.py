"""A service over documents behind a link, with its index on a small disk, and accidents to it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.fakes import write_files
from tests.faults import jumping_clock
from tests.faults.promises import PATIENCE, BrokenPromise, check, wait_for
from tests.faults.resources import Resources, measure
from tests.server import Running, fetch, running

SUBJECTS = ("harbour", "orchard", "volcano", "comet", "island", "bridge", "lantern", "quarry")

_YEAR = 365 * 86400.0
_STARTING = 2.0  # seconds in which a process that has begun has its own arguments
_MOST = 8  # documents besides those of SUBJECTS, about
_QUICK = "import service.indexing.indexer as indexer\nindexer._PAUSE = 0.5\n"


class Ground:
    """Documents behind a link, an index on a small disk, and the service over them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._stack = ExitStack()
        self._edits = self._releases = 0
        self.documents = folder / "documents"
        self.disk = folder / "disk"
        self._clock = folder / "clock"
        (folder / "tmp").mkdir()
        self._release({f"{one}.txt": f"The {one} has two doors." for one in SUBJECTS})

    def begin(self) -> None:
        """Start the service; a service that has ended is started as systemd would do it."""
        self._stack.close()
        settings = {
            "PINCITE_WATCH": "true",
            "PINCITE_RATE_LIMIT": "none",
            "TMPDIR": str(self._folder / "tmp"),
            jumping_clock.FILE: str(self._clock),
        }
        self.service: Running = self._stack.enter_context(
            running(
                self.disk, documents=self.documents, settings=settings,
                first=_QUICK + jumping_clock.FIRST, log=subprocess.DEVNULL,
            )
        )  # fmt: skip

    def end(self) -> None:
        """Stop the service; it must end well."""
        self.service.process.terminate()
        check(self.service.process.wait(PATIENCE) == 0, "the service did not end with status 0")

    def close(self) -> None:
        """Stop the service if it runs."""
        self._stack.close()

    def edit(self) -> None:
        """Write, change, rename and delete documents."""
        names = sorted(path.name for path in self.documents.iterdir())
        self._edits += 1
        for name in (self._chance.choice(names), f"more {self._edits}.txt"):
            write_files(self.documents, {name: self._text(name)})
        more = [name for name in names if name.removesuffix(".txt") not in SUBJECTS]
        if more:
            (self.documents / more[0]).rename(self.documents / f"moved {self._edits}.txt")
        if len(more) > _MOST:
            (self.documents / more[-1]).unlink()

    def swap(self) -> None:
        """Let the link of the documents lead to another folder, as deployments do."""
        self._edits += 1
        self._release({path.name: self._text(path.name) for path in self.documents.iterdir()})

    def kill_watch(self) -> None:
        """Kill the process that watches the folder."""
        self._child("folder_changes").kill()
        self.edit()

    def kill_run(self) -> None:
        """Kill a run of the index."""
        self.edit()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            runs = self._children("--repair")
            if runs:
                time.sleep(self._chance.uniform(0, 1))
                runs[0].kill()
                return
            time.sleep(0.1)
        raise BrokenPromise("an edit started no run")

    def kill_worker(self) -> None:
        """Kill the process that answers; the service ends, so that it can be started again."""
        self.service.worker().kill()
        self._start_again({1})

    def kill_all(self) -> None:
        """Kill the process that was started; all others end with it."""
        family = psutil.Process(self.service.process.pid).children(recursive=True)
        self.service.process.kill()
        gone, alive = psutil.wait_procs(family, timeout=PATIENCE)
        check(bool(gone) and not alive, f"{alive} outlive the process that started them")
        self._start_again({-signal.SIGKILL})

    def fill_disk(self) -> None:
        """Fill the disk of the index, edit, wait for the failure, and make room again."""
        ballast = self.disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError:
                pass
        self.edit()
        wait_for(lambda: self.ready()["index"] == "behind", "a full disk is not named")
        ballast.unlink()

    def let_clock_jump(self) -> None:
        """Set the clock years forward or back, and edit; some files are of another time."""
        jump = self._chance.uniform(-20, 20) * _YEAR
        self._clock.write_text(str(jump))
        self.edit()
        newest = max(self.documents.iterdir(), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (time.time() + jump,) * 2)

    def set_clock(self) -> None:
        """Set the clock right."""
        self._clock.write_text("0")

    def has_caught_up(self) -> bool:
        """Return whether the service answers from all documents as they are now."""
        state = self.ready()
        listed = {one["path"] for one in self.get("/documents")["documents"] if not one["stale"]}
        there = {path.name for path in self.documents.iterdir()}
        if (state["status"], state["index"], state["watch"]) != ("ready", "ok", "ok"):
            return False
        return listed == there and all(self._is_known(path) for path in self.documents.iterdir())

    def ready(self) -> dict[str, Any]:
        """Return the reply of /readyz."""
        return self.get("/readyz")

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return a reply of the service."""
        return reply_of(self.service, path, **query)

    def resources(self) -> Resources:
        """Return the resources of the service while no run of the index is under way."""
        while True:
            wait_for(lambda: not self._children("--repair"), "runs of the index follow one another")
            before = self._children("")
            time.sleep(_STARTING)
            with suppress(psutil.NoSuchProcess):  # a run has begun meanwhile, and ended
                found = measure(self.service, self.disk / "index")
                if self._children("") == before and not self._children("--repair"):
                    return found

    def left_over(self) -> list[Path]:
        """Return temporary files, and hidden ones among the documents."""
        hidden = [path for path in self.documents.iterdir() if path.name.startswith(".")]
        return [*(self._folder / "tmp").iterdir(), *hidden]

    def _release(self, texts: dict[str, str]) -> None:
        self._releases += 1
        target = write_files(self._folder / f"release {self._releases}", texts)
        before = self.documents.resolve()
        staged = self._folder / "next"
        staged.symlink_to(target)
        staged.replace(self.documents)
        if before != self.documents:
            shutil.rmtree(before)

    def _text(self, name: str) -> str:
        subject = name.removesuffix(".txt")
        return f"Edit {self._edits} says that the {subject} has {self._edits} doors."

    def _is_known(self, path: Path) -> bool:
        """Return whether the newest text of a document is found by itself."""
        text = path.read_text()
        return any(one["text"] == text for one in self.get("/ask", q=text)["passages"])

    def _children(self, argument: str) -> list[psutil.Process]:
        found = []
        for child in psutil.Process(self.service.process.pid).children(recursive=True):
            try:
                if argument in " ".join(child.cmdline()):
                    found.append(child)
            except psutil.Error:  # it has just ended
                continue
        return found

    def _child(self, argument: str) -> psutil.Process:
        wait_for(lambda: bool(self._children(argument)), f"there is no process {argument}")
        return self._children(argument)[0]

    def _start_again(self, statuses: set[int]) -> None:
        status = self.service.process.wait(PATIENCE)
        check(status in statuses, f"the service ended with status {status}")
        self.begin()


def reply_of(service: Running, path: str, **query: str) -> dict[str, Any]:
    """Return a reply of a service as JSON."""
    reply = fetch(f"http://127.0.0.1:{service.port}{path}", params=query, timeout=PATIENCE)
    found: dict[str, Any] = reply.json()
    return found
