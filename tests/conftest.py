"""Fixtures of all tests, and the order in which several processes run them."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes import THREE, build, write_files

# After a call to Milvus, gRPC writes to standard error whenever a process is forked.
os.environ["GRPC_VERBOSITY"] = "NONE"
# It stops and restarts its threads at each fork, and this process has crashed in that.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
# Where this is set, each process that a test starts would compile every module again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# no test depends on the machine's speed
settings.register_profile("pincite", deadline=None, max_examples=25)
settings.register_profile("long", deadline=None, max_examples=1000)
settings.load_profile("pincite")

ROOT = Path(__file__).parent.parent
_NOBODY = 65534
_SYSTEM_FOLDERS = {"browser", "cluster", "faults", "fuzzing"}
_SYSTEM_FIXTURES = {"live", "model", "shipped"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests as `system` or `quick`, and put the modules with system tests first.

    They take longest, so the processes of pytest-xdist end at about the same time. Those with tests
    that are `alone` come before them, or all processes would wait for a test of minutes to end.
    """
    for item in items:
        folders = set(item.path.relative_to(ROOT).parts)
        fixtures = set(getattr(item, "fixturenames", ()))
        if folders & _SYSTEM_FOLDERS or fixtures & _SYSTEM_FIXTURES:
            item.add_marker("system")
        if not any(item.get_closest_marker(name) for name in ("system", "long")):
            item.add_marker("quick")
    slow = {item.path for item in items if item.get_closest_marker("quick") is None}
    alone = {item.path for item in items if item.get_closest_marker("alone")}
    items.sort(key=lambda item: (item.path not in alone, item.path not in slow))


collected: set[str] = set()
"""The modules that were loaded when the tests had been collected."""


def pytest_collection_finish() -> None:
    """Spare later collections of garbage the objects that live as long as the run."""
    collected.update(sys.modules)
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run no other test of this folder, in any process, while one that is marked `alone` runs."""
    kind = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with (ROOT / "README.md").open() as queue, (ROOT / "pyproject.toml").open() as held:
        fcntl.flock(queue, fcntl.LOCK_EX)  # a test that waits to be alone lets no other one pass
        fcntl.flock(held, kind)
        fcntl.flock(queue, fcntl.LOCK_UN)
        try:
            return (yield)
        finally:
            fcntl.flock(held, fcntl.LOCK_UN)  # a process that was forked may keep the file open


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Hide the settings in this environment from the tests, and those of a test from later ones."""
    for name in [name for name in os.environ if name.startswith("PINCITE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield
    for name in [name for name in os.environ if name.startswith("PINCITE_")]:
        del os.environ[name]  # a command hands its options to the worker in the environment


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Return a documents folder that holds THREE."""
    return write_files(tmp_path / "documents", THREE)


@pytest.fixture
def index(three: Path, tmp_path: Path) -> Path:
    """Return the folder of an index over THREE."""
    build(three, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can read; those of pytest are private."""
    folder = Path(tempfile.mkdtemp(prefix="pincite-test-"))
    folder.chmod(0o777)
    yield folder
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def unprivileged() -> Callable[[], object]:
    """Return a context manager in which permissions hold, also when root runs the tests."""

    @contextmanager
    def as_nobody() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.setresuid(_NOBODY, _NOBODY, 0)
        try:
            yield
        finally:
            os.setresuid(0, 0, 0)

    return as_nobody
