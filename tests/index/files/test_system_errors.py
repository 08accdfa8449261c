"""A refusal of the system becomes one error that names the right file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from index import BuildFailed, IndexMissing
from index.files.system_errors import translated

FULL = os.strerror(errno.ENOSPC)


def test_a_full_disk_is_blamed_on_the_file_that_is_written(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=f"^/staged/graph.bin: {FULL}; "), translated(tmp_path):
        raise OSError(errno.ENOSPC, FULL, "/cache/graph.bin", None, "/staged/graph.bin")
    with pytest.raises(BuildFailed, match=f"^/staged/a: {FULL}; "), translated(tmp_path):
        raise OSError(errno.ENOSPC, FULL, "/staged/a")
    with pytest.raises(BuildFailed, match=f"^{tmp_path}: {FULL}; "), translated(tmp_path):
        raise OSError(errno.ENOSPC, FULL)


def test_an_error_that_a_library_makes_of_a_full_disk_is_one_too(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=FULL), translated(tmp_path):
        raise RuntimeError("write failed") from OSError(errno.ENOSPC, FULL)


def test_other_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing), translated(tmp_path):
        raise IndexMissing("none")
    with pytest.raises(KeyError), translated(tmp_path):
        raise KeyError("a fault of the program")
