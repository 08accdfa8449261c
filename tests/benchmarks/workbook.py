"""Measures the reading of a large workbook: `python -m tests.benchmarks.workbook [ROWS]`."""

from __future__ import annotations

import resource
import sys
import time
from io import BytesIO

from openpyxl import Workbook

from index.corpus.readers.xlsx import read_xlsx

COLUMNS = 10


def workbook(rows: int) -> bytes:
    """Return a workbook of one sheet; half of its cells are numbers, half are distinct texts."""
    made = Workbook(write_only=True)
    sheet = made.create_sheet("Large")
    sheet.append([f"Column {column}" for column in range(COLUMNS)])
    for row in range(rows):
        sheet.append(
            [f"text {row} {column}" if column % 2 else row * column for column in range(COLUMNS)]
        )
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def most_memory() -> float:
    """Return the peak memory of this process, in megabytes (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(rows: int) -> None:
    data = workbook(rows)
    before, began = most_memory(), time.process_time()
    document = read_xlsx(data, "large.xlsx", "id")
    print(  # noqa: T201
        f"{len(document.blocks):,} rows of {COLUMNS} cells ({len(data) / 1e6:.1f} MB): "
        f"{time.process_time() - began:.1f} s of a processor, "
        f"{most_memory() - before:.0f} MB of memory"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
