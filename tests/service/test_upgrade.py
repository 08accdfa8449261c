"""An index of an earlier format is rebuilt with one line; one of a later is left alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from index.generation.folder import current_id, open_generation
from index.generation.manifest import FORMAT, NAME, Manifest
from tests.service.conftest import Run

COMMANDS = [["index"], ["serve"], ["ask", "Who unloads copper?"]]


def set_format(index: Path, number: int) -> None:
    """Have the live generation say that it is of another format, and vouch for that."""
    place = index / "generations" / current_id(index) / NAME
    stated = json.loads(place.read_bytes())
    del stated["seal"]
    other = Manifest.model_validate(stated | {"format": number})
    seal = hashlib.sha256(other.model_dump_json().encode()).hexdigest()
    place.write_text(json.dumps(other.model_dump() | {"seal": seal}))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_index_of_an_earlier_format_is_built_anew_with_one_line(
    run: Run, three: Path, index: Path, command: list[str]
) -> None:
    before = current_id(index)
    set_format(index, FORMAT - 1)
    outcome = run(*command, "--documents", three, "--index", index)
    assert outcome.status == 0
    told = f"has format {FORMAT - 1}, this version of Pincite writes {FORMAT}; it is rebuilt"
    assert [line for line in outcome.err.splitlines() if "format" in line] == [
        f"pincite: {index}/generations/{before} {told}"
    ]
    assert open_generation(index).id != before
    assert set(open_generation(index).catalog.paths()) == {
        "harbour.md", "notes/orchard_log.txt", "volcano.md",
    }  # fmt: skip
    assert run("verify", "--index", index).status == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_an_index_of_a_later_format_is_refused_and_left_as_it_is(
    run: Run, three: Path, index: Path, command: list[str]
) -> None:
    before = current_id(index)
    set_format(index, FORMAT + 1)
    outcome = run(*command, "--documents", three, "--index", index)
    assert (outcome.status, outcome.out) == (2, "")
    [told] = outcome.said_last.splitlines()
    assert f"has format {FORMAT + 1}, this version of Pincite writes {FORMAT}" in told
    assert "pincite index --rebuild" in told
    assert current_id(index) == before


@pytest.mark.parametrize("number", [FORMAT - 1, FORMAT + 1])
@pytest.mark.parametrize("command", ["verify", "backup"])
def test_what_only_reads_says_which_format_it_is_and_what_to_do(
    run: Run, index: Path, tmp_path: Path, command: str, number: int
) -> None:
    set_format(index, number)
    file = [tmp_path / "backup.tar"] if command == "backup" else []
    outcome = run(command, "--index", index, *file)
    assert (outcome.status, outcome.out) == (2, "")
    [told] = outcome.err.splitlines()
    assert f"has format {number}" in told
    assert "pincite index" in told
    assert not (tmp_path / "backup.tar").exists()
