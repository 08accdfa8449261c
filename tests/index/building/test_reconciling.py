"""`build_index` after files were added, changed, moved, copied, broken or deleted."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from index import Document, FileReport, Folder, NothingToIndex, Query, Report, Retriever
from index.building.build import build_index
from index.corpus.scanning import File
from index.generation.folder import CATALOG, StoredGeneration, current_id, open_generation
from index.report import STATUSES
from index.types import document_id
from tests.fakes import THREE, FakeEmbedder, build, held, recipe, write_files

AsNobody = Callable[[], AbstractContextManager[None]]


def reported(report: Report) -> dict[str, FileReport]:
    found = {file.path: file for file in report.files}
    assert len(found) == len(report.files)
    assert sum(report.count(status) for status in STATUSES) == len(found)
    indexed = sum(file.passages for file in report.files)
    assert all(file.reason for file in report.files if file.status in {"skipped", "failed"})
    assert indexed == 0 or report.generation is not None
    return found


class Noting(Folder):
    """A folder that records the paths of the files that are read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read_paths: list[str] = []

    def read(self, file: File) -> Document:
        self.read_paths.append(file.path)
        return super().read(file)


def noted_build(documents: Path, index: Path) -> tuple[Report, list[str], list[str]]:
    """Return the report, the files that were read, and the texts that were embedded."""
    corpus, embedder = Noting(documents), FakeEmbedder()
    report = build_index(corpus, index, recipe(embedder), lambda done, total: None)
    assert sum(file.passages for file in report.files) == open_generation(index).manifest.passages
    return report, corpus.read_paths, embedder.texts


def test_a_renamed_file_is_neither_read_nor_embedded_again(three: Path, index: Path) -> None:
    (three / "harbour.md").rename(three / "notes/port.md")
    before = held(open_generation(index).catalog, "harbour.md")
    report, read, embedded = noted_build(three, index)
    assert (read, embedded, report.deleted) == ([], [], ())
    moved = reported(report)["notes/port.md"]
    assert (moved.status, moved.renamed_from, moved.passages) == ("indexed", "harbour.md", 1)
    assert moved.reason == "renamed from harbour.md"
    document, passages = held(open_generation(index).catalog, "notes/port.md")
    assert (document.id, document.text) == (document_id("notes/port.md"), before[0].text)
    assert [one.text for one in passages] == [one.text for one in before[1]]
    assert {one.document_id for one in passages} == {document.id}
    assert open_generation(index).catalog.document(document_id("harbour.md")) is None


def test_a_file_whose_title_is_its_name_is_read_again_when_it_is_renamed(
    three: Path, index: Path
) -> None:
    (three / "notes/orchard_log.txt").rename(three / "notes/quinces.txt")
    report, read, _ = noted_build(three, index)
    assert read == ["notes/quinces.txt"]
    assert reported(report)["notes/quinces.txt"].renamed_from == "notes/orchard_log.txt"
    assert report.deleted == ()
    document, _ = held(open_generation(index).catalog, "notes/quinces.txt")
    assert document.metadata.title == "quinces"


def test_a_deleted_file_is_named_in_the_report(three: Path, index: Path) -> None:
    (three / "volcano.md").unlink()
    report = build(three, index)
    assert report.deleted == ("volcano.md",)
    assert "volcano.md" not in reported(report)
    catalog = open_generation(index).catalog
    assert catalog.document(document_id("volcano.md")) is None
    assert catalog.source(document_id("volcano.md")) is None


def test_files_that_hold_the_same_are_indexed_once_and_cited_with_every_path(
    three: Path, index: Path
) -> None:
    shutil.copy(three / "volcano.md", three / "zz.md")
    shutil.copy(three / "volcano.md", three / "notes/again.md")
    report, read, embedded = noted_build(three, index)
    assert (read, embedded, report.published) == ([], [], True)
    found = reported(report)
    assert found["volcano.md"].status == "unchanged"
    for path in ("zz.md", "notes/again.md"):
        assert (found[path].status, found[path].passages) == ("skipped", 0)
        assert found[path].duplicate_of == "volcano.md"
        assert found[path].reason == "duplicate of volcano.md, which is cited with both paths"
    generation = open_generation(index)
    assert generation.manifest.documents == len(THREE)
    (hit,) = Retriever(FakeEmbedder()).search(Query("lava", 1), generation)
    assert (hit.source.path, hit.source.copies) == ("volcano.md", ("zz.md", "notes/again.md"))
    by_copy = generation.catalog.source(document_id("zz.md"))
    assert by_copy is not None
    assert by_copy.path == "volcano.md"

    (three / "volcano.md").unlink()
    report, _, embedded = noted_build(three, index)
    assert embedded == []
    assert reported(report)["zz.md"].renamed_from == "volcano.md"
    (hit,) = Retriever(FakeEmbedder()).search(Query("lava", 1), open_generation(index))
    assert (hit.source.path, hit.source.copies) == ("zz.md", ("notes/again.md",))


def test_copies_of_what_cannot_be_read_are_not_read_either(three: Path, index: Path) -> None:
    write_files(three, {"a.txt": b"a\0b", "b.txt": b"a\0b", "c.txt": " ", "d.txt": " "})
    report, read, _ = noted_build(three, index)
    found = reported(report)
    assert read == ["a.txt", "c.txt"]
    assert [found[path].status for path in ("a.txt", "b.txt", "c.txt", "d.txt")] == [
        "failed", "failed", "skipped", "skipped",
    ]  # fmt: skip
    assert str(found["a.txt"].reason).startswith("holds NUL")
    assert str(found["b.txt"].reason).startswith("holds the same as a.txt: holds NUL")
    assert found["d.txt"].reason == "holds the same as c.txt: holds no text"


def test_a_file_that_fails_keeps_its_previous_version_marked_as_stale(
    three: Path, index: Path
) -> None:
    write_files(three, {"volcano.md": b"a\0b"})
    report = build(three, index)
    failed = reported(report)["volcano.md"]
    assert (failed.status, failed.stale, failed.passages) == ("failed", True, 1)
    assert str(failed.reason).startswith("holds NUL")
    assert str(failed.reason).endswith("; its previous version still answers")
    (hit,) = Retriever(FakeEmbedder()).search(Query("lava", 1), open_generation(index))
    assert (hit.source.path, hit.source.stale) == ("volcano.md", True)
    assert (
        hit.passage.text == "# Volcano\n\nLava flowed for seven weeks.\n\nAshes covered every roof."
    )

    again = build(three, index)
    assert (again.published, reported(again)["volcano.md"].stale) == (False, True)
    write_files(three, {"volcano.md": THREE["volcano.md"]})
    mended = build(three, index)
    assert reported(mended)["volcano.md"].status == "unchanged"
    assert mended.published
    (hit,) = Retriever(FakeEmbedder()).search(Query("lava", 1), open_generation(index))
    assert not hit.source.stale


def test_a_file_that_now_holds_no_text_no_longer_answers(three: Path, index: Path) -> None:
    write_files(three, {"volcano.md": " \n"})
    report = build(three, index)
    assert reported(report)["volcano.md"].reason == "holds no text"
    assert "volcano.md" not in [
        one.document.path for one in open_generation(index).catalog.entries()
    ]


def test_files_and_folders_that_may_not_be_read_any_more_keep_answering(
    open_folder: Path, unprivileged: AsNobody
) -> None:
    documents = write_files(open_folder / "d", THREE)
    with unprivileged():
        build(documents, open_folder / "i")
    (documents / "volcano.md").chmod(0)
    (documents / "notes").chmod(0)
    with unprivileged():
        report = build(documents, open_folder / "i")
    found = reported(report)
    assert found["harbour.md"].status == "unchanged"
    for path in ("volcano.md", "notes/orchard_log.txt"):
        assert (found[path].status, found[path].stale, found[path].passages) == ("failed", True, 1)
    assert found["notes"].reason == "cannot be read: Permission denied"
    assert str(found["notes/orchard_log.txt"].reason).startswith(
        "its folder notes cannot be read: Permission denied"
    )
    assert report.deleted == ()


def test_a_folder_that_is_suddenly_empty_leaves_the_index_as_it_was(
    three: Path, index: Path
) -> None:
    before = current_id(index)
    shutil.rmtree(three)
    three.mkdir()
    with pytest.raises(NothingToIndex, match=f"left as it was, and generation {before} answers"):
        build(three, index)
    assert current_id(index) == before


def test_the_day_on_which_a_file_was_written_follows_without_reading_it(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "d", {"a.txt": "Words."})
    build(documents, tmp_path / "i")
    os.utime(documents / "a.txt", (0, 0))
    report, read, _ = noted_build(documents, tmp_path / "i")
    assert (read, report.published) == ([], True)
    assert reported(report)["a.txt"].status == "unchanged"
    (entry,) = open_generation(tmp_path / "i").catalog.entries()
    assert str(entry.document.metadata.file_date) == "1970-01-01"


WORDS = "amber bronze cedar dune ember flint grove heron iris juniper kelp larch".split()
SUFFIXES = (".md", ".txt", ".json", ".csv")


class Editor:
    """Edits a folder at random, as its users might."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._random = random.Random(seed)

    def edit(self) -> None:
        self._random.choice(
            [self._add, self._add, self._change, self._rename, self._copy, self._delete,
             self._break, self._describe, self._touch, self._move_folder]
        )()  # fmt: skip

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.rglob("*") if path.is_file())

    def _pick(self) -> Path:
        return self._random.choice(self._files())

    def _name(self, suffix: str) -> Path:
        folder = self._random.choice(["", "a", "b/c"])
        path = self._folder / folder / (self._random.choice(WORDS) + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _text(self, suffix: str) -> str:
        words = " ".join(self._random.choices(WORDS, k=self._random.choice([0, 5, 60, 400])))
        if suffix == ".json":
            return f'[{{"title": "T", "text": "{words}."}}]'
        if suffix == ".csv":
            return f"name,words\nx,{words}\n"
        head = self._random.choice(["", "# Heading\n\n", "---\ntitle: Stated\n---\n\n"])
        return f"{head if suffix == '.md' else ''}{words}.\n\nAnd {self._random.choice(WORDS)}."

    def _add(self) -> None:
        path = self._name(self._random.choice(SUFFIXES))
        path.write_text(self._text(path.suffix))

    def _change(self) -> None:
        path = self._pick()
        path.write_text(self._text(path.suffix))

    def _rename(self) -> None:
        path = self._pick()
        path.rename(self._name(self._random.choice([path.suffix] * 3 + [".txt"])))

    def _copy(self) -> None:
        path = self._pick()
        target = self._name(path.suffix)
        if target != path:
            shutil.copy2(path, target)

    def _delete(self) -> None:
        if len(self._files()) > 3:
            self._pick().unlink()

    def _break(self) -> None:
        self._name(".md").with_name("broken.md").write_bytes(b"a\0b")
        self._name(".png").write_bytes(b"x")

    def _describe(self) -> None:
        path = self._pick()
        beside = self._random.choice([path.with_name(f"{path.name}.yaml"), self._name("_.yaml")])
        if not beside.name.startswith(path.name):
            beside = beside.with_name("_metadata.yaml")
        beside.write_text(f"tags: [{self._random.choice(WORDS)}]\n")

    def _touch(self) -> None:
        os.utime(self._pick(), (0, self._random.randrange(10**9)))

    def _move_folder(self) -> None:
        source, target = self._folder / "a", self._folder / "b" / "a"
        if source.is_dir() and not target.exists():
            target.parent.mkdir(exist_ok=True)
            source.rename(target)


def contents(generation: StoredGeneration) -> dict[str, object]:
    """Return all that an index holds, but for when it was made."""
    catalog = generation.catalog
    paths = [one.document.path for one in catalog.entries()]
    documents = {path: held(catalog, path) for path in paths}
    files = {
        path.name: path.read_bytes()
        for path in generation.folder.iterdir()
        if path.is_file() and path.name not in {"manifest.json", CATALOG}
    }
    questions = [Query(word, 50) for word in WORDS[:3]]
    hits = [Retriever(FakeEmbedder()).search(one, generation) for one in questions]
    made = generation.manifest.model_dump(exclude={"created", "number", "files"})
    return {
        "entries": catalog.entries(), "documents": documents, "made": made, "hits": hits,
        **files,
    }  # fmt: skip


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 20))]
)
def test_after_random_edits_an_updated_index_equals_a_fresh_one(tmp_path: Path, seed: int) -> None:
    documents = write_files(tmp_path / "d", THREE)
    build(documents, tmp_path / "index", deletions=1)
    editor = Editor(documents, seed)
    for number in range(100):
        editor.edit()
        if number % 5 < 2:
            reported(build(documents, tmp_path / "index", deletions=1))
    for file in build(documents, tmp_path / "index", deletions=1).files:
        if file.stale:  # the one thing that an index knows and a folder does not
            (documents / file.path).unlink()
    updated = build(documents, tmp_path / "index", deletions=1)
    fresh = build(documents, tmp_path / "fresh")
    ours, theirs = (
        contents(open_generation(tmp_path / "index")),
        contents(open_generation(tmp_path / "fresh")),
    )
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert value == theirs[name], name
    failed = {one.path for one in updated.files if one.status == "failed"}
    assert failed == {one.path for one in fresh.files if one.status == "failed"}
    assert {one.path for one in updated.files} == {one.path for one in fresh.files}
