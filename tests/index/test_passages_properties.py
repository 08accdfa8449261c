"""What holds of the passages of any document."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import Document, Passage
from index.passages import Splitter, split_document
from index.readers.markdown import read_markdown
from index.readers.text import read_text
from tests.fakes import count_characters

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
