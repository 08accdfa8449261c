"""The report of a build as a table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from index import STATUSES, FileReport, Report
from service.commands.terminal import open_console, print_table

_MOST_ROWS = 200  # of the table, which takes a second for a few thousand
_MOST_DELETED = 20


def print_report(report: Report) -> None:
    """Print what a build did: a table of the files that were read or left out, then the counts.

    The table is bounded; where it leaves out files, a line says so.
    """
    console = open_console(stderr=True)
    shown = [file for file in report.files if file.reason or file.status != "unchanged"]
    if shown:
        print_table(console, _file_table(_most_telling(shown)))
    if len(shown) > _MOST_ROWS:
        console.print(
            f"and {len(shown) - _MOST_ROWS} more; report.json in the folder of the index has all"
        )
    for path in report.deleted[:_MOST_DELETED]:
        console.print(Text(f"deleted {_one_line(path)}"), soft_wrap=True)
    if len(report.deleted) > _MOST_DELETED:
        console.print(f"deleted {len(report.deleted) - _MOST_DELETED} more")
    if report.resumed:
        console.print(f"{report.resumed} vectors were left by a build that was stopped")
    if report.with_network:
        console.print(
            "documents were read by a process with a network, where the system offers neither "
            "unshare nor seccomp; index only documents that you trust there",
            soft_wrap=True,
        )
    counts = ", ".join(
        f"{report.count(status)} {status}" for status in STATUSES if report.count(status)
    )
    passages = sum(file.passages for file in report.files)
    state = "published" if report.published else "nothing changed in"
    console.print(
        f"{len(report.files)} files: {counts}; {passages} passages; "
        f"{state} generation {report.generation}",
        soft_wrap=True,
    )


def _most_telling(files: Sequence[FileReport]) -> list[FileReport]:
    """Return as many files as fit the table: failed ones first, then those with a reason."""
    if len(files) <= _MOST_ROWS:
        return list(files)
    ranked = sorted(
        range(len(files)),
        key=lambda place: (files[place].status != "failed", not files[place].reason, place),
    )
    return [files[place] for place in sorted(ranked[:_MOST_ROWS])]


def _file_table(files: Sequence[FileReport]) -> Table:
    """Return a table of files; the numbers of those that were read, and the reasons of others."""
    table = Table("status", "file", box=None, pad_edge=False)
    for name in ("passages", "pages", "without text", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("reason")
    for file in files:
        numbers = (file.passages, file.pages, file.pages_without_text)
        table.add_row(
            Text(file.status, style="" if file.status == "indexed" else "yellow"),
            Text(_one_line(file.path), overflow="fold"),
            *(str(number) if number else "" for number in numbers),
            f"{file.seconds:.1f}" if file.seconds else "",
            Text(_one_line(file.reason or ""), overflow="fold"),
        )
    return table


def _one_line(text: str) -> str:
    """Return a text with all that would move the cursor escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
