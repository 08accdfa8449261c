from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, DocumentError
from index.corpus.readers.encoding import decode
from index.corpus.readers.text import paragraphs, read_text
from tests.index.corpus.readers.blocks import assert_read_or_refused


def read(data: str | bytes, path: str = "a.txt") -> Document:
    return read_text(data.encode() if isinstance(data, str) else data, path, "id")


def blocks_of(document: Document) -> list[str]:
    return [document.text[one.span.start : one.span.end] for one in document.blocks]


def test_text_is_the_whole_file() -> None:
    assert read("One.\n\n  Two.\n").text == "One.\n\n  Two.\n"


def test_a_byte_order_mark_is_not_text() -> None:
    assert read(b"\xef\xbb\xbfOne.").text == "One."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_unicode_encodings_with_a_byte_order_mark_are_read_as_they_were_written(
    encoding: str,
) -> None:
    text = "Ähren wogten über dem Hügel. Die Mühle stand still.\n"
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Käthe aß früher süße Äpfel aus dem Garten — und Öl für die Tür. " * 8),
        ("cp1251", "Генеральный секретарь встретился с министром в Баку. " * 8),
        ("gb18030", "青岛是中国东部的沿海城市。上海合作组织峰会在那里举行。" * 8),
        ("shift_jis", "港には毎年冬に船が入ります。商人は夜明けに銅を量ります。" * 8),
    ],
)
def test_other_encodings_are_recognised(encoding: str, text: str) -> None:
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["one", "Ähren wogten.\n", "Сегодня в Баку.", "青岛是中国的城市。\n上海\n"]
)
def test_unicode_encodings_without_a_byte_order_mark_are_told_by_what_they_hold(
    encoding: str, text: str
) -> None:
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize("data", [b"one\0two", bytes(range(64))])
def test_text_with_nul_characters_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^a\.txt: .*NUL.*UTF-8"):
        decode(data, "a.txt")


def test_bytes_that_are_no_text_are_refused_by_name() -> None:
    data = bytes(range(256)) * 40 + b"\x89PNG\r\n\x1a\n\xff\xfe\xfd" * 30
    with pytest.raises(DocumentError, match=r"^a\.txt: .*UTF-8"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    "gap",
    ["\n\n", "\n \t\n", "\n\n\n\n", "\r\n\r\n", "\r\n \r\n", "\r\r"],
    ids=repr,
)
def test_paragraphs_are_parted_by_blank_lines(gap: str) -> None:
    assert [one.strip() for one in blocks_of(read(f"One\nline.{gap}Two."))] == [
        "One\nline.",
        "Two.",
    ]


def test_single_line_ends_do_not_part_paragraphs() -> None:
    assert len(read("One\r\ntwo\nthree\rfour.\n").blocks) == 1


def test_paragraphs_begin_where_they_are_told_to() -> None:
    text = "head\n\nOne.\n\nTwo."
    found = paragraphs(text, 6)
    assert [text[one.span.start : one.span.end] for one in found] == ["One.", "Two."]


@pytest.mark.parametrize("data", ["", " \n\n\t \r\n", "\ufeff"])
def test_a_file_without_text_has_no_paragraphs(data: str) -> None:
    assert read(data).blocks == ()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("harbour_log-1987.txt", "harbour log 1987"),
        ("deep/er/note.v2.txt", "note.v2"),
        ("_.txt", "_.txt"),
    ],
)
def test_the_title_is_the_name_of_the_file(path: str, title: str) -> None:
    assert read("x", path).metadata.title == title


@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode("utf-16-le")))
def test_any_bytes_become_text_or_are_refused_by_name(data: bytes) -> None:
    assert_read_or_refused(read_text, data, "a.txt")
