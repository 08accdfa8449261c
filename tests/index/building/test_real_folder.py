"""Every file of real and of hostile folders is indexed or has a stated reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Folder, Limits, build_index
from index.generation.folder import open_generation
from index.report import STATUSES
from tests.conftest import ROOT
from tests.fakes import recipe

DATA = ROOT.parent / "shared" / "data"


def seen(path: Path) -> Path:
    """Return the path under which a report names a file: its hidden folder, or the file."""
    hidden = [part.startswith(".") for part in path.parts]
    return Path(*path.parts[: hidden.index(True) + 1]) if any(hidden) else path


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is absent; it holds the files to index")
@pytest.mark.parametrize("name", ["documents", "badinput"])
def test_every_file_is_indexed_or_has_a_stated_reason(name: str, tmp_path: Path) -> None:
    folder = DATA / name
    report = build_index(
        Folder(folder), tmp_path, recipe(), lambda done, total: None, limits=Limits()
    )
    shown = {seen(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    assert {Path(file.path) for file in report.files} == shown
    assert len(report.files) == len(shown) == sum(report.count(status) for status in STATUSES)
    assert all(file.reason for file in report.files if file.status != "indexed")
    assert all(file.passages for file in report.files if file.status == "indexed")
    generation = open_generation(tmp_path)
    assert sum(file.passages for file in report.files) == generation.manifest.passages
    assert report.count("indexed") == generation.manifest.documents
    texts = {
        entry.document.id: generation.catalog.document(entry.document.id)
        for entry in generation.catalog.entries()
    }
    for passage, source in generation.catalog.all_passages():
        document = texts[source.id]
        assert document is not None
        assert document.text[passage.start : passage.end] == passage.text
