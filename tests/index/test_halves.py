from __future__ import annotations

import numpy as np

from index.halves import widen


def test_every_finite_half_is_widened_to_the_same_number() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    assert widen(finite).dtype == np.float32
    assert np.array_equal(widen(finite).view(np.int32), finite.astype(np.float32).view(np.int32))
