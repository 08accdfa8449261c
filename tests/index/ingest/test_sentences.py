from __future__ import annotations

from itertools import pairwise

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from index.ingest.sentences import split_sentences, trim


def sentences(text: str, language: str | None = None) -> list[str]:
    found = split_sentences(text, 0, len(text), language)
    return [text[one.start : one.end] for one in found]


def test_sentences_end_at_full_stops_question_and_exclamation_marks() -> None:
    assert sentences("One. Two? Three! Four") == ["One.", "Two?", "Three!", "Four"]


@pytest.mark.parametrize(
    "sentence",
    ["Dr. Quill met Mr. Orr at 5 p.m. on Monday.", "It cost 3.50 euros.", "J. R. Smith spoke."],
)
def test_abbreviations_initials_and_numbers_end_no_sentence(sentence: str) -> None:
    assert sentences(f"{sentence} Then they left.") == [sentence, "Then they left."]


@pytest.mark.parametrize("number", ["4.", "12.", "II.", "b.", "1.2."])
def test_the_number_of_an_item_belongs_to_its_first_sentence(number: str) -> None:
    assert sentences(f"{number} Open the valve. Wait.") == [f"{number} Open the valve.", "Wait."]


@pytest.mark.parametrize("name", ["News.Az", "Trend.Az", "Day.Az"])
def test_a_name_with_a_full_stop_within_is_one_word(name: str) -> None:
    text = f"{name} reprinted the report."
    assert sentences(f"It rained. {text} As {name} says.") == [
        "It rained.", text, f"As {name} says.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "青岛在东部。峰会在那里。"),
        ("ru", "Он ушёл. Она осталась."),
        ("de", "Er ging. Sie blieb."),
    ],
)
def test_other_languages_are_split_by_their_own_marks(language: str, text: str) -> None:
    assert len(sentences(text, language)) == 2


@pytest.mark.parametrize("language", [None, "en", "EN", "en-GB", "xx", "", "English"])
def test_any_stated_language_will_do(language: str | None) -> None:
    assert sentences("One went. Two stayed.", language) == ["One went.", "Two stayed."]


def test_spans_are_of_the_whole_text() -> None:
    text = "Skip. One. Two. Skip."
    assert split_sentences(text, 6, 15) == [Span(6, 10), Span(11, 15)]


@given(st.text(), st.data())
def test_every_character_but_white_space_is_in_exactly_one_sentence(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = split_sentences(text, start, end)
    for before, after in pairwise(spans):
        assert before.end <= after.start
    for place in range(start, end):
        if not text[place].isspace():
            assert sum(one.start <= place < one.end for one in spans) == 1
    for one in spans:
        assert start <= one.start < one.end <= end
        assert text[one.start : one.end] == text[one.start : one.end].strip()


@given(st.text(alphabet=" \t\n\u2003ab", max_size=12))
def test_trimming_takes_off_outer_white_space_only(text: str) -> None:
    span = trim(text, 0, len(text))
    assert text[span.start : span.end] == text.strip()


@pytest.mark.parametrize("sentence", ["Miners met Dr. Quill at 5 p.m. today. ", "银行在河边。"])
def test_a_long_text_is_looked_at_in_parts_that_change_nothing(
    sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = sentence * 3000
    whole, lengths = sentencex.get_sentence_boundaries, list[int]()

    def note(language: str, part: str) -> object:
        lengths.append(len(part))
        return whole(language, part)

    monkeypatch.setattr("sentencex.get_sentence_boundaries", note)
    assert sentences(text) == [sentence.strip()] * 3000
    assert len(lengths) > 1
    assert max(lengths) <= 1 << 14


def test_a_sentence_longer_than_a_part_is_cut_and_nothing_lost() -> None:
    text = "word " * 20_000 + "end. Next."
    found = sentences(text)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert found[-1] == "Next."


@pytest.mark.parametrize(
    "sentence",
    [
        "Art. 104 inc. 5 of Law 9459 sets the fee at $ 1.930 for Sra. Ruiz.",
        "See No. 17 of the file, approx. 12 pp. long.",
        "It was signed by Dr. Ida Holt and Prof. J. R. Lang.",
        "It left on Fri. 3 Jan. last and came back on Mon. 6 Jan. at noon.",
    ],
)
def test_titles_and_abbreviations_before_numbers_end_no_sentence(sentence: str) -> None:
    assert sentences(f"{sentence} He left.") == [sentence, "He left."]


def test_lines_of_a_list_without_full_stops_are_sentences_of_their_own() -> None:
    text = "Cook - soup and bread\nGroom - horses\nSmith - locks and hinges"
    assert sentences(text) == text.split("\n")
    assert sentences("Keeper:\nOle Brandt\nDeputy:\nRita Holm")[1::2] == ["Ole Brandt", "Rita Holm"]


def test_wrapped_lines_are_one_sentence() -> None:
    text = "The committee asked for more\nlamps along the quay\nand for a bench."
    assert sentences(text) == [text]


def test_lines_with_labels_are_sentences_of_their_own_however_long() -> None:
    lines = [
        "Minutes of the board, 4 March",
        "Present: Nils Berg (chair), Tove Aas, Rudi Koch, Mia Falk",
        "since 2019: head of the laboratory at Norchem in Oslo",
    ]
    assert sentences("\n".join(lines)) == lines
    wrapped = "The keeper said on Monday: the lock\nshall be shut until the ice is gone"
    assert sentences(wrapped) == [wrapped]
