from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, FileReport, Metadata, Report
from index.report import StoredReport, describe, write_report

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


def test_what_is_no_report_is_none(folder: Path) -> None:
    (folder / "report.json").write_text("{}")
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
