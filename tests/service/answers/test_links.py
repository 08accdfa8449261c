from __future__ import annotations

import pytest

from index import Passage
from service.answers.links import SourcePages

PASSAGE = Passage("abc", 3, 9, "copper", (1, 1))


@pytest.mark.parametrize(
    ("public", "asked_at", "base"),
    [
        (None, "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        (None, "http://host/below/", "http://host/below"),
        ("https://docs.example.org/", "http://127.0.0.1:8000/", "https://docs.example.org"),
    ],
)
def test_a_passage_is_shown_where_readers_reach_the_service(
    public: str | None, asked_at: str, base: str
) -> None:
    address = SourcePages(public).passage(PASSAGE, asked_at)
    assert address == f"{base}/documents/abc?start=3&end=9#passage"
