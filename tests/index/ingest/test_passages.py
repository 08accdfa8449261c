from __future__ import annotations

import pytest

from index import Document, Metadata, Span
from index.corpus.readers.markdown import read_markdown
from index.corpus.readers.text import read_text
from index.ingest.passages import Splitter, split_document
from index.types import Block, Location
from tests.fakes import count_calls, count_words


def document_of(*blocks: Block, text: str) -> Document:
    return Document("id", "a", text, Metadata("T"), blocks)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=repr)
def test_lines_are_counted_however_they_end(line_end: str) -> None:
    text = "# One\n\nFirst words\nrun on.\n\n## Two\n\nLast words.\n".replace("\n", line_end)
    document = read_markdown(text.encode(), "a.md", "id")
    passages = split_document(document, count_words, Splitter(enough=4, most=8))
    assert [one.lines for one in passages] == [(1, 4), (6, 8)]


def test_passages_end_with_a_paragraph_once_they_hold_enough() -> None:
    text = "One two. Three four.\n\nFive six.\n\nSeven."
    document = read_text(text.encode(), "a.txt", "id")
    passages = split_document(document, count_words, Splitter(enough=4, most=9))
    assert [one.text for one in passages] == ["One two. Three four.", "Five six.\n\nSeven."]


def test_passages_are_cut_between_sentences_and_never_within_one_that_fits() -> None:
    text = "One two three. Four five six. Seven eight nine."
    document = read_text(text.encode(), "a.txt", "id")
    passages = split_document(document, count_words, Splitter(enough=6, most=7))
    assert [one.text for one in passages] == ["One two three. Four five six.", "Seven eight nine."]


def test_a_heading_stays_with_what_follows_it() -> None:
    text = "Some words that fill a passage.\n\n# Next\n\nMore words here."
    document = read_markdown(text.encode(), "a.md", "id")
    passages = split_document(document, count_words, Splitter(enough=6, most=8))
    assert [(one.text, one.headings) for one in passages] == [
        ("Some words that fill a passage.", ()),
        ("# Next\n\nMore words here.", ("Next",)),
    ]


def test_a_heading_and_a_sentence_that_do_not_fit_together_are_parted() -> None:
    document = read_markdown(b"# Next\n\nMore words here that are just enough.", "a.md", "id")
    found = split_document(document, count_words, Splitter(enough=6, most=8))
    assert [(one.text, one.headings) for one in found] == [
        ("# Next", ("Next",)),
        ("More words here that are just enough.", ("Next",)),
    ]


def test_the_sentence_below_a_heading_is_evidence_without_the_heading() -> None:
    document = read_markdown(b"# Next\n\nMore words here.", "a.md", "id")
    (passage,) = split_document(document, count_words, Splitter())
    assert [passage.text[one.start : one.end] for one in passage.sentences] == ["More words here."]


def test_a_heading_with_nothing_below_it_is_kept() -> None:
    document = read_markdown(b"Words.\n\n# Last", "a.md", "id")
    assert split_document(document, count_words, Splitter())[-1].text.endswith("# Last")


@pytest.mark.parametrize(
    "block",
    ["| a | b |\n|---|---|\n| One. Two. | x |", "```\nx = 1. y = 2.\n\nz = 3\n```"],
    ids=["table", "code"],
)
def test_tables_and_code_are_cut_between_lines_only(block: str) -> None:
    document = read_markdown(f"Intro words.\n\n{block}\n".encode(), "a.md", "id")
    passages = split_document(document, count_words, Splitter(enough=1, most=6))
    lines = {line.strip() for line in document.text.splitlines()}
    found = [line.strip() for one in passages for line in one.text.splitlines()]
    assert set(found) <= lines
    assert " ".join(found).split() == document.text.split()


def test_a_table_that_fits_is_kept_whole() -> None:
    table = "| a | b |\n|---|---|\n| One. Two. | x |"
    document = read_markdown(f"{table}\n".encode(), "a.md", "id")
    assert [one.text for one in split_document(document, count_words, Splitter())] == [table]


def test_a_sentence_too_long_is_cut_at_white_space() -> None:
    text = " ".join(f"word{number}" for number in range(50))
    document = read_text(text.encode(), "a.txt", "id")
    passages = split_document(document, count_words, Splitter(enough=8, most=10))
    assert " ".join(one.text for one in passages) == text
    assert max(count_words([one.text for one in passages])) <= 10


def test_a_passage_keeps_within_one_page() -> None:
    text = "Page one.\n\nPage two."
    document = document_of(
        Block(Span(0, 9), location=Location(page=1)),
        Block(Span(11, 20), location=Location(page=2)),
        text=text,
    )
    found = split_document(document, count_words, Splitter())
    assert [(one.text, one.location.page) for one in found] == [("Page one.", 1), ("Page two.", 2)]


@pytest.mark.parametrize("text", ["", "\n\n", "---\ntitle: T\n---\n"])
def test_a_document_without_text_has_no_passages(text: str) -> None:
    document = read_markdown(text.encode(), "a.md", "id")
    assert split_document(document, count_words, Splitter()) == []


def test_passages_of_ordinary_prose_hold_about_as_many_tokens_as_they_should() -> None:
    sentence = "The harbour was busy and the merchants were content. "
    text = "\n\n".join(sentence * count for count in (3, 7, 2, 9, 4, 5, 8, 1, 6, 3, 7, 30))
    document = read_text(text.encode(), "a.txt", "id")
    passages = split_document(document, count_words, Splitter())
    assert len(passages) > 3
    assert all(100 <= tokens <= 200 for tokens in count_words([one.text for one in passages]))


def test_a_paragraph_a_little_too_long_is_cut_in_the_middle() -> None:
    text = " ".join(f"Number {number} is here." for number in range(60))
    document = read_text(text.encode(), "a.txt", "id")
    passages = split_document(document, count_words, Splitter(enough=150, most=200))
    assert count_words([one.text for one in passages]) == [120, 120]


def test_a_section_that_fills_half_a_passage_is_kept_apart_from_the_next() -> None:
    text = "# One\n\nA b c d e f.\n\n# Two\n\nG h.\n\n# Three\n\nI j.\n"
    document = read_markdown(text.encode(), "a.md", "id")
    found = split_document(document, count_words, Splitter(enough=15, most=16))
    assert [one.headings for one in found] == [("One",), ("Two",)]
    assert found[1].text.endswith("# Three\n\nI j."), "sections that do not are put together"


def test_a_block_of_many_lines_takes_work_that_grows_with_its_length_alone() -> None:
    def split(lines: int) -> None:
        text = "\n".join("word " * (1 + 7 * number % 19) for number in range(lines))
        document = document_of(Block(Span(0, len(text)), "lines"), text=text)
        assert split_document(document, count_words, Splitter())

    few, many = count_calls(lambda: split(400)), count_calls(lambda: split(3_200))
    assert many < 12 * few  # 8 times the lines; the square would be 64


def test_a_table_gives_each_row_the_names_of_its_columns_as_a_heading() -> None:
    rows = "".join(f"| B{number} | Owner |\n" for number in range(6))
    text = f"# Berths\n\n| Berth | Owner |\n|---|---|\n{rows}"
    document = read_markdown(text.encode(), "a.md", "id")
    passages = split_document(document, count_words, Splitter(enough=10, most=20))
    assert len(passages) > 1
    assert {one.headings for one in passages} == {("Berths", "| Berth | Owner |")}


def test_lines_that_are_no_table_have_no_columns() -> None:
    document = read_markdown(b"# Code\n\n```\na | b\nc = 1\nd\n```\n", "a.md", "id")
    [passage] = split_document(document, count_words, Splitter())
    assert passage.headings == ("Code",)
