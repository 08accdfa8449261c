from __future__ import annotations

import hashlib
import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from index import DocumentError, DocumentsFolderError, FileRules, Folder, RecordFields
from index.corpus.scanning import File
from index.types import document_id
from tests.fakes import THREE, write_files

AsNobody = Callable[[], AbstractContextManager[None]]


def test_every_file_below_the_folder_is_found_with_its_hash(three: Path) -> None:
    files = list(Folder(three).files())
    assert {file.path: file.digest for file in files} == {
        path: hashlib.sha256(text.encode()).hexdigest() for path, text in THREE.items()
    }
    assert files == list(Folder(three).files())


def test_a_file_is_read_with_the_reader_for_its_suffix_in_any_case(tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path / "d", {"a/LOUD.MD": "# Title\n\nWords."}))
    document = folder.read(next(folder.files()))
    assert (document.id, document.path) == (document_id("a/LOUD.MD"), "a/LOUD.MD")
    assert document.metadata.title == "Title"


def test_hidden_files_and_folders_are_skipped_by_name(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "d", {".a.md": "x", ".b/c.md": "x", "d/.e/f.md": "x", "g.md": "x"}
    )
    found = {file.path: file.skipped for file in Folder(folder).files()}
    reason = "its name begins with a dot; rename it if it is to be read"
    assert found == {".a.md": reason, ".b": reason, "d/.e": reason, "g.md": None}


@pytest.mark.parametrize("name", ["README", "notes.text", "a.log"])
def test_text_is_read_under_other_names_too(tmp_path: Path, name: str) -> None:
    folder = Folder(write_files(tmp_path / "d", {name: "Words."}))
    assert folder.read(next(folder.files())).text == "Words."


def test_what_has_no_suffix_and_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path / "d", {"program": b"\x7fELF\xff"}))
    with pytest.raises(DocumentError, match=r"not UTF-8; name it .* as program\.txt"):
        folder.read(next(folder.files()))


@pytest.mark.parametrize("name", ["a.exe", "a.md.old"])
def test_a_format_without_a_reader_is_skipped_by_name(tmp_path: Path, name: str) -> None:
    (file,) = Folder(write_files(tmp_path / "d", {name: "x"})).files()
    assert (file.path, file.digest) == (name, "")
    assert "readable: .md" in str(file.skipped)


def test_a_link_to_nothing_is_skipped_with_its_reason(tmp_path: Path) -> None:
    (write_files(tmp_path / "d", {"a.md": "x"}) / "b.md").symlink_to("nowhere")
    (tmp_path / "d/c.md").symlink_to("c.md")
    found = {file.path: file.skipped for file in Folder(tmp_path / "d").files()}
    assert found == {
        "a.md": None,
        "b.md": "a link that leads nowhere",
        "c.md": "a link that leads nowhere",
    }


def test_a_link_that_leads_out_of_the_folder_is_skipped(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.md": "x", "d/a.md": "x", "d/e/f.md": "x", "away/g.md": "x"})
    (tmp_path / "d/b.md").symlink_to("../secret.md")
    (tmp_path / "d/c.md").symlink_to("a.md")
    (tmp_path / "d/folder").symlink_to("../away")
    found = {file.path: file.skipped for file in Folder(tmp_path / "d").files()}
    assert found == {
        "a.md": None,
        "b.md": "a link that leads out of the documents folder",
        "c.md": None,
        "e/f.md": None,
        "folder": "a link to a folder; links are not followed",
    }


def test_a_file_that_is_too_large_is_skipped(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "d", {"a.md": b"x" * (1 << 20), "b.md": b"x" * (1 + (1 << 20))})
    found = {file.path: file.skipped for file in Folder(folder, FileRules(max_file_mb=1)).files()}
    assert found == {"a.md": None, "b.md": "larger than 1 MB (max_file_mb)"}


def test_a_socket_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_files(tmp_path / "d", {"a.md": "x"}))  # the path may be too long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.txt")
        found = {file.path: file.skipped for file in Folder(tmp_path / "d").files()}
    assert found["a.md"] is None
    assert found["s.txt"] == "not a regular file"


@pytest.mark.timeout(10, method="signal")
def test_a_pipe_is_skipped_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(write_files(tmp_path / "d", {"a.md": "x"}) / "pipe.txt")
    folder = Folder(tmp_path / "d")
    found = {file.path: file.skipped for file in folder.files()}
    assert found == {"a.md": None, "pipe.txt": "not a regular file"}
    with pytest.raises(DocumentError, match="not a regular file"):
        folder.read(File("pipe.txt", "digest"))


def test_a_file_that_went_away_is_a_document_error(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with pytest.raises(DocumentError, match=r"^a\.md: cannot be read: No such file"):
        Folder(tmp_path / "d").read(File("a.md", "digest"))


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentsFolderError, match=r"does not exist; .*--documents"):
        Folder(tmp_path / "nowhere")


def test_a_file_is_no_folder_of_documents(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "x"})
    with pytest.raises(DocumentsFolderError, match=r"a\.md is a file; --documents takes a folder"):
        Folder(tmp_path / "a.md")


def test_a_folder_without_permission_is_refused(open_folder: Path, unprivileged: AsNobody) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    closed.chmod(0o000)
    with unprivileged(), pytest.raises(DocumentsFolderError, match=r"may not be read .*chmod"):
        Folder(closed)


def test_a_file_without_permission_is_reported(open_folder: Path, unprivileged: AsNobody) -> None:
    (write_files(open_folder, {"a.md": "x", "b.md": "y"}) / "b.md").chmod(0o000)
    with unprivileged():
        found = {file.path: file.failed for file in Folder(open_folder).files()}
    assert found == {"a.md": None, "b.md": "cannot be read: Permission denied"}


def test_a_folder_within_that_may_not_be_read_is_reported_not_forgotten(
    open_folder: Path, unprivileged: AsNobody
) -> None:
    (write_files(open_folder, {"a.md": "x", "within/b.md": "y"}) / "within").chmod(0o000)
    with unprivileged():
        found = {file.path: file.failed for file in Folder(open_folder).files()}
    assert found == {"a.md": None, "within": "cannot be read: Permission denied"}


def test_a_file_counts_as_changed_where_its_reader_is_told_otherwise(tmp_path: Path) -> None:
    write_files(tmp_path / "d", {"a.json": '{"x": "One."}', "b.pdf": "x", "c.md": "x"})

    def digests(**told: Any) -> list[str]:
        return [file.digest for file in Folder(tmp_path / "d", FileRules(**told)).files()]

    json, pdf, markdown = digests()
    assert digests(json_fields=RecordFields()) == digests(ocr="") == [json, pdf, markdown]
    other = digests(json_fields=RecordFields(text=("x",)), ocr="eng")
    assert (other[0] != json, other[1] != pdf, other[2] == markdown) == (True, True, True)


def test_fields_of_json_records_reach_their_reader(tmp_path: Path) -> None:
    write_files(tmp_path / "d", {"a.json": '[{"head": "One"}]', "b.jsonl": '{"head": "Two"}'})
    folder = Folder(tmp_path / "d", FileRules(json_fields=RecordFields(title=("head",))))
    documents = [folder.read(file) for file in folder.files()]
    assert [one.blocks[0].headings for one in documents] == [("One",), ("Two",)]


def test_the_file_of_a_document_is_opened_as_it_is_now(tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path / "d", {"a/b.md": "x"}))
    write_files(tmp_path / "d", {"a/b.md": b"\xff new"})
    (tmp_path / "d/c.md").symlink_to("a/b.md")
    for path in ("a/b.md", "c.md"):
        with folder.open(path) as file:
            assert file.read() == b"\xff new"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone.md", "No such file"),
        ("../secret.md", "out of the documents folder"),
        ("/etc/passwd", "out of the documents folder"),
        ("link.md", "out of the documents folder"),
        ("away/secret.md", "out of the documents folder"),
        ("a", "Is a directory"),
        ("pipe.md", "not a regular file"),
    ],
)
def test_nothing_is_opened_that_is_no_file_of_the_folder(
    tmp_path: Path, path: str, reason: str
) -> None:
    write_files(tmp_path, {"d/a/b.md": "x", "secret.md": "s"})
    (tmp_path / "d/link.md").symlink_to("../secret.md")
    (tmp_path / "d/away").symlink_to("..")
    os.mkfifo(tmp_path / "d/pipe.md")
    with pytest.raises(DocumentError, match=reason):
        Folder(tmp_path / "d").open(path)


def test_a_subfolder_that_may_be_listed_but_not_entered_costs_itself(
    open_folder: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    write_files(open_folder, {"a.txt": "A.", "shut/b.txt": "B.", "shut/deep/c.txt": "C."})
    (open_folder / "shut/link").symlink_to(open_folder)
    (open_folder / "shut").chmod(0o444)
    with unprivileged():
        found = {file.path: file for file in Folder(open_folder).files()}
    assert found["a.txt"].digest
    assert found["shut/b.txt"].failed == "cannot be read: Permission denied"
    assert found["shut/deep"].failed == "cannot be read: Permission denied"


def test_a_path_that_is_too_long_costs_itself(tmp_path: Path) -> None:
    write_files(tmp_path / "d", {"a.txt": "A."})
    made = os.open(tmp_path / "d", os.O_RDONLY)
    for _ in range(20):  # each level by a descriptor, since the whole path cannot be named
        os.mkdir("x" * 250, dir_fd=made)
        inner = os.open("x" * 250, os.O_RDONLY, dir_fd=made)
        os.close(made)
        made = inner
    os.close(made)
    found = list(Folder(tmp_path / "d").files())
    assert [file.path for file in found if file.digest] == ["a.txt"]
    assert [file.failed for file in found if file.failed] == ["cannot be read: File name too long"]
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # shutil cannot


def test_a_link_to_a_folder_that_is_swapped_during_a_run_is_read_as_it_was(tmp_path: Path) -> None:
    for release in ("one", "two"):
        write_files(tmp_path / release, {"a.txt": f"A of {release}.", "b.txt": f"B of {release}."})
    (tmp_path / "current").symlink_to(tmp_path / "one")
    folder = Folder(tmp_path / "current")
    files = list(folder.files())
    (tmp_path / "next").symlink_to(tmp_path / "two")
    (tmp_path / "next").replace(tmp_path / "current")
    assert [folder.read(file).text for file in files] == ["A of one.", "B of one."]
    assert Folder(tmp_path / "current").read(next(Folder(tmp_path / "current").files())).text == (
        "A of two."
    )


def test_a_file_that_grows_is_read_up_to_the_size_that_was_seen(tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path / "d", {"log.txt": "One line.\n"}))
    [file] = folder.files()
    with (tmp_path / "d/log.txt").open("a") as log:
        log.write("Another line.\n")
    document = folder.read(file)
    assert document.text == "One line.\n"
    assert document.notes == ("it grew while it was indexed, so only its first 10 bytes are",)
    [file] = folder.files()
    assert folder.read(file).text == "One line.\nAnother line.\n"
    assert folder.read(file).notes == ()


def test_a_folder_that_goes_away_while_it_is_listed_is_not_an_empty_one(tmp_path: Path) -> None:
    folder = Folder(write_files(tmp_path / "d", {"a.txt": "A."}))
    (tmp_path / "d").rename(tmp_path / "away")
    with pytest.raises(DocumentsFolderError, match=r"/d cannot be read: No such file"):
        list(folder.files())


def reasons(folder: Path) -> dict[str, str]:
    return {file.path: file.skipped or "" for file in Folder(folder).files()}


def test_an_index_among_the_documents_is_never_read(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "Words.", "pincite/CURRENT": "1", "pincite/report.json": "{}"})
    (tmp_path / "pincite/generations/1").mkdir(parents=True)
    (tmp_path / "pincite/generations/1/manifest.json").write_text("{}")
    found = reasons(tmp_path)
    assert found.keys() == {"a.txt", "pincite"}
    assert "an index of Pincite" in found["pincite"]


@pytest.mark.parametrize("file", ["node_modules/x/README.md", "c/CACHEDIR.TAG", "v/pyvenv.cfg"])
def test_caches_are_left_out_and_named(tmp_path: Path, file: str) -> None:
    write_files(tmp_path, {file: "Words."})
    assert "a cache" in reasons(tmp_path)[file.partition("/")[0]]


@pytest.mark.parametrize("name", ["~$report.docx", "#a.txt#", "a.txt~", "a.md.bak", "x.tmp"])
def test_backups_of_editors_are_left_out_and_named(tmp_path: Path, name: str) -> None:
    write_files(tmp_path, {name: "Words."})
    assert "a backup" in reasons(tmp_path)[name]


def test_what_a_file_system_keeps_at_its_root_is_skipped(tmp_path: Path) -> None:
    write_files(tmp_path / "d", {"a.md": "x", "lost+found/b.md": "y"})
    found = {file.path: file.skipped for file in Folder(tmp_path / "d").files()}
    assert found == {"a.md": None, "lost+found": "it belongs to the file system"}
