"""txtai, the nearest peer, in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_dir

_PACKAGES = ("torch==2.13.0", "txtai[api,similarity]")


def txtai_python(given: Path | None) -> Path:
    """Return a Python that has txtai: the one given, or one made in the user's cache folder.

    Making it takes minutes and a gigabyte, once.
    """
    if given is not None:
        return given
    folder = Path(user_cache_dir("pincite")) / "benchmarks" / "txtai"
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *_PACKAGES], check=True)
        (folder / "done").touch()
    return python
