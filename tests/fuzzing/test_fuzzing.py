"""A short form of `python -m tests.fuzzing`; and all that it once stumbled over."""

from __future__ import annotations

import pytest

from index.readers import READERS
from tests.fuzzing.one import corpus, fuzz
from tests.fuzzing.targets import TARGETS

INPUTS = 60


def test_every_reader_is_a_target() -> None:
    names = {READERS[suffix].__name__ for suffix in READERS}
    fuzzed = {READERS[suffix].__name__ for suffix in ("", *READERS) if suffix[1:] in TARGETS}
    assert names == fuzzed | {READERS[""].__name__}


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_kept_is_taken_or_refused(name: str) -> None:
    assert corpus(name)
    for path in corpus(name):
        TARGETS[name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("number", [1, 2])
def test_what_is_nearly_right_is_taken_or_refused(name: str, number: int) -> None:
    fuzz(name, INPUTS, number)
