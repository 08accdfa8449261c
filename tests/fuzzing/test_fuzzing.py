"""A short form of `python -m tests.fuzzing`, and every input that once failed."""

from __future__ import annotations

from functools import partial

import pytest

from index.corpus.readers import READERS
from service.http.table import operation_name
from service.routes import OPERATIONS
from tests.fuzzing.one import corpus, fuzz
from tests.fuzzing.targets import TARGETS, UPLOADS, client

INPUTS = 60


def test_every_reader_is_a_target() -> None:
    names = {READERS[suffix].__name__ for suffix in READERS}
    fuzzed = {READERS[suffix].__name__ for suffix in ("", *READERS) if suffix[1:] in TARGETS}
    assert names == fuzzed | {READERS[""].__name__}


def test_every_operation_that_takes_a_body_is_a_target() -> None:
    find = client().application.url_map.bind("localhost").match
    posted = [one.args[0] for one in TARGETS.values() if isinstance(one, partial)]
    fuzzed = {
        operation_name(find(address, method="POST")[0])
        for address in (UPLOADS, *posted)
        if address.startswith("/")
    }
    # a PUT sends a file, and each format is a target
    assert fuzzed == {name for name, one in OPERATIONS.items() if one.body} - {"uploads.put"}


@pytest.mark.parametrize("name", TARGETS)
def test_an_input_of_the_corpus_is_accepted_or_refused(name: str) -> None:
    assert corpus(name)
    for path in corpus(name):
        TARGETS[name](path.read_bytes())


# werkzeug leaves the files of a form that breaks off to the collector, which closes them
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("number", [1, 2])
def test_an_input_that_is_nearly_valid_is_accepted_or_refused(name: str, number: int) -> None:
    fuzz(name, INPUTS, number)
