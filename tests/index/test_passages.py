from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import Document, Metadata, Passage, Span
from index.passages import Splitter, split_document
from index.readers.markdown import read_markdown
from index.readers.text import read_text
from index.types import Block
from tests.fakes import count_characters, count_words

SMALL = Splitter(enough=30, most=40)

_characters = st.characters(codec="utf-8", exclude_characters="\0\r")
_fragments = (
    st.sampled_from(["# A heading\n", "## Deeper\n\n", "- item\n", "\n\n", "\n", "\r\n"])
    | st.sampled_from(["A sentence ends. Another begins! Why? ", "word " * 30, "unbroken" * 12])
    | st.sampled_from(["```\nx = 1\ny = 2\n```\n", "| a | b |\n|---|---|\n| c | d |\n\n"])
    | st.sampled_from(["日本語の文。次の文。", "\u2028", "\u00a0", "e\u0301", "👩\u200d🚀 "])
)
texts = st.lists(_fragments | st.text(_characters, max_size=30), max_size=14).map("".join)
documents = st.builds(
    lambda text, read: read(text.encode(), "a", "id"),
    texts,
    st.sampled_from([read_markdown, read_text]),
)


def split(document: Document, splitter: Splitter = SMALL) -> list[Passage]:
    return split_document(document, count_characters, splitter)


def document_of(*blocks: Block, text: str) -> Document:
    return Document("id", "a", text, Metadata("T"), blocks)


@given(documents)
def test_a_passage_is_verbatim_what_stands_at_its_offsets(document: Document) -> None:
    for passage in split(document):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.document_id == document.id


@given(documents)
def test_passages_are_in_order_and_do_not_overlap(document: Document) -> None:
    for first, second in pairwise(split(document)):
        assert first.end <= second.start


@given(documents)
def test_every_character_of_a_block_is_in_exactly_one_passage(document: Document) -> None:
    passages = split(document)
    for block in document.blocks:
        for place in range(block.span.start, block.span.end):
            if not document.text[place].isspace():
                assert sum(one.start <= place < one.end for one in passages) == 1


@given(documents)
@settings(max_examples=300)
@example(read_markdown(b"# aaaaaaaaa\n\n" + b"b" * 40, "a", "id"))
def test_no_passage_is_longer_than_the_limit(document: Document) -> None:
    for passage in split(document):
        assert count_characters([passage.text])[0] <= SMALL.most


@given(documents)
def test_a_piece_that_cannot_be_cut_is_the_only_one_over_the_limit(document: Document) -> None:
    def count_twice(texts: list[str]) -> list[int]:
        return [2 * tokens for tokens in count_characters(texts)]

    for passage in split_document(document, count_twice, Splitter(enough=1, most=1)):  # type: ignore[arg-type]
        assert len(passage.text) == 1


@given(documents)
def test_lines_are_those_that_the_passage_touches(document: Document) -> None:
    for passage in split(document):
        first = document.text.count("\n", 0, passage.start) + 1
        assert passage.lines == (first, first + passage.text.count("\n"))


@given(documents)
def test_sentences_lie_within_the_passage_in_order_and_hold_text(document: Document) -> None:
    for passage in split(document):
        assert passage.sentences
        for one in passage.sentences:
            assert 0 <= one.start < one.end <= len(passage.text)
            sentence = passage.text[one.start : one.end]
            assert sentence == sentence.strip()
        for before, after in pairwise(passage.sentences):
            assert before.end <= after.start


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
        Block(Span(0, 9), page=1), Block(Span(11, 20), page=2), text=text
    )  # fmt: skip
    found = split_document(document, count_words, Splitter())
    assert [(one.text, one.page) for one in found] == [("Page one.", 1), ("Page two.", 2)]


@pytest.mark.parametrize("text", ["", "\n\n", "---\ntitle: T\n---\n"])
def test_a_document_without_text_has_no_passages(text: str) -> None:
    assert split(read_markdown(text.encode(), "a.md", "id")) == []


def test_passages_of_ordinary_prose_hold_about_as_many_tokens_as_they_should() -> None:
    sentence = "The harbour was busy and the merchants were content. "
    text = "\n\n".join(sentence * count for count in (3, 7, 2, 9, 4, 5, 8, 1, 6, 3, 7, 30))
    document = read_text(text.encode(), "a.txt", "id")
    lengths = count_words([one.text for one in split_document(document, count_words, Splitter())])
    assert all(140 <= length <= 200 for length in lengths[:-1])
    assert re.sub(r"\s", "", text) == "".join(
        re.sub(r"\s", "", one.text) for one in split_document(document, count_words, Splitter())
    )
