from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import DocumentsFolderError, IndexDamaged, IndexMismatch, Report
from index.generation.folder import current_id, open_generation
from index.ingest.passages import Splitter
from tests.fakes import OTHER_MODEL, THREE, FakeEmbedder, build, recipe, write_files


def reasons(report: Report) -> dict[str, tuple[str, str | None]]:
    return {file.path: (file.status, file.reason) for file in report.files}


def paths_of(index: Path) -> list[str]:
    return [source.path for source, _ in open_generation(index).catalog.sources()]


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_is_indexed(three: Path) -> None:
    write_files(
        three,
        {
            "bad.md": "---\ntitle: [\n---\nWords.",
            "binary.txt": b"a\0b",
            "empty.txt": "",
            "head only.md": "---\ntitle: T\n---\n",
            "picture.png": b"\x89PNG",
        },
    )
    found = reasons(build(three, three.parent / "index"))
    assert {path: status for path, (status, _) in found.items() if path not in THREE} == {
        "bad.md": "indexed",
        "binary.txt": "failed",
        "empty.txt": "skipped",
        "head only.md": "skipped",
        "picture.png": "skipped",
    }
    assert all(found[path][0] == "indexed" for path in THREE)
    assert "left out the front matter: is not valid YAML" in str(found["bad.md"][1])
    assert "NUL" in str(found["binary.txt"][1])
    assert found["empty.txt"][1] == "holds no text"
    assert "readable: .md" in str(found["picture.png"][1])


def test_front_matter_nested_too_deep_costs_only_itself(three: Path) -> None:
    write_files(three, {"deep.md": "---\nx: " + "[" * 5000 + "\n---\nWords."})
    found = reasons(build(three, three.parent / "index"))
    assert found["deep.md"][0] == "indexed"
    assert found["volcano.md"][0] == "indexed"


def test_a_file_whose_name_is_not_unicode_does_not_stop_the_rest(three: Path) -> None:
    with open(bytes(three) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123 - bytes are the point
        file.write(b"Words.")
    report = build(three, three.parent / "index")
    assert len(report.files) == len(THREE) + 1
    assert reasons(report)[r"caf\udce9.txt"] == (
        "skipped", "its name is not valid UTF-8; rename it",
    )  # fmt: skip
    assert set(THREE) <= set(paths_of(three.parent / "index"))


def test_another_model_is_refused_until_the_index_is_rebuilt(three: Path, index: Path) -> None:
    other = recipe(model=OTHER_MODEL)
    with pytest.raises(IndexMismatch, match=r"model fake, not other; .*--rebuild --model other"):
        build(three, index, other)
    assert open_generation(index).manifest.model == "fake"
    embedder = FakeEmbedder()
    assert build(three, index, recipe(embedder, OTHER_MODEL), rebuild=True).published
    assert embedder.texts
    assert open_generation(index).manifest.model == "other"


def test_another_splitter_is_refused_until_the_index_is_rebuilt(three: Path, index: Path) -> None:
    other = recipe(splitter=Splitter(enough=2, most=4))
    with pytest.raises(IndexMismatch, match=r"hold 150 to 200 tokens, not 2 to 4; .*--rebuild"):
        build(three, index, other)
    assert build(three, index, other, rebuild=True).published
    assert open_generation(index).manifest.most_tokens == 4


def test_a_damaged_index_is_refused_until_it_is_rebuilt(three: Path, index: Path) -> None:
    next((index / "generations").rglob("*.sqlite")).write_bytes(b"")
    with pytest.raises(IndexDamaged, match="--repair"):
        build(three, index)
    assert build(three, index, rebuild=True).published
    assert paths_of(index) == sorted(THREE)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "the documents folder is empty"),
        ({".a.md": "x"}, r"none of 1 files can be indexed; \.a\.md: its name begins with a dot"),
        ({"a.exe": "x", "b.exe": "y"}, r"none of 2 files can be indexed; a\.exe: no reader"),
        ({"a.txt": " \n"}, r"none of 1 files can be indexed; a\.txt: holds no text"),
        ({"a.txt": "a\0b"}, r"none of 1 files can be indexed; a\.txt: a\.txt: holds NUL|NUL"),
    ],
)
def test_a_folder_with_nothing_to_index_is_refused_and_the_index_left_alone(
    three: Path, index: Path, files: dict[str, str], message: str
) -> None:
    shutil.rmtree(three)
    three.mkdir()
    write_files(three, files)
    before = current_id(index)
    with pytest.raises(DocumentsFolderError, match=message):
        build(three, index)
    assert current_id(index) == before
    assert not (index / "staging").exists()
