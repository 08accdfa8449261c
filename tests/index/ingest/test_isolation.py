from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import AbstractContextManager, closing
from pathlib import Path
from unittest.mock import patch

import pytest

from index import Folder, PinciteError
from index.corpus.scanning import File
from index.ingest import isolation, reader_process
from index.ingest.isolation import read_isolated
from index.ingest.job import Job, describe_job
from index.ingest.limits import Limits
from index.ingest.passages import Splitter
from index.ingest.reader_process import ReaderProcess
from index.ingest.reading import Reading, read_here
from tests.fakes import THREE, count_words, write_files
from tests.index.ingest.misbehaving import split

pytestmark = pytest.mark.system

LIMITS = Limits(seconds=20, memory_mb=200, output_mb=1)


def job(folder: Folder, limits: Limits = LIMITS) -> Job:
    return describe_job(folder, count_words, Splitter(), limits)


def splitting_by(misdeed: str) -> AbstractContextManager[object]:
    """Let processes cut documents by a function of tests/index/ingest/misbehaving.py."""
    program = (
        f"import sys; from tests.index.ingest import misbehaving; "
        f"misbehaving.read_with({misdeed!r}, int(sys.argv[1]))"
    )
    return patch.object(reader_process, "_PROGRAM", ("-c", program))


def read(
    folder: Path, files: dict[str, str], misdeed: str = "split", limits: Limits = LIMITS
) -> dict[str, Reading]:
    corpus = Folder(write_files(folder, files))
    found = list(corpus.files())
    with (
        splitting_by(misdeed),
        closing(read_isolated(job(corpus, limits), found)) as readings,
    ):
        return {file.path: reading for file, reading in readings}


def failure(
    folder: Path, files: dict[str, str], misdeed: str = "split", limits: Limits = LIMITS
) -> str:
    """Return why the first file failed; all others were read."""
    first, *others = read(folder, files, misdeed, limits).values()
    assert [one.failure for one in others] == [None] * len(others)
    assert (first.document, first.passages) == (None, ())
    assert first.failure is not None
    assert "\n" not in first.failure
    return first.failure


def test_what_is_read_in_a_process_is_what_is_read_here(three: Path) -> None:
    corpus = Folder(three)
    files = list(corpus.files())
    here = [reading for _, reading in read_here(corpus, files, split)]
    there = [reading for _, reading in read_isolated(job(corpus), files)]
    assert len(here) == len(THREE)
    for one, other in zip(here, there, strict=True):
        assert one.document is not None
        assert other.document is not None
        assert other.passages == one.passages
        assert all(passage.text for passage in other.passages)
        assert (other.document.text, other.document.metadata, other.document.body) == (
            one.document.text, one.document.metadata, one.document.body,
        )  # fmt: skip


def test_readings_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = {f"{number:02}.txt": f"Text {number}. " * (40 - number) for number in range(40)}
    found = read(tmp_path / "d", files)
    assert [one.document.path for one in found.values() if one.document] == list(files)


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        ("crash", r"^a\.txt: its reader crashed \(SIGSEGV\)$"),
        ("killed", r"^a\.txt: its reader crashed \(SIGKILL\)$"),
        ("abort", r"^a\.txt: its reader aborted, perhaps because 200 MB of memory are too little"),
        ("exit", r"^a\.txt: its reader crashed \(exit status 3\)$"),
        ("swell", r"^a\.txt: took more than 200 MB of memory to read \(read_memory_mb\)$"),
        ("recurse", r"^a\.txt: its reader failed \(RecursionError: maximum recursion depth"),
        ("shout", r"^a\.txt: holds more than 1 MB of text$"),
        ("call", r"^a\.txt: its reader failed \(PermissionError: a reader has no network\)$"),
        ("resolve", r"^a\.txt: its reader failed \(PermissionError: a reader has no network\)$"),
        ("write", r"^a\.txt: its reader failed \(OSError: \[Errno 27\] File too large"),
    ],
)
def test_a_file_that_breaks_its_reader_fails_alone(
    tmp_path: Path, misdeed: str, reason: str
) -> None:
    files = {"a.txt": misdeed, "b.txt": "Words.", "c.txt": "More words."}
    said = failure(tmp_path / "d", files, "do_what_it_says")
    assert re.search(reason, said), said


@pytest.mark.parametrize("misdeed", ["sleep", "spin", "stall"])
def test_a_file_that_takes_for_ever_is_given_up(tmp_path: Path, misdeed: str) -> None:
    files = {"a.txt": misdeed, "b.txt": "Words."}
    limits = Limits(seconds=2, memory_mb=200, output_mb=1)
    said = failure(tmp_path / "d", files, "do_what_it_says", limits)
    assert said == "a.txt: took longer than 2 s to read (read_seconds)"


def test_a_file_that_holds_too_much_text_is_refused(tmp_path: Path) -> None:
    files = {"a.txt": "words " * 300_000, "b.txt": "Words."}
    assert failure(tmp_path / "d", files) == "a.txt: holds more than 1 MB of text"


def test_a_file_that_cannot_be_read_says_what_its_reader_says(tmp_path: Path) -> None:
    files = {"a.txt": "a\0b", "b.txt": "Words."}
    assert "holds NUL characters" in failure(tmp_path / "d", files)


def test_a_process_that_others_have_worn_out_is_not_held_against_a_file(tmp_path: Path) -> None:
    files = {f"{number}.txt": "Words." for number in range(6)}
    found = read(tmp_path / "d", files, "fail_on_the_second")
    assert [one.failure for one in found.values()] == [None] * 6


def test_a_parser_that_was_taken_over_cannot_run_code_here(tmp_path: Path) -> None:
    made = tmp_path / "made"
    files = {"a.txt": str(made)}
    said = failure(tmp_path / "d", files, "answer_in_pickle")
    assert said.startswith("a.txt: its reader gave an invalid answer")
    assert not made.exists()


def test_a_passage_that_is_not_in_the_text_is_refused(tmp_path: Path) -> None:
    files = {"a.txt": "Words."}
    said = failure(tmp_path / "d", files, "answer_with_offsets_that_lie")
    assert said == "a.txt: its reader gave a passage that is not in its text"
    said = failure(tmp_path / "d", files, "lie_about_offsets")
    assert said.startswith("a.txt: its passage at characters 0 to 7 differs from its text")


def test_a_reader_sees_no_network(tmp_path: Path) -> None:
    own_network = ["unshare", *([] if os.geteuid() == 0 else ["--user"]), "--net", "true"]
    if (
        not shutil.which("unshare")
        or subprocess.run(own_network, check=False, capture_output=True).returncode
    ):
        pytest.skip("this kernel gives no network of its own to a process")
    said = failure(tmp_path / "d", {"a.txt": "Words."}, "tell_the_networks")
    assert said == "a.txt: its reader failed (ValueError: ['lo'])"


def test_a_reader_sees_no_secret_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    said = failure(tmp_path / "d", {"a.txt": "Words."}, "tell_the_secrets")
    assert said == "a.txt: its reader failed (ValueError: None)"


def test_stopping_in_the_middle_leaves_no_process_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[ReaderProcess] = []

    class Noted(ReaderProcess):
        def __init__(self, task: bytes) -> None:
            super().__init__(task)
            started.append(self)

    monkeypatch.setattr(isolation, "ReaderProcess", Noted)
    files = {f"{number}.txt": "sleep" if number else "Words." for number in range(9)}
    corpus = Folder(write_files(tmp_path / "d", files))
    with splitting_by("do_what_it_says"):
        readings = read_isolated(job(corpus), list(corpus.files()))
        assert next(readings)[1].document
        readings.close()
    assert started
    assert all(process._process.wait(0) is not None for process in started)


def test_a_second_build_starts_no_interpreter_again(three: Path) -> None:
    files = list(Folder(three).files())
    with patch.object(subprocess, "Popen", wraps=subprocess.Popen) as started:
        with splitting_by("split"):
            for _ in range(3):
                assert len(list(read_isolated(job(Folder(three)), files))) == len(THREE)
        assert started.call_count <= 1


def test_readers_are_started_again_after_the_process_that_starts_them_was_killed(
    three: Path,
) -> None:
    files = list(Folder(three).files())
    server = reader_process._forks_of(reader_process._PROGRAM)
    assert len(list(read_isolated(job(Folder(three)), files))) == len(THREE)
    assert server._process
    server._process.kill()
    server._process.wait()
    assert len(list(read_isolated(job(Folder(three)), files))) == len(THREE)


def test_where_no_process_can_be_started_the_build_says_so(tmp_path: Path) -> None:
    corpus = Folder(write_files(tmp_path / "d", {"a.txt": "Words."}))
    files = list(corpus.files())
    (tmp_path / "d").rename(tmp_path / "elsewhere")
    with pytest.raises(PinciteError, match=r"does not start \(DocumentsFolderError: ") as said:
        list(read_isolated(job(corpus), files))
    assert "\n" not in str(said.value)


def test_a_file_that_changes_before_it_is_read_fails(three: Path) -> None:
    file = File("volcano.md", "0" * 64)
    [(_, reading)] = read_isolated(job(Folder(three)), [file])
    assert reading.failure == "volcano.md: changed while it was being read; index again"


def test_a_folder_whose_name_is_not_unicode_is_read(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    [reading] = read(folder, {"a.txt": "Words."}).values()
    assert reading.document
