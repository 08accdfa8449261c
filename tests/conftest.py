"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes import THREE, build, write_files

# gRPC, once Milvus has been asked, would tell standard error of each process that is forked
os.environ["GRPC_VERBOSITY"] = "NONE"
# it stops its threads at each fork and starts them again, of which this process has died
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
settings.register_profile("pincite", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("pincite")

ROOT = Path(__file__).parent.parent
_NOBODY = 65534


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("PINCITE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


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
    """Return a folder that any user can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="pincite-test-"))
    folder.chmod(0o777)
    yield folder
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def unprivileged() -> Callable[[], object]:
    """Return a context manager in which permissions count, whoever runs the tests."""

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
