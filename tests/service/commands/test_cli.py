"""The commands with the fake model, and what they say when they cannot."""

from __future__ import annotations

import json
import shlex
import threading
from pathlib import Path

import click
import pytest
from filelock import FileLock
from flask.testing import FlaskClient

from index.generation.folder import current_id
from service.commands.cli import COMMANDS, pincite
from service.schemas.answers import AskReply
from tests.fakes import THREE, build, write_files
from tests.service.conftest import Run


@pytest.mark.parametrize("arguments", [[], *([name] for name in sorted(COMMANDS))])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(run: Run, arguments: list[str], option: str) -> None:
    outcome = run(*arguments, option)
    assert (outcome.status, outcome.err) == (0, "")
    assert "Usage: " in outcome.out
    command = pincite.get_command(click.Context(pincite), *arguments) if arguments else pincite
    assert command is not None
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in outcome.out
            assert parameter.help, parameter.opts


def commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], click.Command]:
    """Return a command with all commands below it, by the words after `pincite`."""
    found = {path: command}
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            found |= commands(below, (*path, name))
    return found


def test_the_help_of_every_command_ends_with_an_example_that_it_takes(run: Run) -> None:
    found = commands(pincite)
    assert ("keys", "create") in found
    for path in found:
        shown = run(*path, "--help").out
        examples = shown.partition("Example:\n")[2].strip().splitlines()
        assert examples, path
        for words in map(shlex.split, examples):
            assert words[0] == "pincite"
            named = max((one for one in found if tuple(words[1 : 1 + len(one)]) == one), key=len)
            assert named[: len(path)] == path or path == ("feedback",)
            found[named].make_context(named[-1], words[1 + len(named) :])


def test_there_are_commands_to_serve_to_index_and_to_ask() -> None:
    assert {"serve", "index", "ask"} <= COMMANDS.keys()


def test_the_version_is_told(run: Run) -> None:
    assert "0.1.0" in run("--version").out


@pytest.mark.parametrize("arguments", [["nonsense"], ["ask"], ["index", "--nonsense"]])
def test_a_command_that_makes_no_sense_has_exit_status_2(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert "Usage: " in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [["index", "--documents"], ["index", "--index"], ["keys", "list", "--keys"], ["backup"]],
)
def test_an_empty_name_is_not_the_current_folder(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments, "")
    assert (outcome.status, outcome.out) == (2, "")
    assert "it is empty; name a" in outcome.err


def test_an_index_is_built_and_then_left_alone(run: Run, three: Path, tmp_path: Path) -> None:
    write_files(three, {"picture.png": b"\x89PNG", "bad.md": b"a\0b"})
    outcome = run("index", "--documents", three, "--index", tmp_path / "i")
    assert (outcome.status, outcome.out) == (0, "")
    told = " ".join(outcome.err.split())
    live = current_id(tmp_path / "i")
    assert (
        f"5 files: 3 indexed, 1 skipped, 1 failed; 3 passages; published generation {live}" in told
    )
    assert "NUL characters" in told.partition("failed bad.md ")[2]
    assert "skipped picture.png no reader for this format" in told
    again = run("index", "--documents", three, "--index", tmp_path / "i")
    assert "3 unchanged" in again.err
    assert "nothing changed" in again.err
    assert current_id(tmp_path / "i") == live


def test_what_became_of_each_file_is_one_json_object(run: Run, three: Path, tmp_path: Path) -> None:
    write_files(
        three, {"picture.png": b"\x89PNG", "bad.md": b"a\0b", "copy.md": THREE["volcano.md"]}
    )
    write_files(three, {"harbour.md.yaml": "colour: red"})
    arguments = ("index", "--documents", three, "--index", tmp_path / "i", "--json")
    outcome = run(*arguments)
    assert outcome.status == 0
    report = json.loads(outcome.out)
    assert report["generation"] == current_id(tmp_path / "i")
    files = {file["path"]: file for file in report["files"]}
    found = {path.relative_to(three).as_posix() for path in three.rglob("*") if path.is_file()}
    assert files.keys() == found
    assert len(report["files"]) == len(found)
    assert {path: file["status"] for path, file in files.items()} == {
        **dict.fromkeys(("copy.md", "harbour.md", "notes/orchard_log.txt"), "indexed"),
        **dict.fromkeys(("picture.png", "volcano.md", "harbour.md.yaml"), "skipped"),
        "bad.md": "failed",
    }
    assert sum(report["counts"].values()) == len(found)
    assert sum(file["passages"] for file in files.values()) == report["passages"] == 3
    assert files["volcano.md"]["duplicate_of"] == "copy.md"
    assert {*files["bad.md"]} >= {
        "path", "status", "reason", "passages", "pages", "pages_without_text", "seconds",
    }  # fmt: skip

    (three / "copy.md").unlink()
    (three / "notes/orchard_log.txt").unlink()
    again = json.loads(run(*arguments).out)
    assert again["deleted"] == ["notes/orchard_log.txt"]
    assert {file["renamed_from"] for file in again["files"]} == {None, "copy.md"}


def test_each_collection_has_its_own_index(
    run: Run, three: Path, index: Path, tmp_path: Path
) -> None:
    write_files(tmp_path / "news", {"comet.txt": "Comet Zorvan passed."})
    write_files(tmp_path, {"pincite.toml": '[collections.news]\ndocuments = "news"\nindex = "i"\n'})
    arguments = ("index", "--documents", three, "--index", index, "--json")
    report = json.loads(run(*arguments, "--collection", "news").out)
    assert [file["path"] for file in report["files"]] == ["comet.txt"]
    assert current_id(tmp_path / "i") == report["generation"]
    assert json.loads(run(*arguments).out)["counts"]["unchanged"] == 3


def test_a_run_waits_for_another_if_it_is_told_to(run: Run, three: Path, index: Path) -> None:
    arguments = ("index", "--documents", three, "--index", index)
    lock = FileLock(index / "lock", thread_local=False)
    lock.acquire()
    refused = run(*arguments)
    assert (refused.status, "written by another process" in refused.err) == (2, True)
    threading.Timer(0.5, lock.release).start()
    assert run(*arguments, "--wait", "60").status == 0


def test_a_folder_with_nothing_to_index_is_reported_before_it_is_refused(
    run: Run, tmp_path: Path
) -> None:
    documents = write_files(tmp_path / "d", {"picture.png": b"\x89PNG"})
    arguments = ("index", "--documents", documents, "--index", tmp_path / "i")
    outcome = run(*arguments, "--json")
    assert outcome.status == 2
    report = json.loads(outcome.out)
    assert (report["generation"], len(report["files"])) == (None, 1)
    assert outcome.err.startswith("pincite: none of 1 files can be indexed; picture.png: ")
    assert run(*arguments).err.startswith("pincite: none of 1 files")
    write_files(documents, {"other.png": b"x"})
    assert "skipped  picture.png" in run(*arguments).err


def test_what_goes_into_a_file_or_a_pipe_is_neither_wrapped_nor_padded(
    run: Run, tmp_path: Path
) -> None:
    long = "Lava " + "flowed and " * 60 + "stopped."
    name = f"{'a' * 200}.png"
    documents = write_files(tmp_path / "d", {"volcano.txt": long, name: b"x"})
    place = ("--documents", documents, "--index", tmp_path / "i")
    told = run("index", *place).err.splitlines()
    assert any(name in line and "no reader" in line for line in told)
    answer = run("ask", "lava", *place).out.splitlines()
    assert long in answer
    assert not [line for line in (*told, *answer) if line != line.rstrip()]


def test_names_of_files_cannot_command_the_terminal(run: Run, three: Path, tmp_path: Path) -> None:
    write_files(three, {"a\x1b[2J\nb [bold].png": b"x"})
    told = run("index", "--documents", three, "--index", tmp_path / "i").err
    assert r"a\x1b[2J\nb [bold].png" in told
    assert "\x1b" not in told


def test_files_that_pass_the_limits_in_the_settings_are_reported(
    run: Run, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_MAX_FILE_MB", "2")
    write_files(three, {"large.txt": "word " * 600_000})
    told = " ".join(run("index", "--documents", three, "--index", tmp_path / "i").err.split())
    assert "skipped large.txt larger than 2 MB (max_file_mb)" in told
    assert "3 indexed, 1 skipped" in told


def test_an_index_can_be_rebuilt(run: Run, three: Path, index: Path) -> None:
    before = current_id(index)
    assert run("index", "--documents", three, "--index", index, "--rebuild").status == 0
    assert current_id(index) != before


def test_a_question_gets_its_evidence_and_cited_passages(run: Run, index: Path) -> None:
    outcome = run("ask", "Who weighs the copper at dawn?", "--index", index, "--top-k", "2")
    assert outcome.status == 0
    assert outcome.out.startswith("Merchants weigh it at dawn.")
    assert "[1]" in outcome.out
    assert "[2]" in outcome.out
    assert "[3]" not in outcome.out
    assert "Ninety ships unload copper every winter." in outcome.out


def test_a_citation_is_printed_as_one_line_that_can_be_pasted(run: Run, index: Path) -> None:
    citation = (
        "Ada Quill, Ben Orr, “The harbour of Thessaly”, Coast Gazette, 1987-03-05, "
        "after Old harbour, Coast Gazette, lines 12-14, characters 227-304, "
        "https://example.org/harbour"
    )
    assert citation in run("ask", "copper", "--index", index).out.splitlines()


def test_a_document_cannot_command_the_terminal_nor_move_what_stands_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Bees sleep\x1b]0;title\x07 below.\r\nSome say so.\r\nQuinces cost ninety pence.\r\n"
    documents = write_files(tmp_path / "documents", {"orchard.txt": text})
    arguments = ("ask", "Quinces cost pence?", "--documents", documents, "--index", tmp_path / "i")
    assert "\x1b" not in run(*arguments).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(*arguments).out.count("\x1b[1;32mQuinces cost ninety pence.\x1b[0m") == 2


def test_json_is_what_the_api_replies(run: Run, index: Path, client: FlaskClient) -> None:
    question = "Who weighs the copper at dawn?"
    printed = json.loads(run("ask", question, "--index", index, "--json", "--top-k", "2").out)
    replied = json.loads(client.post("/ask", json={"question": question, "top_k": 2}).data)
    AskReply.model_validate(printed)
    for reply in (printed, replied):
        del reply["generation"], reply["took_ms"], reply["parts_ms"]
    assert printed == replied


def test_asking_builds_the_index_where_there_is_none(run: Run, three: Path, tmp_path: Path) -> None:
    outcome = run(
        "ask", "lava", "--documents", three, "--index", tmp_path / "i", "--json", "--top-k", "1"
    )
    assert json.loads(outcome.out)["passages"][0]["source"]["path"] == "volcano.md"
    assert current_id(tmp_path / "i")


def test_a_question_to_one_folder_is_not_answered_from_the_index_of_another(
    run: Run, three: Path, index: Path, tmp_path: Path
) -> None:
    other = write_files(tmp_path / "other", {"comet.txt": "Comet Zorvan passed in 1654."})
    ask = ("ask", "lava", "--index", index, "--documents")
    refused = run(*ask, other)
    assert (refused.status, refused.out) == (2, "")
    assert f"the index in {index} holds the documents of" in refused.err
    assert run(*ask, three).status == 0
    assert run(*ask, three.rename(tmp_path / "moved")).status == 0
    assert run(*ask, tmp_path / "not mounted").status == 0


def test_settings_in_the_environment_reach_the_commands(
    run: Run, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(three, tmp_path / "elsewhere")
    monkeypatch.setenv("PINCITE_INDEX", str(tmp_path / "elsewhere"))
    assert run("ask", "lava", "--json").status == 0


def test_an_index_that_is_gone_is_not_built_where_one_is_expected(
    run: Run, three: Path, index: Path, tmp_path: Path
) -> None:
    update = ("index", "--existing", "--index", index, "--documents", three)
    assert run(*update).status == 0
    index.rename(tmp_path / "away")
    refused = run(*update)
    assert (refused.status, refused.out) == (2, "")
    assert f"the index folder {index} does not exist" in refused.err
    assert not index.exists()


def test_a_damaged_index_is_found_and_repaired(run: Run, three: Path, index: Path) -> None:
    assert run("verify", "--index", index).status == 0
    place = index / "generations" / current_id(index)
    for name in ("vectors.faiss", "keys.npy"):
        (place / name).write_bytes(b"")
    found = run("verify", "--index", index)
    assert (found.status, found.out) == (1, "")
    assert found.err == (
        f"pincite: {place}/keys.npy is altered\npincite: {place}/vectors.faiss is altered\n"
    )
    folders = ("--index", index, "--documents", three)
    assert run("index", *folders).status == 2
    repaired = run("index", "--repair", *folders)
    assert repaired.status == 0
    assert "keys.npy is altered" in repaired.err.splitlines()[0]
    assert repaired.err.splitlines()[0].endswith("; it is rebuilt from the documents")
    assert run("verify", "--index", index).status == 0
    assert "nothing changed" in run("index", "--repair", *folders).err


def test_documents_at_a_url_are_indexed_and_asked(run: Run, three: Path, tmp_path: Path) -> None:
    place = ("--documents", three.as_uri(), "--index", tmp_path / "index")
    assert "3 indexed" in run("index", *place).err
    assert "3 unchanged" in run("index", *place).err
    assert "volcano.md" in run("ask", "lava", *place).out
