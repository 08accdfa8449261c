"""Corpora of any size, made of real sentences and their real vectors.

A passage consists of four sentences of one abstract in shared/data/scifact and one sentence of
another. Its vector is the mean of its sentences' vectors, because embedding a million passages
would take hours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from index import (
    DEFAULT_MODEL,
    Metadata,
    ModelEncoders,
    Recipe,
    Span,
    locate_model,
)
from index.corpus.scanning import File
from index.embedding.embedder import Embedder, Vectors
from index.embedding.spans import Spans, embed_separately
from index.evaluation.beir.corpus import BeirCorpus
from index.ingest.sentences import split_sentences
from index.types import Block, Document, Location
from tests.conftest import ROOT
from tests.fakes import count_words

SOURCE = ROOT.parent / "shared" / "data" / "scifact"

_ABSTRACTS = 2_000  # that sentences are taken from
_PASSAGES = 20  # in a document
_WORDS = range(5, 40)  # in a sentence: five of them fit into a passage


@dataclass(frozen=True, slots=True)
class Sentences:
    """Real sentences by abstract, and the vector of each."""

    abstracts: list[list[str]]
    vectors: dict[str, Vectors]


class ComposedEncoders:
    """Gives passages and sentences composed vectors, and questions their real ones."""

    encoder = "composed"
    device = "cpu"

    def __init__(self, vectors: dict[str, Vectors], questions: Embedder) -> None:
        self._vectors = vectors
        self._questions = questions

    def choose(self, sample: object) -> ComposedEncoders:
        return self

    def reopen(self, generation: object) -> ComposedEncoders:
        return self

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        return embed_separately(self._compose, texts, spans or [()] * len(texts))

    def _compose(self, texts: Sequence[str]) -> Vectors:
        rows = np.stack(
            [np.sum([self._vectors[line] for line in text.split("\n")], axis=0) for text in texts]
        )
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        return self._questions.embed_questions(texts, spans)


class ComposedCorpus:
    """Documents of composed passages; the document with the number `changed` has another text."""

    def __init__(self, abstracts: list[list[str]], passages: int, changed: int = -1) -> None:
        self._abstracts = abstracts
        self._documents = -(-passages // _PASSAGES)
        self._changed = changed

    def files(self) -> Iterator[File]:
        for number in range(self._documents):
            yield File(f"{number:07d}", f"{number} {number == self._changed}")

    def read(self, file: File) -> Document:
        choice = random.Random(file.digest)
        passages = ["\n".join(self._sentences(choice)) for _ in range(_PASSAGES)]
        blocks, start = [], 0
        for row, passage in enumerate(passages, start=1):
            blocks.append(Block(Span(start, start + len(passage)), "lines", (), Location(row=row)))
            start += len(passage) + 1
        # without a title, because it would be embedded with each text
        return Document(file.path, file.path, "\n".join(passages), Metadata(""), tuple(blocks))

    def _sentences(self, choice: random.Random) -> Iterator[str]:
        abstract = choice.choice(self._abstracts)
        yield from (choice.choice(abstract) for _ in range(4))
        yield choice.choice(choice.choice(self._abstracts))


def read_sentences(place: Path) -> tuple[Sentences, Recipe]:
    """Return real sentences, and the recipe for an index of passages composed of them.

    The first call embeds the sentences, which takes minutes, and stores them in `place`.
    """
    model = locate_model(DEFAULT_MODEL)
    abstracts = _read_abstracts()
    texts = sorted({text for abstract in abstracts for text in abstract})
    embedder = ModelEncoders(model, "auto", print).choose(lambda: texts[:300])
    if not place.exists():
        np.save(place, embedder.embed(texts))
    vectors = dict(zip(texts, np.load(place), strict=True))
    recipe = Recipe(model, ComposedEncoders(vectors, embedder), count_words)
    return Sentences(abstracts, vectors), recipe


def _read_abstracts() -> list[list[str]]:
    corpus = BeirCorpus(SOURCE)
    texts = [corpus.read(file).text for file in islice(corpus.files(), _ABSTRACTS)]
    abstracts = [
        [
            " ".join(text[span.start : span.end].split())
            for span in split_sentences(text, 0, len(text), "en")
        ]
        for text in texts
    ]
    usual = [[one for one in abstract if len(one.split()) in _WORDS] for abstract in abstracts]
    return [abstract for abstract in usual if abstract]
