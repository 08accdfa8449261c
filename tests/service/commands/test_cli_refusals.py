"""The errors of commands: one line, and exit status 2."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import pytest

from service.commands.collaborators import Collaborators
from tests.fakes import write_files
from tests.service.conftest import Outcome, Run


def refused(outcome: Outcome, *words: str) -> None:
    """Check that a command ended as it does when a user can mend what is wrong."""
    assert outcome.status == 2, outcome
    assert outcome.out == ""
    assert outcome.said_last.startswith("pincite: ")
    assert outcome.said_last.count("\n") == 1, outcome.err
    for word in words:
        assert word in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", ""], ["question: found ''", "1 to 2000 characters"]),
        (["ask", " \n "], ["question: found", "1 to 2000 characters"]),
        (["ask", "a" * 2001], ["question: found", "1 to 2000 characters"]),
        (["ask", "\udcff"], ["question: found", "1 to 2000 characters"]),
        (["ask", "x", "--top-k", "0"], ["top_k: found 0", "from 1 to 50"]),
        (["ask", "x", "--top-k", "51"], ["top_k: found 51", "from 1 to 50"]),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    run: Run, index: Path, arguments: list[str], words: list[str]
) -> None:
    refused(run(*arguments, "--index", index), *words)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "command", [["index"], ["serve"], ["ask", "x"], ["evaluate", "x"], ["calibrate", "x"]]
)
def test_a_command_that_is_interrupted_ends_in_one_line(run: Run, command: list[str]) -> None:
    def interrupt(settings: object) -> NoReturn:
        raise KeyboardInterrupt

    more = ["--output", "x"] if command[0] == "calibrate" else []
    outcome = run(*command, *more, collaborators=Collaborators(interrupt))
    [told] = outcome.said_last.strip().splitlines()
    assert (outcome.status, outcome.out) == (130, "")
    assert told.startswith("pincite: stopped")


@pytest.mark.parametrize("command", [["index"], ["serve"], ["ask", "x"]])
@pytest.mark.parametrize(
    ("files", "words"),
    [
        (None, ["does not exist", "--documents"]),
        ({}, ["the documents folder is empty"]),
        ({"a.pdf": "x"}, ["none of 1 files can be indexed", "a.pdf"]),
    ],
    ids=["missing", "empty", "unreadable"],
)
def test_a_folder_with_nothing_to_ask_is_refused(
    run: Run, tmp_path: Path, command: list[str], files: dict[str, str] | None, words: list[str]
) -> None:
    if files is not None:
        (tmp_path / "d").mkdir()
        write_files(tmp_path / "d", files)
    outcome = run(*command, "--documents", tmp_path / "d", "--index", tmp_path / "i")
    refused(outcome, *words)


@pytest.mark.parametrize("command", [["index"], ["serve"], ["ask", "x"]])
def test_a_folder_that_is_no_index_is_refused_and_left_alone(
    run: Run, three: Path, tmp_path: Path, command: list[str]
) -> None:
    write_files(tmp_path / "thesis", {"chapter.docx": "x"})
    outcome = run(*command, "--documents", three, "--index", tmp_path / "thesis")
    refused(outcome, "thesis is not a Pincite index (it holds chapter.docx)", "--index")
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.docx"]


@pytest.mark.parametrize("command", [["index"], ["ask", "x"]])
def test_an_index_of_another_model_is_refused(
    run: Run, three: Path, index: Path, command: list[str]
) -> None:
    place = ("--documents", three, "--index", index)
    outcome = run(*command, *place, collaborators=Collaborators())
    refused(outcome, "built with the model fake, not all-MiniLM-L6-v2", "--rebuild")


@pytest.mark.parametrize("command", [["index"], ["ask", "x"]])
def test_a_model_that_is_none_is_refused(
    run: Run, three: Path, tmp_path: Path, command: list[str]
) -> None:
    place = ("--documents", three, "--index", tmp_path / "i", "--model", three)
    outcome = run(*command, *place, collaborators=Collaborators())
    refused(outcome, "is not a sentence-transformers model")


def test_a_damaged_index_is_refused(run: Run, three: Path, index: Path) -> None:
    next(index.rglob("vectors.faiss")).write_bytes(b"")
    refused(run("ask", "x", "--index", index), "vectors.faiss is altered", "index --repair")
    assert run("index", "--documents", three, "--index", index, "--rebuild").status == 0


def test_a_setting_that_makes_no_sense_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pincite.toml").write_text("colour = 'red'\n")
    refused(run("index"), "the setting colour is unknown")


def test_an_address_that_is_taken_is_refused(run: Run, three: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = run("serve", "--documents", three, "--index", tmp_path / "i", "--port", str(port))
    refused(outcome, f"cannot serve on 127.0.0.1:{port}", "--port")


def test_a_host_that_is_none_is_refused(run: Run, three: Path) -> None:
    refused(run("serve", "--documents", three, "--host", "no such host"), "--host")


def test_a_documents_folder_without_permission_is_refused(
    run: Run,
    open_folder: Path,
    unprivileged: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(open_folder)
    (open_folder / "closed").mkdir()
    (open_folder / "closed").chmod(0o000)
    with unprivileged():
        outcome = run("index", "--documents", "closed", "--index", open_folder / "i")
    refused(outcome, "the documents folder closed may not be read", "chmod")


@pytest.mark.parametrize("command", [["ask", "Where do bees sleep?"], ["index"]])
def test_a_model_of_the_hub_is_not_sought_to_tell_that_the_index_is_of_another(
    run: Run, three: Path, index: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _no_network)
    place = ("--documents", three, "--index", index, "--model", "somebody/model")
    outcome = run(*command, *place, collaborators=Collaborators())
    assert outcome.status == 2
    *earlier, refusal = outcome.err.splitlines()
    assert all("is of no known family" in line for line in earlier)
    assert "built with the model fake, not somebody/model" in refusal
    assert "--rebuild" in refusal


def _no_network(host: object, *_: object, **__: object) -> list[object]:
    if host not in {"127.0.0.1", "localhost"}:
        pytest.fail(f"{host} was sought")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]


@pytest.mark.parametrize("command", [["index"], ["ask", "lava"], ["serve"]])
def test_a_url_that_cannot_be_read_is_refused(run: Run, command: list[str], tmp_path: Path) -> None:
    place = ("--documents", "nope://bucket/a", "--index", tmp_path / "index")
    refused(run(*command, *place), "nope://bucket/a: Protocol not known: nope; expected s3://")
