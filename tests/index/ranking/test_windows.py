from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Metadata, Passage, Span
from index.ranking.windows import make_window


def passage_of(sentences: Sequence[str]) -> Passage:
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    spans = [Span(at, at + len(one)) for at, one in zip(starts, sentences, strict=True)]
    return Passage(
        "d", 0, len(text), text, (1, 1), ("Town",), sentences=tuple(spans),
        sections=((2, ("Town", "Mayors")),),
    )  # fmt: skip


def sentence(number: int) -> str:
    return f"Sentence {number} " + "word " * 12 + "ends."


def test_a_window_is_a_sentence_with_neighbours_below_its_own_headings() -> None:
    passage = passage_of([sentence(number) for number in range(9)])
    window = make_window(passage, Metadata("Arle"), passage.sentences[3])
    lead, body = window.text.split("\n")
    assert lead == "Arle > Town > Mayors"
    assert body == " ".join(sentence(number) for number in range(2, 7))
    first = make_window(passage, Metadata("Arle"), passage.sentences[0])
    assert first.text.startswith("Arle > Town\nSentence 0")


def test_a_window_ends_where_its_section_does() -> None:
    passage = passage_of([f"Short sentence {number}." for number in range(4)])
    first, second = (
        make_window(passage, Metadata(""), passage.sentences[at]).text for at in (0, 3)
    )
    assert first == "Town\nShort sentence 0. Short sentence 1."
    assert second == "Town > Mayors\nShort sentence 2. Short sentence 3."


def test_a_row_of_a_table_is_read_alone_below_its_header() -> None:
    passage = passage_of(["Bolt | A4", "Nut | B7", "Cam | C2"])
    rows = replace(passage, headings=("Store", "Part | Shelf"), sections=())
    window = make_window(rows, Metadata(""), rows.sentences[1])
    assert window.text == "Store > Part | Shelf\nNut | B7"


def test_a_span_of_a_window_is_found_in_the_passage() -> None:
    passage = passage_of([sentence(number) for number in range(6)])
    window = make_window(passage, Metadata("Arle"), passage.sentences[3])
    at = window.text.index("Sentence 4")
    span = window.in_passage(Span(at, at + 10))
    assert span is not None
    assert passage.text[span.start : span.end] == "Sentence 4"
    assert window.in_passage(Span(0, 4)) is None, "that is the title"


def test_a_sentence_longer_than_a_window_stands_alone() -> None:
    passage = passage_of(["Short one.", "Long " + "word " * 90 + "ends.", "Short two."])
    window = make_window(passage, Metadata(""), passage.sentences[1])
    assert window.text.split("\n")[1] == "Long " + "word " * 90 + "ends."
