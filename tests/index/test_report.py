from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index import Document, FileReport, Metadata, Report
from index.report import StoredReport, describe, write_report
from tests.holds import longest_hold

REPORT = Report("g", True, (FileReport("a", "skipped", "b"), FileReport("c", "indexed")), ("d",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "staging").mkdir()
    return tmp_path


def test_a_report_is_read_as_it_was_written_and_anew_when_it_was_replaced(folder: Path) -> None:
    stored = StoredReport(folder)
    assert stored.read() is None
    write_report(folder, REPORT)
    assert stored.read() == REPORT
    assert stored.read() is stored.read()
    other = Report(None, False, ())
    write_report(folder, other)
    assert stored.read() == other


@pytest.mark.parametrize("files", [(), REPORT.files[:1], REPORT.files])
def test_a_report_is_one_json_text_with_a_file_a_line(
    folder: Path, files: tuple[FileReport, ...]
) -> None:
    report = replace(REPORT, files=files, deleted=('"files":[]', "a\nb"))
    write_report(folder, report)
    text = (folder / "report.json").read_text()
    assert [one["path"] for one in json.loads(text)["files"]] == [one.path for one in files]
    assert StoredReport(folder).read() == report
    (folder / "report.json").write_text(json.dumps(json.loads(text)))  # as earlier versions did
    assert StoredReport(folder).read() == report


def test_a_long_report_is_read_without_holding_the_interpreter(folder: Path) -> None:
    files = tuple(FileReport(f"folder/document {n}.txt", "unchanged") for n in range(20_000))
    write_report(folder, replace(REPORT, files=files))
    held = min(longest_hold(StoredReport(folder).read) for _ in range(3))
    assert held < 0.05


def test_what_is_no_report_is_none(folder: Path) -> None:
    for text in ("{}", "", "\n", '{"files":[\n{}\n]}', "[\n]"):
        (folder / "report.json").write_text(text)
        assert StoredReport(folder).read() is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({}, None),
        ({"notes": ("left out x", "left out y")}, "left out x; left out y"),
        ({"blank_pages": (3,), "notes": ("left out x",)}, "left out x; page 3 of 40 without text"),
        ({"scanned_pages": (1, 2)}, "pages 1, 2 recognised by tesseract"),
        (
            {"blank_pages": tuple(range(1, 26))},
            f"pages {', '.join(map(str, range(1, 21)))} and 5 more of 40 without text",
        ),
    ],
)
def test_what_a_document_lacks_is_said(told: dict[str, tuple[str]], reason: str | None) -> None:
    document = Document("id", "a.pdf", "", Metadata("T"), pages=40)
    for name, value in told.items():
        object.__setattr__(document, name, value)
    assert describe(document) == reason
