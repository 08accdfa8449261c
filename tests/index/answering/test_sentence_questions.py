"""Sentences become questions by plain rules, or none where no rule fits."""

from __future__ import annotations

import pytest

from index.answering.sentence_questions import questions_of


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        (
            "The bridge over the Tavy was built in 1891.",
            ["When was the bridge over the Tavy built?"],
        ),
        (
            "The meeting of Ada Quill and Ben Orr took place on 9 April 2018.",
            ["When did the meeting of Ada Quill and Ben Orr take place?"],
        ),
        (
            "According to the log, Thessaly (TH) was granted a harbour on 10 July 1815.",
            ["When was Thessaly granted a harbour?"],
        ),
        (
            "The Treaty of Paris was signed in Versailles.",
            ["Where was the Treaty of Paris signed?"],
        ),
        (
            "Ada Quill was Secretary-General of the Union in April 2023, when she left.",
            ["Who was Secretary-General of the Union in April 2023?"],
        ),
        ("The mayor of Ashford is Ellen Frey.", ["Who is the mayor of Ashford?"]),
        (
            "The observer countries of the Union were Belarus and Iran.",
            ["What were the observer countries of the Union?"],
        ),
    ],
)
def test_a_statement_becomes_the_question_that_it_answers(
    sentence: str, questions: list[str]
) -> None:
    assert list(questions_of(sentence)) == questions


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("How do I reset my password?", "How do I reset my password?"),
        ("## 3. Who pays for the\nrepair?", "Who pays for the repair?"),
        ("Was kostet die Reparatur der Pumpe?", "Was kostet die Reparatur der Pumpe?"),
    ],
)
def test_a_sentence_that_asks_is_taken_as_it_stands(sentence: str, question: str) -> None:
    assert list(questions_of(sentence)) == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "What is it?",
        "Why?",
        "He was born in 1950.",
        "This was decided in Beijing.",
        "The two men met in Munich.",
        "A memorandum was signed in Beijing.",
        "the bust was given in 2018.",
        "Relations were described as good.",
        "",
        "Who " * 40 + "came?",
    ],
)
def test_what_cannot_be_understood_by_itself_becomes_no_question(sentence: str) -> None:
    assert list(questions_of(sentence)) == []
