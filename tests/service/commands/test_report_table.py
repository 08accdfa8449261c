"""The report of a build on a terminal is bounded, however many files there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import FileReport, Report
from service.commands.report_table import print_report


def report(files: list[FileReport], deleted: tuple[str, ...] = ()) -> Report:
    return Report("g1", published=True, files=tuple(files), deleted=deleted, finished="")


def test_a_long_table_shows_the_failures_first_and_says_how_much_it_leaves_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [FileReport(f"a{number}.png", "skipped", "no reader") for number in range(2000)]
    files.append(FileReport("z.pdf", "failed", "damaged"))
    print_report(report(files, tuple(f"gone{number}" for number in range(500))))
    told = capsys.readouterr().err
    assert "z.pdf" in told
    assert "and 1801 more; report.json in the folder of the index has all" in told
    assert "deleted 480 more" in told
    assert len(told.splitlines()) < 250
    assert "2001 files: 2000 skipped, 1 failed; 0 passages; published generation g1" in told


def test_it_says_if_readers_had_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(report([]))
    assert "network" not in capsys.readouterr().err
    print_report(replace(report([]), with_network=True))
    told = capsys.readouterr().err
    assert "documents were read by a process with a network" in told
    assert "neither unshare nor seccomp" in told


def test_names_that_are_no_unicode_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(report([FileReport("caf\udce9\n.txt", "failed", "no reader")]))
    assert r"caf\udce9\n.txt" in capsys.readouterr().err
