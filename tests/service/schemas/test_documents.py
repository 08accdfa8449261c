"""A document with its text as JSON."""

from __future__ import annotations

import pytest

from index import Metadata, Source
from service.schemas.documents import DocumentTextReply, document_text_reply

SOURCE = Source("a1", "a.txt", Metadata("A"))


@pytest.mark.parametrize("text", ["", "Lava.", 'He said "no" \\ and\n\tleft: \x00 \u2028 ä 😀'])
def test_a_text_is_the_same_once_it_is_read_again(text: str) -> None:
    reply = document_text_reply(SOURCE, text)
    written = b"".join(reply.json_parts())
    assert written.decode() == reply.model_dump_json()
    assert DocumentTextReply.model_validate_json(written) == reply


def test_a_long_text_is_written_in_short_parts() -> None:
    reply = document_text_reply(SOURCE, "ä😀\n" * 500_000)
    parts = list(reply.json_parts())
    assert b"".join(parts).decode() == reply.model_dump_json()
    assert max(map(len, parts)) < sum(map(len, parts)) / 4
