"""A file that passed a limit is not read again until it or the limits change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from index import Folder, Limits, Report, build_index
from index.corpus.scanning import File
from index.ingest.job import Job
from index.ingest.reading import Reading, Readings, read_and_split
from tests.fakes import recipe, write_files

LIMITS = Limits(seconds=5)


class Reader:
    """Fails at files that are called slow; notes what it reads."""

    def __init__(self, *, lasting: bool = True) -> None:
        self.read: list[str] = []
        self._lasting = lasting

    def __call__(self, job: Job, files: Sequence[File]) -> Readings:
        for file in files:
            self.read.append(file.path)
            if "slow" in file.path:
                failure = f"{file.path}: took longer than 5 s to read"
                yield file, Reading(failure=failure, lasting=self._lasting)
            else:
                yield file, read_and_split(job.folder(), file, job.split())


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    files = {"a.txt": "Words.", "b.txt": "Others.", "c.txt": "More.", "slow.txt": "Slow."}
    return write_files(tmp_path / "documents", files)


def build_by(
    reader: Reader, documents: Path, limits: Limits = LIMITS, *, rebuild: bool = False
) -> Report:
    made_with = replace(recipe(), read=reader)
    index = documents.parent / "index"
    return build_index(
        Folder(documents), index, made_with, lambda done, total: None,
        limits=limits, rebuild=rebuild,
    )  # fmt: skip


def test_a_file_that_took_too_long_is_not_tried_by_the_next_build(documents: Path) -> None:
    build_by(Reader(), documents)
    again = Reader()
    report = build_by(again, documents)
    assert again.read == []
    [slow] = [file for file in report.files if file.path == "slow.txt"]
    assert (slow.status, slow.reason) == (
        "failed",
        "took longer than 5 s to read; it is not tried again until the file or the limit changes",
    )
    build_by(again, documents)
    assert again.read == [], "also by the build after that"


def test_it_is_tried_again_once_it_has_changed_or_has_more_time_or_by_a_rebuild(
    documents: Path,
) -> None:
    build_by(Reader(), documents)
    changed, longer, rebuilt = Reader(), Reader(), Reader()
    write_files(documents, {"slow.txt": "Slow, but otherwise."})
    build_by(changed, documents)
    assert changed.read == ["slow.txt"]
    build_by(longer, documents, Limits(seconds=60))
    assert longer.read == ["slow.txt"]
    build_by(rebuilt, documents, Limits(seconds=60), rebuild=True)
    assert "slow.txt" in rebuilt.read


def test_what_may_go_well_the_next_time_is_tried_again(documents: Path) -> None:
    build_by(Reader(lasting=False), documents)
    again = Reader(lasting=False)
    build_by(again, documents)
    assert again.read == ["slow.txt"]


@pytest.fixture
def described(documents: Path) -> Path:
    """Return documents with metadata files: of a document, of the folder, and one without YAML."""
    files = {"a.txt.yaml": "title: One", "_metadata.yaml": "publisher: P", "b.txt.yaml": "a: [b"}
    return write_files(documents, files)


def reports(report: Report) -> dict[str, tuple[str, str]]:
    return {
        file.path: (file.status, file.reason or "")
        for file in report.files
        if file.path.endswith(".yaml")
    }


def test_a_metadata_file_is_parsed_only_where_documents_are_read(
    described: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        pytest.fail("this process parses no metadata file")

    monkeypatch.setattr("index.corpus.folder.parse_sidecar", refuse)
    report = build_index(
        Folder(described), described.parent / "index", recipe(), lambda done, total: None,
        limits=Limits(),
    )  # fmt: skip
    found = reports(report)
    assert found["a.txt.yaml"] == ("skipped", "states the metadata of a.txt")
    assert found["_metadata.yaml"] == ("skipped", "states the metadata of the folder")
    status, reason = found["b.txt.yaml"]
    assert status == "failed"
    assert reason.startswith("b.txt.yaml is not valid YAML: ")
    assert reason.endswith("; b.txt is indexed without it")
    assert {file.path for file in report.files if file.status == "indexed"} >= {"a.txt", "b.txt"}


def test_a_metadata_file_that_can_be_used_is_not_read_again_before_it_changes(
    described: Path,
) -> None:
    first = build_by(Reader(), described)
    again = Reader()
    assert reports(build_by(again, described)) == reports(first)
    assert again.read == ["b.txt.yaml"]  # it may have failed for a reason that is gone
    write_files(described, {"a.txt.yaml": "title: Two"})
    changed = Reader()
    build_by(changed, described)
    assert {"a.txt", "a.txt.yaml"} <= set(changed.read)
    assert "_metadata.yaml" not in changed.read
