from __future__ import annotations

import re

import pytest

from index.corpus.readers import READERS
from index.types import document_id


def test_an_id_depends_on_the_path_alone_and_is_safe_in_an_address() -> None:
    assert document_id("a/b.md") == document_id("a/b.md") != document_id("a/c.md")
    assert re.fullmatch("[0-9a-f]{16}", document_id("ä \udcff/?.md"))


@pytest.mark.parametrize("suffix", [".md", ".markdown", ".txt"])
def test_each_format_has_a_reader_that_keeps_id_and_path(suffix: str) -> None:
    document = READERS[suffix](b"Words.", f"a{suffix}", "some id")
    assert (document.id, document.path, document.text) == ("some id", f"a{suffix}", "Words.")
