from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from service.access.key_file import read_keys
from service.access.keyring import Keyring
from service.commands.keys import keys
from tests.service.conftest import Run

FILE = Path(".pincite-keys.json")


@pytest.mark.parametrize("command", sorted(keys.commands))
def test_every_command_explains_itself(run: Run, command: str) -> None:
    outcome = run("keys", command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    for parameter in keys.commands[command].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in outcome.out
            assert getattr(parameter, "help", ""), parameter.opts


def test_a_key_is_printed_once_listed_without_its_token_and_revoked(run: Run) -> None:
    made = run("keys", "create", "--name", "a script")
    token = made.out.strip()
    (key,) = read_keys(FILE)
    assert Keyring(FILE).find(token) == key
    assert key.id in made.err
    listed = run("keys", "list").out
    assert listed == f"{key.id}\task\t{key.created}\ta script\n"
    assert run("keys", "revoke", key.id).status == 0
    assert run("keys", "list").out == ""
    assert Keyring(FILE).find(token) is None


def test_keys_are_kept_where_the_setting_says(run: Run, tmp_path: Path) -> None:
    assert run("keys", "create", "--keys", tmp_path / "k.json", "--kind", "admin").status == 0
    assert [key.kind for key in read_keys(tmp_path / "k.json")] == ["admin"]
    assert not FILE.exists()


def test_a_widget_key_names_the_origins_it_is_for(run: Run) -> None:
    made = run(
        "keys", "create", "--kind", "widget", "--origin", "https://a.example",
        "--origin", "http://localhost:3000",
    )  # fmt: skip
    assert made.out.startswith("pincite_widget_")
    assert read_keys(FILE)[0].origins == ("https://a.example", "http://localhost:3000")
    listed = run("keys", "list").out.strip()
    assert listed.endswith("https://a.example http://localhost:3000\tdefault")


def test_a_key_is_for_the_collections_that_are_named(run: Run) -> None:
    assert run("keys", "create", "--collections", "default").status == 0
    assert run("keys", "create").status == 0
    assert [key.collections for key in read_keys(FILE)] == [("default",), None]
    refused = run("keys", "create", "--collections", "news")
    assert refused.status == 2
    assert "no collection 'news'" in refused.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "widget"], "a widget key needs --origin"),
        (["--kind", "ask", "--origin", "https://a.example"], "a widget key needs --origin"),
        (["--kind", "widget", "--origin", "https://a.example/"], "an origin is a scheme, a host"),
        (["--kind", "widget", "--origin", "*"], "an origin is a scheme, a host"),
        (["--kind", "widget", "--origin", "null"], "an origin is a scheme, a host"),
        (["--kind", "root"], "'root' is not one of"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(
    run: Run, arguments: list[str], message: str
) -> None:
    outcome = run("keys", "create", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in " ".join(outcome.err.split())
    assert not FILE.exists()


def test_a_key_that_is_not_there_is_told_in_one_line(run: Run) -> None:
    outcome = run("keys", "revoke", "nobody")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("pincite: there is no key 'nobody'")
    assert outcome.err.count("\n") == 1


def test_a_key_that_cannot_be_shown_is_not_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from service.commands.cli import main; main()"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*command, "keys", "create"],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, read_keys(tmp_path / FILE)) == (2, ())
    assert not Keyring(tmp_path / FILE).in_use
    assert done.stderr == (
        "pincite: the key cannot be printed: No space left on device; no key was made, so try "
        "again\n"
    )
