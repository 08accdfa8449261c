"""Measures the start of `pincite serve` on a built index: seconds, imports and memory.

    python -m tests.benchmarks.start [--json FILE]

Before a cold start, no file of Python, its libraries or the index is in memory; before a warm
start, all files are.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks import squad2
from tests.benchmarks.processes import running
from tests.benchmarks.report import Row, print_table, write_json

_WARM = 5  # starts
_HEAVIEST = 12  # packages
_IMPORT = re.compile(r"import time:\s+(?P<self_us>\d+) \|\s+\d+ \|\s+(?P<name>\S+)")


def main() -> None:
    """Build an index, start the service on it several times, and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pincite-") as temporary:
        squad2.build(Path(temporary))
        drop_from_memory(
            [Path(sys.base_prefix), Path(sysconfig.get_path("purelib")), Path(temporary)]
        )
        starts = [start_row("cold", Path(temporary), 1), start_row("warm", Path(temporary), _WARM)]
    imports = import_rows()
    print_table("start to first answer, and memory then", starts)
    print_table("imports of the service, each package without what it imports", imports)
    if options.json:
        write_json(options.json, [*starts, *imports])


def start_row(name: str, folder: Path, times: int) -> Row:
    """Start the service several times, and return the median of each measure."""
    found = []
    for _ in range(times):
        with running(squad2.service(folder), squad2.questions()[0]) as one:
            found.append({"start_s": one.start_s, **one.memory()})
    return {
        "start": name,
        "starts": times,
        **{key: float(np.median([one[key] for one in found])) for key in found[0]},
    }


def import_rows() -> list[Row]:
    """Return the packages that take longest to import, and all together, in milliseconds."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import service.commands.serving"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken: dict[str, float] = {}
    for match in _IMPORT.finditer(done.stderr):
        package = match["name"].split(".")[0]
        taken[package] = taken.get(package, 0) + int(match["self_us"]) / 1000
    heaviest = sorted(taken.items(), key=lambda one: -one[1])[:_HEAVIEST]
    return [
        {"package": package, "ms": milliseconds}
        for package, milliseconds in [*heaviest, ("all", sum(taken.values()))]
    ]


def drop_from_memory(folders: list[Path]) -> None:
    """Drop the files below some folders from the page cache, except those in use."""
    os.sync()  # a page that is not written yet cannot be dropped
    for path in _files(folders):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _files(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (
            path for path in folder.rglob("*") if path.is_file() and os.access(path, os.R_OK)
        )


if __name__ == "__main__":
    main()
