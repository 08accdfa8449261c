"""Writing arrays so that no error of the disk goes unnoticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write a file of NumPy's format."""
    # a file that is open for reading too is written by Python; NumPy's own way, which takes only
    # those for writing, does not notice that the last bytes find no room
    with path.open("w+b") as file:
        np.save(file, array)
