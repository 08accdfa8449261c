from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, Folder, Limits, Query, Report, Retriever, build_index
from index.corpus.scanning import File
from index.generation.folder import current_id, open_generation
from tests.fakes import THREE, FakeEmbedder, build, held, recipe, write_files


def reasons(report: Report) -> dict[str, tuple[str, str | None]]:
    return {file.path: (file.status, file.reason) for file in report.files}


def paths_of(index: Path) -> list[str]:
    return [source.path for source, _ in open_generation(index).catalog.sources()]


def test_every_readable_file_is_indexed_and_published(three: Path, tmp_path: Path) -> None:
    report = build(three, tmp_path / "index")
    assert report.published
    assert report.generation == current_id(tmp_path / "index")
    assert report.count("indexed") == len(THREE)
    assert paths_of(tmp_path / "index") == sorted(THREE)


def test_an_unchanged_folder_is_not_embedded_again_nor_published(three: Path, index: Path) -> None:
    before, embedder = current_id(index), FakeEmbedder()
    report = build(three, index, recipe(embedder))
    assert (report.published, report.generation) == (False, before)
    assert report.count("unchanged") == len(THREE)
    assert current_id(index) == before
    assert embedder.texts == []


def test_only_files_that_changed_are_read_again(three: Path, index: Path) -> None:
    class Noting(Folder):
        def read(self, file: File) -> Document:
            read.append(file.path)
            return super().read(file)

    read: list[str] = []
    before = open_generation(index).catalog
    write_files(three, {"volcano.md": "Calm now."})
    build_index(Noting(three), index, recipe(), lambda done, total: None)
    assert read == ["volcano.md"]
    after = open_generation(index).catalog
    for path in set(THREE) - {"volcano.md"}:
        assert held(after, path) == held(before, path)
    build_index(Noting(three), index, recipe(), lambda done, total: None)
    assert read == ["volcano.md"]


def test_files_read_in_processes_make_the_same_index(three: Path, index: Path) -> None:
    place = index.parent / "isolated"
    build_index(Folder(three), place, recipe(), lambda done, total: None, limits=Limits())
    ours, theirs = open_generation(place), open_generation(index)
    for path in THREE:
        assert held(ours.catalog, path) == held(theirs.catalog, path)
    assert ours.catalog.entries() == theirs.catalog.entries()


def test_of_a_changed_document_only_the_changed_passages_are_embedded(tmp_path: Path) -> None:
    paragraphs = [f"{word} " * 160 + "end." for word in ("alpha", "beta", "gamma")]
    documents = write_files(tmp_path / "d", {"a.txt": "\n\n".join(paragraphs), "b.txt": "Other."})
    build(documents, tmp_path / "index")
    paragraphs[1] = "delta " * 160 + "end."
    write_files(documents, {"a.txt": "\n\n".join(paragraphs)})
    embedder = FakeEmbedder()
    report = build(documents, tmp_path / "index", recipe(embedder))
    assert reasons(report) == {"a.txt": ("indexed", None), "b.txt": ("unchanged", None)}
    assert embedder.texts
    assert all("delta" in text for text in embedder.texts)
    assert not any("beta" in text for text in embedder.texts)


def test_what_of_a_file_is_not_in_its_text_is_reported(tmp_path: Path) -> None:
    documents = write_files(
        tmp_path / "d",
        {"a.jsonl": '{"a": 1}\nbad\n', "b.jsonl": '{"v": [' + "1, " * 20 + "1]}"},
    )
    found = reasons(build(documents, tmp_path / "index"))
    assert found["a.jsonl"][0] == "indexed"
    assert str(found["a.jsonl"][1]).startswith("left out lines that are not JSON: 2 ")
    assert found["b.jsonl"] == ("skipped", "holds no text; left out lists of numbers: v")


def test_a_moved_file_is_not_embedded_again(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "d", {"one/a.txt": "Words.", "b.txt": "Other."})
    build(documents, tmp_path / "index")
    (documents / "two").mkdir()
    (documents / "one/a.txt").rename(documents / "two/a.txt")
    embedder = FakeEmbedder()
    assert build(documents, tmp_path / "index", recipe(embedder)).published
    assert paths_of(tmp_path / "index") == ["b.txt", "two/a.txt"]
    assert embedder.texts == []


def test_a_deleted_document_no_longer_answers(three: Path, index: Path) -> None:
    (three / "volcano.md").unlink()
    assert build(three, index).published
    generation = open_generation(index)
    assert paths_of(index) == ["harbour.md", "notes/orchard_log.txt"]
    hits = Retriever(FakeEmbedder()).search(Query("lava volcano ashes roof", 50), generation)
    assert not any("Lava" in hit.passage.text for hit in hits)


def test_an_update_answers_as_a_build_from_nothing_does(three: Path, index: Path) -> None:
    write_files(three, {"a-new.txt": "Copper is weighed by the moon.", "volcano.md": "Calm now."})
    build(three, index)
    build(three, index.parent / "anew")
    retriever = Retriever(FakeEmbedder())
    for question in ("copper", "calm volcano", "bees by the moon"):
        updated, anew = (
            retriever.search(Query(question, 50), open_generation(folder))
            for folder in (index, index.parent / "anew")
        )
        assert [hit.passage for hit in updated] == [hit.passage for hit in anew]
        assert [hit.scores.fused for hit in updated] == pytest.approx(
            [hit.scores.fused for hit in anew], abs=1e-3
        )


@pytest.mark.parametrize("limits", [None, Limits()])
def test_files_that_are_read_are_counted(three: Path, index: Path, limits: Limits | None) -> None:
    write_files(three, {"a.txt": "One.", "b.txt": "a\0b", "c.png": "x"})
    seen: list[tuple[int, int]] = []
    build_index(
        Folder(three), index, recipe(), lambda done, total: None,
        limits=limits, reading=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen == [(1, 2), (2, 2)]


def test_progress_counts_up_to_every_passage(three: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build_index(
        Folder(three), tmp_path / "i", recipe(), lambda done, total: seen.append((done, total))
    )
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] == open_generation(tmp_path / "i").catalog.count()[1]
