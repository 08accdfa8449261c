"""Properties of the passages of any document."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from index import Document, Metadata, Passage, Span
from index.corpus.readers.markdown import read_markdown
from index.corpus.readers.text import read_text
from index.ingest.passages import Splitter, split_document
from index.types import Block, Location
from tests.fakes import count_characters

SMALL = Splitter(enough=30, most=40)

# any characters of a file; those that end lines or sentences, or join characters, are frequent
_joints = [
    *"\0\r\n\t\x0b\x0c\x1c\x85\u2028\u2029\u00a0\u3000\ufeff\u200d\u0301 .!?。",
    "\r\n",
    "\n\n",
]
_anything = st.lists(
    st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(_joints)
    | st.from_regex(r"\w{1,60}\.?", fullmatch=True),
    max_size=30,
).map("".join)
_locations = st.builds(Location, page=st.integers(1, 3), part=st.none() | st.just("part"))


@st.composite
def laid_out(draw: st.DrawFn) -> Document:
    """A document whose blocks lie anywhere in any text, in order and apart."""
    text = draw(_anything)
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    blocks = [
        Block(
            Span(start, end),
            draw(st.sampled_from(["prose", "lines", "heading"])),
            draw(st.sampled_from([(), ("One",), ("One", "Two")])),
            draw(_locations),
        )
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    return Document("id", "a", text, Metadata("T"), tuple(blocks))


_characters = st.characters(codec="utf-8", exclude_characters="\0\r")
_fragments = (
    st.sampled_from(["# A heading\n", "## Deeper\n\n", "- item\n", "\n\n", "\n", "\r\n"])
    | st.sampled_from(["A sentence ends. Another begins! Why? ", "word " * 30, "unbroken" * 12])
    | st.sampled_from(["```\nx = 1\ny = 2\n```\n", "| a | b |\n|---|---|\n| c | d |\n\n"])
    | st.sampled_from(["日本語の文。次の文。", "\u2028", "\u00a0", "e\u0301", "👩\u200d🚀 "])
)
texts = st.lists(_fragments | st.text(_characters, max_size=30), max_size=14).map("".join)
documents = laid_out() | st.builds(
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
def test_a_passage_keeps_within_one_location(document: Document) -> None:
    for passage in split(document):
        touched = {
            block.location
            for block in document.blocks
            if block.span.start < passage.end and passage.start < block.span.end
            if document.text[block.span.start : block.span.end].strip()
        }
        assert touched == {passage.location}


@given(documents)
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
        ends = [end.end() for end in re.finditer(r"\r\n|\r|\n", document.text)]
        first = 1 + sum(end <= passage.start for end in ends)
        assert passage.lines == (
            first,
            first + sum(passage.start < end < passage.end for end in ends),
        )


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
