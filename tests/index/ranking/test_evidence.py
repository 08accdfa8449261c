from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Passage, Query, Retriever, Span
from index.generation.folder import open_generation
from index.lexical.terms import CandidateTerms
from index.ranking.candidates import Candidates
from index.ranking.evidence import find_evidence
from index.ranking.fusion import Features
from index.ranking.matching import Match
from tests.fakes import FakeEmbedder, build, write_files

NONE = np.zeros(0, dtype=np.int64)


def marked(
    cosines: list[float], coverage: list[float], trust: float = 1.0, before: int = 0
) -> list[int]:
    """Return which sentences are marked in a passage that stands after one of `before`."""
    first = np.array([0, before, before + len(cosines)])
    zeros = np.zeros(2, dtype=np.float32)
    covered = np.array([1.0] * before + coverage, dtype=np.float32)
    candidates = Candidates(
        ordinals=np.array([0, 1]),
        vectors=np.zeros((2, 2), dtype=np.float32),
        features=Features(
            dense=zeros,
            sentence=zeros,
            match=Match(zeros, zeros, zeros, zeros, covered),
            documents=np.array([0, 0]),
            trust=trust,
        ),
        terms=CandidateTerms(NONE.astype(np.uint32), NONE, NONE),
        sentence_cosines=np.array([1.0] * before + cosines, dtype=np.float32),
        first_sentence=first,
        days=np.zeros(2, dtype=np.int32),
        names_period=np.zeros(2, dtype=bool),
    )
    spans = tuple(Span(10 * place, 10 * place + 9) for place in range(len(cosines)))
    passage = Passage("d", 0, 100, "x" * 100, (1, 1), sentences=spans)
    return [spans.index(span) for span in find_evidence(1, passage, candidates)]


@pytest.mark.parametrize(
    ("cosines", "coverage", "places"),
    [
        ([0.1, 0.9, 0.1], [0.5, 0.5, 0.5], [1]),
        ([0.5, 0.5, 0.5], [0.1, 0.1, 0.9], [2]),
        ([0.9, 0.86, 0.1], [0.5, 0.5, 0.5], [0, 1]),
        ([0.1, 0.86, 0.9], [0.5, 0.5, 0.5], [2, 1]),
        ([0.88, 0.9, 0.86], [0.5, 0.5, 0.5], [1, 0]),
        ([0.9, 0.1, 0.89], [0.5, 0.5, 0.5], [0]),
        ([0.9, 0.7, 0.1], [0.5, 0.5, 0.5], [0]),
        ([0.3], [0.0], [0]),
    ],
)
def test_the_best_sentence_is_marked_and_a_neighbour_that_is_nearly_as_good(
    cosines: list[float], coverage: list[float], places: list[int]
) -> None:
    assert marked(cosines, coverage) == places
    assert marked(cosines, coverage, before=4) == places, "another passage's sentences do not count"


def test_cosines_that_are_not_trusted_do_not_choose() -> None:
    assert marked([0.9, 0.1], [0.2, 0.6], trust=0) == [1]
    assert marked([0.9, 0.1], [0.2, 0.6], trust=1) == [0]


@pytest.fixture(scope="module")
def retrieved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Retriever, Path]:
    folder = tmp_path_factory.mktemp("evidence")
    files = {
        "trade.md": "# Trade\n\nNinety ships unload copper every winter. "
        "Merchants weigh it at dawn. A toll of 1,200 drachmas was set on 3 May 1987 by Ada "
        "Quill.\n\nThe U.S. consul objected. Nobody heard him!\n",
        "list.md": "# Prices\n\n- Tin: 12 drachmas\n- Quince: 3 drachmas\n- Honey: 7 drachmas\n",
    }
    build(write_files(folder / "d", files), folder / "i")
    return Retriever(FakeEmbedder()), folder / "i"


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("When do merchants weigh it?", "Merchants weigh it at dawn."),
        ("Who set the toll of 1200 drachmas?", "A toll of 1,200 drachmas was set on 3 May 1987 by"),
        ("What did the US consul do?", "The U.S. consul objected."),
        ("How many ships unload copper?", "Ninety ships unload copper every winter."),
        ("price of honey in drachmas", "- Honey: 7 drachmas"),
    ],
)
def test_the_sentence_that_covers_the_question_is_the_evidence(
    retrieved: tuple[Retriever, Path], question: str, evidence: str
) -> None:
    retriever, folder = retrieved
    first = retriever.search(Query(question), open_generation(folder))[0]
    span = first.evidence[0]
    assert first.passage.text[span.start : span.end].startswith(evidence)


@given(st.sampled_from("copper toll honey weigh consul who 1987 zebra ?".split()))
def test_evidence_is_one_or_two_neighbouring_sentences_of_its_passage(
    retrieved: tuple[Retriever, Path], question: str
) -> None:
    retriever, folder = retrieved
    for hit in retriever.search(Query(question), open_generation(folder)):
        places = [hit.passage.sentences.index(span) for span in hit.evidence]
        assert len(places) in {1, 2}
        assert max(places) - min(places) == len(places) - 1
