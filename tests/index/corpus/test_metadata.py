"""The precedence of the sources of metadata, and the effect of their changes."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from index import DocumentError, Folder, Metadata
from index.corpus.metadata import complete
from index.types import Document
from tests.fakes import FakeEmbedder, build, recipe, write_files

HEAD = "---\npublisher: Front\n---\n\n# Heading\n\nWords."


def read(folder: Path, files: dict[str, str], path: str) -> Document:
    corpus = Folder(write_files(folder, files))
    return next(corpus.read(file) for file in corpus.files() if file.path == path)


def test_front_matter_goes_before_a_sidecar_before_folders_before_the_document_itself(
    tmp_path: Path,
) -> None:
    files = {
        "a/b/c.md": HEAD,
        "a/b/c.md.yaml": "publisher: Sidecar\nurl: https://side.car",
        "a/b/_metadata.yaml": "url: https://near.er\nlanguage: en\ntags: [near]",
        "a/_metadata.yml": "language: de\nauthors: [Far]\ntags: [far]",
        "_metadata.yaml": "authors: [Farther]\ndate: 1999\ncolour: red",
        "other/_metadata.yaml": "source: Elsewhere",
    }
    found = read(tmp_path, files, "a/b/c.md").metadata
    assert found == Metadata(
        title="Heading",
        publisher="Front",
        authors=("Far",),
        date=dt.date(1999, 1, 1),
        url="https://side.car",
        language="en",
        tags=("near",),
        precision="year",
        extra=(("colour", ("red",)),),
        origins=(
            ("title", "metadata"),
            *((key, "stated") for key in ("publisher", "authors", "date", "url", "language")),
            ("tags", "stated"),
            ("colour", "stated"),
        ),
    )


@pytest.mark.parametrize(
    ("files", "title", "origin"),
    [
        ({}, "Heading", "metadata"),
        ({"_metadata.yaml": "title: Folder"}, "Folder", "stated"),
        ({"a.md.yml": "title: Sidecar", "_metadata.yaml": "title: Folder"}, "Sidecar", "stated"),
        ({"a.md": "Words."}, "a", "file name"),
        ({"a.md": "---\ntitle: Front\n---\nWords.", "a.md.yml": "title: No"}, "Front", "stated"),
    ],
)
def test_what_a_document_says_of_itself_yields_to_what_is_stated(
    tmp_path: Path, files: dict[str, str], title: str, origin: str
) -> None:
    found = read(tmp_path, {"a.md": "# Heading\n\nWords."} | files, "a.md").metadata
    assert (found.title, dict(found.origins)["title"]) == (title, origin)


def test_a_date_of_the_document_itself_is_marked_as_such() -> None:
    own = Metadata("T", date=dt.date(2020, 2, 14), extra=(("producer", ("Press",)),))
    found = complete(own, [Metadata("", publisher="P")], "t.pdf", dt.date(2024, 1, 1))
    assert found.date == dt.date(2020, 2, 14)
    assert found.file_date is None
    assert dict(found.origins) == {
        "title": "metadata",
        "publisher": "stated",
        "date": "metadata",
        "producer": "metadata",
    }


def test_the_time_of_the_file_is_kept_apart_and_only_where_there_is_no_date(
    tmp_path: Path,
) -> None:
    files = {"dated.md": "---\ndate: 2020-02-14\n---\nWords.", "bare.txt": "Words."}
    write_files(tmp_path, files)
    for name in files:
        os.utime(tmp_path / name, (86400 * 365, 86400 * 365))
    dated = read(tmp_path, {}, "dated.md").metadata
    bare = read(tmp_path, {}, "bare.txt").metadata
    assert (dated.date, dated.file_date) == (dt.date(2020, 2, 14), None)
    assert (bare.date, bare.file_date) == (None, dt.date(1971, 1, 1))
    assert dict(bare.origins) == {"title": "file name", "file_date": "file time"}


def test_metadata_files_are_no_documents_and_have_a_subject(tmp_path: Path) -> None:
    files = {
        "a.md": "Words.",
        "a.md.yaml": "title: A",
        "sub/_metadata.yml": "tags: x",
        "sub/b.txt": "Words.",
        "gone.md.yaml": "title: nobody",
        "settings.yaml": "a: b",
    }
    files_found = list(Folder(write_files(tmp_path, files)).files())
    assert {file.path for file in files_found if file.digest} == {"a.md", "sub/b.txt"}
    assert {file.path: file.subject for file in files_found if file.subject} == {
        "a.md.yaml": "a.md",
        "sub/_metadata.yml": "the folder",
    }
    found = {file.path: file.skipped for file in files_found if file.skipped}
    assert set(found) == {"gone.md.yaml", "settings.yaml"}
    assert all("no reader for this format" in str(reason) for reason in found.values())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"title: [unclosed", "a.md.yaml is not valid YAML"),
        (b"- a list", "a.md.yaml must be a mapping"),
        (b"date: soon", "a.md.yaml key date holds 'soon'"),
        (b"title: \xff", "a.md.yaml is not UTF-8"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_reported_and_its_document_is_read_without_it(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    corpus = Folder(write_files(tmp_path, {"a.md": "# A\n\nWords.", "a.md.yaml": content}))
    document, sidecar = corpus.files()
    assert corpus.read(document).metadata.title == "A"
    with pytest.raises(DocumentError, match=f"^{reason}"):
        corpus.read(sidecar)
    report = build(tmp_path, tmp_path.parent / f"{tmp_path.name}-index")
    told = {file.path: (file.status, str(file.reason)) for file in report.files}
    assert told["a.md"][0] == "indexed"
    assert told["a.md.yaml"][0] == "failed"
    assert told["a.md.yaml"][1].startswith(reason)
    assert told["a.md.yaml"][1].endswith("; a.md is indexed without it")


@pytest.mark.parametrize("name", ["a/b.md.yaml", "a/_metadata.yaml", "_metadata.yaml"])
def test_a_change_beside_a_document_reads_it_again(tmp_path: Path, name: str) -> None:
    documents, index = tmp_path / "d", tmp_path / "i"
    write_files(documents, {"a/b.md": "Words.", "c.md": "Lava.", name: "publisher: One"})
    build(documents, index)
    assert not build(documents, index).published
    write_files(documents, {name: "publisher: Two"})
    report = build(documents, index)
    again = {file.path for file in report.files if file.status == "indexed"}
    assert again == ({"a/b.md", "c.md"} if name == "_metadata.yaml" else {"a/b.md"})
    (documents / name).unlink()
    assert build(documents, index).published


def test_metadata_that_no_vector_is_made_from_change_without_embedding(tmp_path: Path) -> None:
    documents, index = tmp_path / "d", tmp_path / "i"
    write_files(documents, {"a.md": "Words.", "a.md.yaml": "tags: [one]"})
    build(documents, index)
    write_files(documents, {"a.md.yaml": "tags: [two]"})
    embedder = FakeEmbedder()
    assert build(documents, index, recipe(embedder)).published
    assert embedder.texts == []
