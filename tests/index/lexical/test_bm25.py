"""BM25 candidates: passages that are found by their words, without vectors."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import IndexDamaged, Query, Retriever
from index.catalog.selection import Selection
from index.embedding.embedder import Vectors
from index.embedding.spans import Spans
from index.generation.folder import StoredGeneration, open_generation
from index.lexical.bm25 import LexicalIndex, write_postings
from index.lexical.terms import hash_terms
from tests.fakes import DIMENSION, FakeEmbedder, build, recipe, write_files

PASSAGES = [
    (0, ["copper", "ship"]),
    (0, ["copper", "lava", "lava"]),
    (1, ["海", "copper", "6"]),
    (2, []),
    (3, ["x" * 300]),
]


@pytest.fixture(scope="module")
def postings(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "postings"
    write_postings(folder, ((document, hash_terms(terms)) for document, terms in PASSAGES))
    return LexicalIndex(folder)


def test_a_term_occurs_in_as_many_passages_as_hold_it(postings: LexicalIndex) -> None:
    counts = {term: postings.frequency(term) for term in ("copper", "lava", "海", "6", "whale", "")}
    assert counts == {"copper": 3, "lava": 1, "海": 1, "6": 1, "whale": 0, "": 0}


def test_passages_that_hold_a_term_are_found_and_rarer_terms_count_more(
    postings: LexicalIndex,
) -> None:
    assert postings.search(["copper", "lava"], 10).tolist()[0] == 1
    assert set(postings.search(["copper"], 10).tolist()) == {0, 1, 2}
    assert postings.search(["x" * 300], 10).tolist() == [4], "a long word is a word"
    assert len(postings.search(["copper"], 2)) == 2


@pytest.mark.parametrize(
    "terms", [[], ["whale"], [""], ["cop*"], ["copper OR ship"], ["x" * 70000]]
)
def test_what_no_passage_holds_finds_nothing(postings: LexicalIndex, terms: list[str]) -> None:
    assert postings.search(terms, 10).tolist() == []


def among(documents: Sequence[int], of: Sequence[int]) -> Selection:
    return Selection(np.array(sorted(documents), dtype=np.int64), np.isin(of, documents))


@pytest.mark.parametrize(
    ("documents", "found"),
    [([0], {0, 1}), ([1], {2}), ([0, 1, 2, 3], {0, 1, 2}), ([2, 3], set()), ([], set())],
)
def test_only_passages_of_the_documents_that_are_selected_are_found(
    postings: LexicalIndex, documents: list[int], found: set[int]
) -> None:
    selection = among(documents, [document for document, _ in PASSAGES])
    assert set(postings.search(["copper"], 10, selection).tolist()) == found
    assert postings.search([], 10, selection).tolist() == []


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("many") / "postings"
    # the longer a passage the less copper weighs, so that no two score the same
    copper = ((n // 2, hash_terms(["copper"] + ["x"] * n)) for n in range(_MANY))
    write_postings(folder, copper)
    return LexicalIndex(folder)


_MANY = 400


@pytest.mark.parametrize("share", [0.005, 0.02, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("limit", [1, 3, 10, 500])
def test_the_best_of_a_selection_are_found_in_order_however_deep_they_lie(
    many: LexicalIndex, share: float, limit: int
) -> None:
    ranked = many.search(["copper"], _MANY).tolist()
    assert len(ranked) == _MANY
    documents = random.Random(limit).sample(range(_MANY // 2), int(share * _MANY // 2))
    for chosen in (documents, sorted({one // 2 for one in ranked[-len(documents) :]})):
        selection = among(chosen, [n // 2 for n in range(_MANY)])
        expected = [one for one in ranked if one // 2 in set(chosen)][:limit]
        found = many.search(["copper"], limit, selection).tolist()
        assert found == expected


def test_a_folder_without_postings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="holds no readable postings"):
        LexicalIndex(tmp_path)


class Blind(FakeEmbedder):
    """Sees no difference between texts."""

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        rows = len(texts) + sum(map(len, spans))
        return np.full((rows, DIMENSION), DIMENSION**-0.5, dtype=np.float32)

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        return self.embed(texts, spans)


FACTS = {
    "norov": "Vladimir Norov was born in Bukhara, and studied there.",
    "quill": "Ada Quill-Thorne of Mc\u2019Arthur & Sons signed for the firm.",
    "toll": "A toll of 1,200 drachmas was paid at the gate each week.",
    "tithe": "A tithe of 1,300 drachmas was paid at the gate each week.",
    "treaty": "The treaty was signed on 3 May 1987 in the great hall of the town.",
    "truce": "The truce was signed on 4 June 1988 in the great hall of the town.",
    "nato": "NATO and the E.U. met; the WHO did not come to the meeting.",
    "il6": "Levels of IL-6 and TNF-α rose after the third day of fever.",
    "cop": "COP29 was held in a stadium by the sea, said the organisers.",
    "share": "A share of 3.5% was held by the bank, and 12% by the town.",
    "cafe": "The café Übermut in Łódź opened its doors to painters.",
    "model": "The engine XJ-900/b burns diesel and weighs as much as a cow.",
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> StoredGeneration:
    folder = tmp_path_factory.mktemp("facts")
    files = {f"{name}.txt": text for name, text in FACTS.items()}
    build(write_files(folder / "d", files), folder / "i", recipe(Blind()))
    return open_generation(folder / "i")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Where was Norov born?", "norov"),
        ("who is VLADIMIR norov", "norov"),
        ("Quill-Thorne", "quill"),
        ("Ada Quill Thorne", "quill"),
        ("Mc'Arthur and Sons", "quill"),
        ("Who paid 1200 drachmas?", "toll"),
        ("Who paid 1,300 drachmas?", "tithe"),
        ("What was signed on 3 May 1987?", "treaty"),
        ("What was signed on 4 June 1988?", "truce"),
        ("What was signed on 1988-06-04?", "truce"),
        ("Did the WHO come?", "nato"),
        ("the EU met whom?", "nato"),
        ("N.A.T.O.", "nato"),
        ("il-6 in fever", "il6"),
        ("IL6", "il6"),
        ("TNF alpha", "il6"),
        ("What is COP29?", "cop"),
        ("who holds 3.5%", "share"),
        ("ŁÓDŹ", "cafe"),
        ("cafe\u0301 übermut", "cafe"),
        ("XJ-900/b", "model"),
    ],
)
def test_names_numbers_dates_and_acronyms_are_found_by_words_alone(
    facts: StoredGeneration, question: str, name: str
) -> None:
    query = Query(question, asked_on=dt.date(2024, 3, 14))
    hits = Retriever(Blind()).search(query, facts)
    assert hits[0].source.path == f"{name}.txt"
    assert hits[0].scores.lexical > 0
