"""Measures the cost of a passage and of a question on this machine, on growing parts of SciFact."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from index import (
    DEFAULT_MODEL,
    BeirCorpus,
    ModelEncoders,
    ModelTokens,
    Query,
    Recipe,
    Retriever,
    build_index,
    locate_model,
    read_questions,
)
from index.embedding.embedder import Vectors
from index.embedding.inputs import passage_input, sentence_spans
from index.generation.encoders import stored_embedder
from index.generation.engine import PassageRows
from index.generation.folder import ENCODER, StoredGeneration, open_generation
from index.generation.local_passages import LocalPassages
from index.lexical.bm25 import LexicalIndex, write_postings
from index.milvus.connection import Connection, Row
from index.milvus.expressions import DOCUMENT, Keys
from index.milvus.passages import MilvusPassages
from index.milvus.records import Records
from index.milvus.schema import DAY, FLOAT16, ORDINAL, TERMS, WORDS
from index.milvus.writing import Copy
from tests.benchmarks.composed import SOURCE
from tests.benchmarks.rows import count_bytes, size
from tests.benchmarks.vectors import LISTS, TOP, compose, make_index, reach

ASKED = 200  # questions
_WARM_UP = 20  # of them are not counted
_EMBEDDED = 1_500  # texts for measuring the rate of embedding

_DEPTH = 100  # passages of each search, the most that index/ranking/candidates.py requests

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Part:
    """An index over a part of the corpus: its size, and its bytes `here` and in Milvus."""

    passages: int
    vectors: int
    here: int
    milvus: int


@dataclass(frozen=True, slots=True)
class Searched:
    """Vectors, the questions, and the seconds of each question by inverted lists on one core."""

    exact: faiss.Index
    questions: Vectors
    seconds: NDArray[np.float64]


def build_parts(folder: Path, sizes: Sequence[int]) -> list[Part]:
    """Build an index of each size, each from the one before, and return their sizes."""
    corpus, model = BeirCorpus(SOURCE), locate_model(DEFAULT_MODEL)
    ids = [file.path for file in corpus.files()]
    recipe = Recipe(model, ModelEncoders(model, "int8", print), ModelTokens(model))
    found = []
    for count in sizes:
        build_index(corpus.restrict(ids[:count]), folder, recipe, lambda done, total: None)
        generation = open_generation(folder)
        manifest = generation.manifest
        vectors = manifest.passages + manifest.sentences
        milvus = count_bytes(generation).total()
        found.append(Part(manifest.passages, vectors, generation.size, milvus))
    return found


def embedding_rate(generation: StoredGeneration) -> float:
    """Return how many vectors of the index one thread embeds per second."""
    ordinals = list(range(min(_EMBEDDED // 4, generation.manifest.passages)))
    found = generation.catalog.passages(ordinals)
    texts = [passage_input(passage, source.metadata) for passage, source in found]
    spans = [sentence_spans(passage, text) for (passage, _), text in zip(found, texts, strict=True)]
    embedder = stored_embedder(
        locate_model(DEFAULT_MODEL),
        generation.manifest.encoder,
        generation.folder / ENCODER,
        threads=1,
    )
    embedder.embed(texts[:100])
    began = time.perf_counter()
    made = embedder.embed(texts, spans)
    return len(made) / (time.perf_counter() - began)


class Clock:
    """Notes the seconds of calls by name."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self.spent = 0.0

    def __call__(self, name: str, work: Callable[..., R], *arguments: Any) -> R:
        began = time.perf_counter()
        found = work(*arguments)
        self.took[name].append(time.perf_counter() - began)
        self.spent += self.took[name][-1]
        return found


def time_stages(generation: StoredGeneration) -> tuple[dict[str, list[float]], float]:
    """Return the seconds of each question by stage, and the bytes of its candidates.

    The index is local. Its candidates are rows as Copy writes them, unpacked as by MilvusPassages.
    """
    clock, encoders = Clock(), ModelEncoders(locate_model(DEFAULT_MODEL), "int8", print)
    embedder, retriever = encoders.reopen(generation), Retriever(encoders)
    passages, rows = generation.passages, _Rows(generation)
    milvus = MilvusPassages(
        cast(Connection, rows),
        "",
        cast(Records, None),
        Keys({}),
        generation.manifest.dimension,
        parameters={},
    )

    def read(ordinals: NDArray[np.int64]) -> PassageRows:
        clock("unpack", milvus.read, ordinals)
        return clock("read", passages.read, ordinals)

    watched = SimpleNamespace(
        matching=partial(clock, "words", passages.matching),
        nearest=partial(clock, "vector", passages.nearest),
        read=read,
        frequencies=partial(clock, "frequencies", passages.frequencies),
    )
    asked = replace(generation, passages=cast(LocalPassages, watched))
    for question in read_questions(SOURCE, BeirCorpus(SOURCE).ids)[:ASKED]:
        clock("embed", embedder.embed_questions, [question.text])
        query = Query(question.text)
        [vector] = retriever.embed([query], generation)
        before, began = clock.spent, time.perf_counter()
        retriever.rank([query], [vector], asked)
        clock.took["rank"].append(time.perf_counter() - began - (clock.spent - before))
    times = {name: taken[_WARM_UP:] for name, taken in clock.took.items()}
    return times, rows.carried / ASKED


class _Rows:
    """Replaces a Connection: returns rows of a local generation, and counts their bytes."""

    address = "memory"

    def __init__(self, generation: StoredGeneration) -> None:
        self._rows = {
            row[ORDINAL]: row for _, batch in Copy(generation).passages() for row in batch
        }
        self._sizes = {
            ordinal: sum(size(row[name]) for name in (ORDINAL, DOCUMENT, DAY, TERMS, FLOAT16))
            for ordinal, row in self._rows.items()
        }
        self.carried = 0

    def get(self, collection: str, keys: Sequence[int], fields: Sequence[str]) -> list[Row]:
        self.carried += sum(self._sizes[key] for key in keys)
        return [self._rows[key] for key in keys]


def time_searches(generation: StoredGeneration, sizes: Sequence[int]) -> list[Searched]:
    """Search vectors composed of the index's own, by lists of 8 bits, on one core."""
    held = generation.passages.sentences.read(np.arange(generation.manifest.sentences))
    firsts = generation.passages.columns["sentence"][: generation.manifest.passages + 1]
    each = [held[a:b] for a, b in pairwise(firsts.tolist()) if b > a]
    embedder = ModelEncoders(locate_model(DEFAULT_MODEL), "int8", print).reopen(generation)
    asked = read_questions(SOURCE, BeirCorpus(SOURCE).ids)[:ASKED]
    questions = embedder.embed_questions([one.text for one in asked])
    found = []
    for count in sizes:
        vectors = compose(each, count)
        exact = faiss.IndexFlatIP(vectors.shape[1])
        exact.add(vectors)
        wanted = exact.search(questions, TOP)[1]
        reached = reach(make_index(LISTS, vectors), LISTS, questions, wanted)
        found.append(Searched(exact, questions, reached.seconds))
    return found


def time_words(
    generation: StoredGeneration, folder: Path, sizes: Sequence[int]
) -> list[NDArray[np.float64]]:
    """Return the seconds of each question by BM25, over passages of halves of the index's own."""
    own = [np.array(words.split(), dtype=np.uint32) for words in _words(generation)]
    questions = read_questions(SOURCE, BeirCorpus(SOURCE).ids)[:ASKED]
    choice, found = np.random.default_rng(0), []
    for count in sizes:
        pairs = choice.integers(len(own), size=(count, 2)).tolist()
        halves = ((own[a][: len(own[a]) // 2], own[b][len(own[b]) // 2 :]) for a, b in pairs)
        composed = (np.concatenate(pair) for pair in halves)
        write_postings(folder / f"postings-{count}", enumerate(composed))
        lexical, clock = LexicalIndex(folder / f"postings-{count}"), Clock()
        for question in questions:
            terms = generation.analyzer.terms(question.text)
            clock("words", lexical.search, terms, _DEPTH)
        found.append(np.array(clock.took["words"][_WARM_UP:]))
    return found


def terms_of_a_passage(generation: StoredGeneration) -> float:
    """Return how many different terms a passage has."""
    return float(np.mean([len(set(words.split())) for words in _words(generation)]))


def _words(generation: StoredGeneration) -> list[str]:
    return [row[WORDS] for _, batch in Copy(generation).passages() for row in batch]
