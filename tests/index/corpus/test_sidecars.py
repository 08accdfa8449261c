"""Which files state the metadata of others, and how they are kept from doing harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index import DocumentError, Folder
from index.corpus.sidecars import (
    combined_digest,
    folder_files,
    parse_sidecar,
    sidecars,
    subject_of,
)
from tests.fakes import write_files

NAMES = {"a.md", "a.md.yaml", "a.md.yml", "b.yaml", "_metadata.yml", "c.md.yaml"}


def test_a_sidecar_is_named_after_a_file_beside_it() -> None:
    assert sidecars("a.md", NAMES) == ["a.md.yaml", "a.md.yml"]
    assert sidecars("c.md", NAMES) == ["c.md.yaml"]
    assert folder_files(NAMES) == ["_metadata.yml"]
    assert {name: what for name in NAMES if (what := subject_of(name, NAMES))} == {
        "a.md.yaml": "a.md",
        "a.md.yml": "a.md",
        "_metadata.yml": "the folder",
    }


def test_a_digest_covers_what_stands_beside_and_is_the_file_s_own_where_nothing_does() -> None:
    digests = {
        combined_digest("d", beside)
        for beside in ({}, {"a": b"x"}, {"a": b"y"}, {"a": b"x", "b": b""}, {"a": b"", "b": b"x"})
    }
    assert len(digests) == 5
    assert combined_digest("d", {}) == "d"


@pytest.mark.timeout(10, method="signal")
def test_a_sidecar_that_may_not_be_read_is_reported_and_never_waited_for(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "d", dict.fromkeys(("a.md", "b.md", "c.md"), "Words."))
    write_files(tmp_path, {"secret.yaml": "title: Secret"})
    os.mkfifo(documents / "a.md.yaml")
    (documents / "b.md.yaml").symlink_to(tmp_path / "secret.yaml")
    write_files(documents, {"c.md.yaml": "# " + "x" * (1 << 20)})
    found = list(Folder(documents).files())
    reasons = {file.path: file.failed for file in found if file.failed}
    assert reasons == {
        "a.md.yaml": "not a regular file; a.md is indexed without it",
        "b.md.yaml": "a link that leads out of the documents folder; b.md is indexed without it",
        "c.md.yaml": "larger than 1 MB; c.md is indexed without it",
    }
    titles = [Folder(documents).read(file).metadata.title for file in found if file.digest]
    assert titles == ["a", "b", "c"]


def test_a_sidecar_that_changes_while_its_document_is_read_is_noticed(tmp_path: Path) -> None:
    corpus = Folder(write_files(tmp_path, {"a.md": "Words.", "a.md.yaml": "title: One"}))
    file, _ = corpus.files()
    write_files(tmp_path, {"a.md.yaml": "title: Two"})
    with pytest.raises(DocumentError, match=r"^a\.md: changed while it was being read"):
        corpus.read(file)


def test_a_metadata_file_is_not_larger_than_what_is_parsed_in_a_moment() -> None:
    large = b"tags: [" + b"a," * 40_000 + b"]"
    with pytest.raises(DocumentError, match=r"80,008 bytes.*65,536 at most; shorten"):
        parse_sidecar(large, "file.pdf.yaml")
