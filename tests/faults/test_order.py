"""A change is on the disk before it is reported, as a trace of the system calls shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.killed import Child, can_trace, traced
from tests.faults.steps import DOCUMENTS, INDEX, STEPS, prepare

_CALLS = (
    "fsync,fdatasync,write,pwrite64,ftruncate,rename,renameat,renameat2,link,linkat,mkdir,unlink"
)
_LINE = re.compile(r"^\d+ +(?P<name>\w+)\((?P<rest>.*)$")
_DESCRIPTOR = re.compile(r"^\d+<(?P<path>[^>]*)>")


@dataclass(frozen=True, slots=True)
class Call:
    """A call to the system with the paths that it is about; one to a pipe has none."""

    name: str
    paths: tuple[str, ...]


def trace(folder: Path, *, forgets_to_sync: bool = False) -> list[Call]:
    """Return the calls of a process that does all steps, in order."""
    if not can_trace():
        pytest.skip("strace is not installed, or may not trace other processes here")
    prepare(folder)
    child = Child(folder, forgets_to_sync=forgets_to_sync)
    log = folder / "trace"
    with traced(child, log, ["-y", "-s", "4096", "-e", f"trace={_CALLS}"]):
        child.begin()
        assert child.end() == (0, len(STEPS))
    return [call for line in log.read_text().splitlines() if (call := parse(line))]


def parse(line: str) -> Call | None:
    """Return a line of a trace as a call; None if the call failed or the line is no call."""
    found = _LINE.match(line)
    if found is None or " = -1 " in line:
        return None
    name, rest = found["name"], found["rest"]
    descriptor = _DESCRIPTOR.match(rest)
    if descriptor:
        path = descriptor["path"]
        return Call(name, (path,) if path.startswith("/") else ())
    return Call(name, tuple(re.findall(r'"([^"]*)"', rest)))


def unsafe(calls: Sequence[Call], folder: Path) -> list[str]:
    """Return a line for each file that was not on the disk when it should have been."""
    found: list[str] = []
    files: set[Path] = set()  # written and not synced yet
    folders: set[Path] = set()  # in which a name that is kept was changed, and not synced yet
    for call in calls:
        paths = [Path(path) for path in call.paths]
        if call.name == "write" and not paths:  # to the pipe: a step is said to be done
            rest = folders | {path for path in files if is_kept(path, folder)}
            found += [f"{path} was not synced before a step was told of" for path in rest]
        elif call.name in {"write", "pwrite64", "ftruncate"}:
            files.update(paths)
        elif call.name in {"fsync", "fdatasync"}:
            files.difference_update(paths)
            folders.difference_update(paths)
        elif is_kept(paths[-1], folder):  # a name was made, replaced or taken away
            late = {path for path in files if path.is_relative_to(paths[0])}
            if paths[-1].name == "CURRENT":
                late |= folders
            found += [f"{path} was not synced before {paths[-1]} was there" for path in late]
            folders.add(paths[-1].parent)
    return found


def is_kept(path: Path, folder: Path) -> bool:
    """Return whether a path is part of what a step promises, and none that is used on the way."""
    index, documents = folder / INDEX, folder / DOCUMENTS
    return (
        path == index / "CURRENT"
        or path.is_relative_to(index / "generations")
        or (path.is_relative_to(documents) and not path.name.startswith("."))
    )


def test_all_is_on_the_disk_before_it_is_published_or_told(tmp_path: Path) -> None:
    calls = trace(tmp_path)
    assert unsafe(calls, tmp_path) == []
    published = [call for call in calls if call.paths[1:] == (f"{tmp_path / INDEX}/CURRENT",)]
    told = [call for call in calls if call.name == "write" and not call.paths]
    assert (len(published), len(told)) == (3, len(STEPS))


def test_a_process_that_syncs_nothing_is_found_out(tmp_path: Path) -> None:
    told = "\n".join(unsafe(trace(tmp_path, forgets_to_sync=True), tmp_path))
    for what in ("/manifest.json was not", "/CURRENT was there", "a step was told of"):
        assert what in told
