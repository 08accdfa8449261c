"""A short form of tests/faults/key_timing.py."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service.access.key_file import create_key
from tests.fakes import THREE, write_files
from tests.faults.key_timing import CHANCE, measure
from tests.server import running

TIMES = 300
TRIES = 3
# a service that compares a key with a guess character by character
LEAKS = """
import service.access.gate as gate, service.access.keyring as keyring
found = keyring.Keyring.find
def find(self, token):
    for one, other in zip(token, {token!r}):
        if one != other:
            break
        hash("x" * 100_000)
    return found(self, token)
keyring.Keyring.find = find
"""


@pytest.mark.parametrize("leaks", [False, True])
def test_the_time_of_a_refusal_does_not_tell_how_near_a_guess_is(
    tmp_path: Path, leaks: bool
) -> None:
    write_files(tmp_path / "documents", THREE)
    _, token = create_key(tmp_path / "keys.json", "ask", "", [])
    settings = {"PINCITE_KEYS": str(tmp_path / "keys.json")}
    first = LEAKS.format(token=token) if leaks else ""
    chance = random.Random(1)
    with running(tmp_path, settings=settings, first=first) as service:
        seen = [
            abs(measure(service.port, token, TIMES, chance).deviations) > CHANCE
            for _ in range(TRIES)
        ]
    assert all(seen) if leaks else not all(seen)
