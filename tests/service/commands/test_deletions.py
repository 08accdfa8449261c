"""`pincite index` deletes few documents by itself, and keeps to one documents folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import DocumentsMismatch
from service.commands.preparing import prepare
from service.settings.settings import load_settings
from tests.fakes import recipe_of, write_files
from tests.service.conftest import Run

TEN = {f"{number}.txt": f"Text number {number} of ten." for number in range(10)}


def test_many_documents_are_deleted_only_if_that_is_allowed(run: Run, tmp_path: Path) -> None:
    documents = write_files(tmp_path / "ten", TEN)
    arguments = ("index", "--documents", documents, "--index", tmp_path / "i", "--json")
    run(*arguments)
    for number in range(5):
        (documents / f"{number}.txt").unlink()
    kept = run(*arguments)
    assert json.loads(kept.out)["deleted"] == []
    assert "5 documents are kept although their files are gone" in kept.err
    assert len(json.loads(run(*arguments, "--allow-deletions").out)["deleted"]) == 5


def test_the_share_that_may_be_deleted_is_a_setting(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = write_files(tmp_path / "ten", TEN)
    arguments = ("index", "--documents", documents, "--index", tmp_path / "i", "--json")
    run(*arguments)
    for number in range(5):
        (documents / f"{number}.txt").unlink()
    monkeypatch.setenv("PINCITE_MOST_DELETED", "0.5")
    assert len(json.loads(run(*arguments).out)["deleted"]) == 5


def test_another_folder_takes_the_place_of_the_first_only_if_it_is_adopted(
    run: Run, three: Path, index: Path, tmp_path: Path
) -> None:
    other = write_files(tmp_path / "other", {"a.txt": "Something else."})
    arguments = ("index", "--documents", other, "--index", index)
    refused = run(*arguments)
    assert refused.status == 2
    assert f"holds the documents of {three}, not those of {other}" in refused.err
    assert run(*arguments, "--adopt").status == 0


def test_a_service_does_not_answer_from_an_index_of_another_folder(
    index: Path, tmp_path: Path
) -> None:
    other = write_files(tmp_path / "other", {"a.txt": "Something else."})
    with pytest.raises(DocumentsMismatch, match="--adopt"):
        prepare(load_settings(documents=other, index=index), recipe_of)
