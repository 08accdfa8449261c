"""The steps that change documents and index while faults strike, and the checks after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from index import DocumentStore, Query, Retriever
from index.generation.folder import StoredGeneration, open_generation
from tests.fakes import FakeEmbedder, build, write_files

DOCUMENTS, INDEX = "documents", "index"
Files = Mapping[str, str]

FIRST: Files = {
    "harbour.txt": "Ninety ships unload copper every winter.",
    "orchard.txt": "The orchard grows quinces.",
    "volcano.txt": "Lava flowed for seven weeks.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A file that is put (`text`) or deleted (None) at `path`, or, without a path, a build."""

    path: str | None = None
    text: str | None = None

    def do(self, folder: Path) -> None:
        """Do the step as the service does it."""
        if self.path is None:
            build(folder / DOCUMENTS, folder / INDEX)
            return
        store = DocumentStore(folder / DOCUMENTS, most_mb=1)
        if self.text is None:
            store.remove(self.path)
        else:
            content = BytesIO(self.text.encode())
            store.put(self.path, content, replace=store.has(self.path))


BUILD = Step()
STEPS: Sequence[Step] = (
    Step("new/comet/comet.txt", "The comet Zorvan passed in 1654."), BUILD,
    Step("harbour.txt", "A hundred ships unload tin every summer."), BUILD,
    Step("volcano.txt"), BUILD,
)  # fmt: skip


def prepare(folder: Path) -> None:
    """Write the first documents into a folder, and build an index of them."""
    write_files(folder / DOCUMENTS, FIRST)
    build(folder / DOCUMENTS, folder / INDEX)


def check(folder: Path, done: int) -> None:
    """Check that the state after `done` steps is whole; the next step may be done or not."""
    expected = [files_after(done), files_after(done + 1)]
    assert visible_files(folder / DOCUMENTS) in expected
    built = [indexed_after(done), indexed_after(done + 1)]
    assert indexed_files(open_generation(folder / INDEX)) in built


def check_recovery(folder: Path) -> None:
    """Check that the next run indexes every document and removes what the killed one left."""
    DocumentStore(folder / DOCUMENTS, most_mb=1).clean()
    build(folder / DOCUMENTS, folder / INDEX)
    files = visible_files(folder / DOCUMENTS)
    assert indexed_files(open_generation(folder / INDEX)) == files
    hidden = [path for path in (folder / DOCUMENTS).rglob(".*") if path.is_file()]
    assert not hidden, hidden
    kept = {path.name for path in (folder / INDEX).iterdir()}
    assert kept == {"CURRENT", "generations", "lock", "report.json", "failures.json"}, kept
    assert len(list((folder / INDEX / "generations").iterdir())) <= 2


def files_after(done: int) -> Files:
    """Return the documents, by path, after so many steps."""
    files = dict(FIRST)
    for step in STEPS[:done]:
        if step.path is not None:
            files.pop(step.path, None)
            if step.text is not None:
                files[step.path] = step.text
    return files


def indexed_after(done: int) -> Files:
    """Return the documents of the live generation after so many steps."""
    builds = [place for place, step in enumerate(STEPS[:done], start=1) if step == BUILD]
    return files_after(builds[-1] if builds else 0)


def visible_files(folder: Path) -> Files:
    """Return the documents in a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("[!.]*")
        if path.is_file()
    }


def indexed_files(generation: StoredGeneration) -> Files:
    """Return the documents of a generation by path; each must be found by its own text."""
    files, retriever = {}, Retriever(FakeEmbedder())
    for entry in generation.catalog.entries():
        document = generation.catalog.document(entry.document.id)
        assert document is not None
        best = retriever.search(Query(document.text), generation)[0]
        assert (best.source.path, best.passage.text) == (document.path, document.text)
        files[document.path] = document.text
    return files
