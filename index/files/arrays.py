"""Saving NumPy arrays so that errors of the disk are noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write a file in NumPy's format (.npy)."""
    # Opened in mode "w+b", the file is written by Python. NumPy's own writer, which it uses for
    # "wb", does not notice when the disk is full at the last bytes.
    with path.open("w+b") as file:
        np.save(file, array)
