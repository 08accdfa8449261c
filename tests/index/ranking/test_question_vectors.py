"""Vectors of questions, by an encoder that notes what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import CacheSpace
from index.embedding.embedder import BATCH, Vectors
from index.embedding.spans import Spans
from index.generation.engine import Generation
from index.generation.folder import open_generation
from index.ranking.question_vectors import QuestionVectors
from tests.fakes import FakeEmbedder


class Encoders(FakeEmbedder):
    """Gives itself, until it is replaced, and notes each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.current = self
        self.batches: list[list[str]] = []

    def reopen(self, generation: object) -> FakeEmbedder:
        return self.current

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        self.batches.append(list(texts))
        return super().embed_questions(texts, spans)


@pytest.fixture
def generation(index: Path) -> Generation:
    return open_generation(index)


def test_each_question_gets_its_own_vector_in_the_order_asked(generation: Generation) -> None:
    texts = [f"word{number % 50}" for number in range(2 * BATCH + 7)]
    encoders = Encoders()
    found = QuestionVectors(encoders).of(texts, generation)
    assert np.array_equal(found, FakeEmbedder().embed_questions(texts))
    assert [text for batch in encoders.batches for text in batch] == list(dict.fromkeys(texts))


def test_batches_are_of_few_sizes_and_none_is_larger_than_the_encoder_takes(
    generation: Generation,
) -> None:
    encoders = Encoders()
    QuestionVectors(encoders).of([f"word{number}" for number in range(2 * BATCH + 7)], generation)
    assert [len(batch) for batch in encoders.batches] == [BATCH, BATCH, 4, 2, 1]


def test_a_vector_is_made_once(generation: Generation) -> None:
    encoders = Encoders()
    vectors = QuestionVectors(encoders)
    [first] = vectors.of(["copper"], generation)
    again, other = vectors.of(["copper", "lava"], generation)
    assert again is first
    assert other is not first
    assert encoders.batches == [["copper"], ["lava"]]


def test_each_encoder_keeps_its_own_vectors(generation: Generation) -> None:
    encoders = Encoders()
    vectors = QuestionVectors(encoders)
    [first] = vectors.of(["copper"], generation)
    encoders.current = Encoders()
    assert vectors.of(["copper"], generation)[0] is not first
    assert encoders.current.batches == [["copper"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¿Quién fue?", "Quién fue"),
        ("Was there a mine (of copper)?", "Was there a mine (of copper"),
        ("यह क्या है?", "यह क्या है"),
        ("?", "?"),
    ],
)
def test_the_vector_of_words_leaves_out_the_marks_around_them(
    generation: Generation, text: str, words: str
) -> None:
    class NotesSpans(Encoders):
        def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
            self.batches.append(
                [texts[0][one.start : one.end] for one in spans[0]] if spans else []
            )
            return super().embed_questions(texts, spans)

    encoders = NotesSpans()
    [found] = QuestionVectors(encoders, of_words=True).of([text], generation)
    assert encoders.batches[0] == [words]
    assert np.array_equal(found, FakeEmbedder().embed_questions([words])[0])


def test_questions_in_each_language_have_a_centre_of_their_own(generation: Generation) -> None:
    encoders = Encoders()
    vectors = QuestionVectors(encoders, of_words=True)
    german, russian = (vectors.centres(generation, language) for language in ("de", "ru"))
    assert np.array_equal(german.passages, russian.passages)
    assert not np.array_equal(german.questions, russian.questions)
    [general, _] = encoders.batches
    vectors.centres(generation, "de")
    assert len(encoders.batches) == 2
    assert "Wer hat dieses Buch geschrieben?" in general


def test_a_question_in_no_known_language_has_the_centre_of_questions_in_english(
    generation: Generation,
) -> None:
    vectors = QuestionVectors(Encoders(), of_words=True)
    english, unknown = (vectors.centres(generation, language) for language in ("en", ""))
    assert np.array_equal(english.questions, unknown.questions)


def test_the_latest_vectors_are_kept(generation: Generation) -> None:
    encoders = Encoders()
    vectors = QuestionVectors(encoders, CacheSpace(2500))  # a vector takes about a kilobyte
    for text in ("copper", "lava", "bees", "copper"):
        vectors.of([text], generation)
    assert encoders.batches == [["copper"], ["lava"], ["bees"], ["copper"]]
