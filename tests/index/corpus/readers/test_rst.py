from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Metadata
from index.corpus.readers.rst import read_rst
from tests.index.corpus.readers.blocks import (
    assert_passages_stand_where_they_say,
    assert_read_or_refused,
    blocks_of,
    texts_of,
)


def read(text: str) -> Document:
    document = read_rst(text.encode(), "deep/some-page.rst", "id")
    assert_passages_stand_where_they_say(document)
    return document


def test_headings_are_the_path_of_what_stands_below_them() -> None:
    text = "Zero\n====\n\nAa.\n\nOne\n---\n\nBb.\n\nDeep\n~~~~\n\nCc.\n\nTwo\n---\n\nDd.\n"
    assert {text: path for kind, text, path in blocks_of(read(text)) if kind == "prose"} == {
        "Aa.": ("Zero",),
        "Bb.": ("Zero", "One"),
        "Cc.": ("Zero", "One", "Deep"),
        "Dd.": ("Zero", "Two"),
    }


def test_sections_side_by_side_are_of_the_highest_level() -> None:
    document = read("One\n===\n\nAa.\n\nTwo\n===\n\nBb.\n")
    assert [path for _, _, path in blocks_of(document)] == [("One",)] * 2 + [("Two",)] * 2


def test_the_title_authors_and_date_that_it_states_are_metadata_and_text() -> None:
    document = read(
        "The *title*\n===========\n\n:Author: Ada\n:Date: 2020-02-14\n:x: y\n\nWords.\n"
    )
    assert document.metadata == Metadata("The title", authors=("Ada",), date=dt.date(2020, 2, 14))
    assert document.text == "The title\n\nAuthor: Ada\nDate: 2020-02-14\nx: y\n\nWords."


def test_several_authors_are_named_apart() -> None:
    document = read(":Authors: Ada; Bo\n\nWords.\n")
    assert document.metadata == Metadata("some-page", authors=("Ada", "Bo"))
    assert document.text.startswith("Authors: Ada, Bo\n")


def test_marks_within_lines_are_no_text() -> None:
    text = "*One* ``two`` `three <https://example.org>`_ |x| [1]_.\n\n.. |x| replace:: four\n\n"
    assert texts_of(read(text + ".. [1] Five.")) == ["One two three four [1].", "[1] Five."]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (".. code:: python\n\n   x = 1. y = 2.\n\n   z = 3", "x = 1. y = 2.\n\nz = 3"),
        ("::\n\n   a\n     b", "a\n  b"),
        ("| one\n| two", "one\ntwo"),
        ("=====  =====\nA      B\n=====  =====\none    two\n=====  =====", "A | B\none | two"),
        ("+---+---+\n| a | b |\n+---+---+\n| c     |\n+---+---+", "a | b\nc"),
        (".. csv-table::\n   :header: a, b\n\n   1, 2", "a | b\n1 | 2"),
        (">>> 1\n1", ">>> 1\n1"),
    ],
)
def test_code_and_tables_are_one_block_of_lines(text: str, lines: str) -> None:
    found = [(kind, text) for kind, text, _ in blocks_of(read(f"Before.\n\n{text}\n"))]
    assert found == [("prose", "Before."), ("lines", lines)]


def test_items_of_a_list_follow_one_another() -> None:
    assert read("- one\n- two\n\n  more\n- three\n").text == "one\ntwo\n\nmore\nthree"
    assert read("Term\n  What.\nOther\n  That.\n").text == "Term\nWhat.\nOther\nThat."


def test_list_items_have_the_numbers_that_readers_see() -> None:
    text = "3. three\n\n   more\n4. four\n\n   a) inner\n   b) next\n\n#. last\n\n"
    text += "(i) roman\n(ii) two\n"
    assert texts_of(read(text)) == [
        *("3. three", "more", "4. four", "a) inner", "b) next", "5. last"),
        *("(i) roman", "(ii) two"),
    ]


def test_notes_captions_and_pictures_say_what_they_say() -> None:
    text = ".. note:: Heed.\n\n.. figure:: x.png\n   :alt: A view\n\n   The caption.\n"
    assert texts_of(read(text)) == ["Heed.", "A view", "The caption."]


def test_comments_and_tables_of_contents_are_left_out() -> None:
    text = "Top\n===\n\n.. contents::\n\n.. not shown\n\nOne\n---\n\nAa.\n"
    assert texts_of(read(text)) == ["Top", "One", "Aa."]


def test_what_is_not_known_stands_as_it_was_written() -> None:
    text = ":ref:`place` and *open.\n\n.. versionadded:: 2.0\n   Some news.\n"
    assert texts_of(read(text)) == [
        ":ref:`place` and *open.",
        ".. versionadded:: 2.0\n   Some news.",
    ]


@pytest.mark.parametrize(
    "directive",
    [".. include:: {}", ".. literalinclude:: {}", ".. csv-table::\n   :file: {}",
     ".. raw:: html\n   :file: {}", ".. code::\n   :file: {}"],
)  # fmt: skip
def test_no_file_is_inserted(tmp_path: Path, directive: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    document = read(f"Before.\n\n{directive.format(secret)}\n")
    assert "hidden" not in document.text
    assert "Before." in document.text


def test_what_would_be_inserted_is_noted() -> None:
    assert read("Aa.\n\n.. include:: b.rst\n").notes == (
        "line 3 stands as it was written: .. include:: b.rst",
    )


def test_nothing_is_said_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    read("Title\n==\n\n*open `x`:y:\n\n.. z::\n\n.. include:: q\n\n  odd\n indent\n")
    assert capfd.readouterr() == ("", "")


def test_a_role_that_one_file_defines_is_unknown_to_the_next() -> None:
    assert texts_of(read(".. role:: own\n\n:own:`x`\n")) == ["x"]
    assert texts_of(read(":own:`x`\n")) == [":own:`x`"]


def test_a_line_may_be_of_any_length() -> None:
    assert len(read("word " * 20_000).text.split()) == 20_000


def test_lists_nested_without_end_are_read_or_refused() -> None:
    nested = "".join(f"{' ' * 2 * depth}- x\n\n" for depth in range(300))
    assert_read_or_refused(read_rst, nested.encode(), "a.rst")


fragments = st.sampled_from(
    ["=====\n", "-----\n", "Title\n", "\n", "  ", "- ", "* ", "``", "*", "`", "_", "|", "::\n\n",
     ".. ", "note:: ", "include:: /etc/passwd\n", "[1]_ ", "[#]_ ", ":a: ", "+--+\n", "x ", "__ ",
     "role:: x\n", "|x| replace:: |x|\n", "default-role:: x\n", "class:: a\n", "| ", ">>> ", "\t",
     "raw:: html\n", "table::\n", "list-table::\n", "math:: x\n", "footer:: x\n", "title:: x\n"]
)  # fmt: skip


@given(st.lists(fragments | st.text(max_size=6), max_size=25).map("".join))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    assert_read_or_refused(read_rst, text.encode(), "a.rst")
