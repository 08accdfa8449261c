from __future__ import annotations

from pathlib import Path

import numpy as np

from index.vectors.float16 import _RELEASE_AFTER, Float16Rows, to_float32


def resident_kb(path: Path) -> int:
    """Return how much of a file that is mapped counts as memory of this process."""
    parts = Path("/proc/self/smaps").read_text(encoding="utf-8").split(str(path))[1:]
    return sum(int(part.split("Rss:")[1].split()[0]) for part in parts)


def test_rows_are_read_by_number(tmp_path: Path) -> None:
    halves = np.arange(12, dtype="<f2").reshape(4, 3)
    (tmp_path / "rows").write_bytes(halves.tobytes())
    rows = Float16Rows(tmp_path / "rows", 4, 3)
    assert rows.shape == (4, 3)
    assert rows.read(np.array([3, 0])).tolist() == [[9, 10, 11], [0, 1, 2]]


def test_what_was_read_long_ago_is_no_memory_of_this_process(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(np.ones((_RELEASE_AFTER, 40), "<f2").tobytes())
    rows, every = Float16Rows(path, _RELEASE_AFTER, 40), np.arange(_RELEASE_AFTER)
    assert rows.read(every).sum() == every.size * 40
    held = resident_kb(path)
    assert held >= path.stat().st_size // 1024
    assert rows.read(every[:1]).tolist() == [[1.0] * 40]
    assert resident_kb(path) < held / 4
    assert rows.read(every[-1:]).tolist() == [[1.0] * 40]


def test_every_finite_half_is_widened_to_the_same_number() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    assert to_float32(finite).dtype == np.float32
    assert np.array_equal(
        to_float32(finite).view(np.int32), finite.astype(np.float32).view(np.int32)
    )
