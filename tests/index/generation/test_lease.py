from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.generation.lease import Lease, delete_unless_leased
from tests.fakes import write_files

HOLD = """
import sys
from pathlib import Path
from index.generation.lease import Lease
lease = Lease(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "generation", {"a/b": "x"})


def test_a_folder_is_deleted_when_its_last_holder_is_gone(folder: Path) -> None:
    leases = [Lease(folder), Lease(folder)]
    while leases:
        delete_unless_leased(folder)
        assert (folder / "a/b").exists()
        leases.pop()
    delete_unless_leased(folder)
    assert not folder.exists()


def test_another_process_holds_a_folder_until_it_is_killed(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        delete_unless_leased(folder)
        assert (folder / "a/b").exists()
        other.kill()
    delete_unless_leased(folder)
    assert not folder.exists()


def test_what_is_gone_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Lease(tmp_path / "gone")
    delete_unless_leased(tmp_path / "gone")
