from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Passage, Query, Retriever, Span
from index.generation.folder import open_generation
from index.lexical.analysis import Analyzer
from index.lexical.terms import CandidateTerms
from index.ranking.candidates import Candidates
from index.ranking.evidence import find_evidence
from index.ranking.fusion import Features
from index.ranking.matching import Match
from index.ranking.units import Asked
from tests.fakes import FakeEmbedder, build, write_files

NONE = np.zeros(0, dtype=np.int64)
ASKED = Asked("question", Analyzer("english"))


def marked(
    cosines: list[float],
    coverage: list[float],
    trust: float = 1.0,
    before: int = 0,
    pairs: list[float] | None = None,
) -> list[int]:
    """Return which sentences are marked in a passage that stands after one of `before`."""
    first = np.array([0, before, before + len(cosines)])
    zeros = np.zeros(2, dtype=np.float32)
    covered = np.array([1.0] * before + coverage, dtype=np.float32)
    ordered = np.array([1.0] * before + (pairs or [0.0] * len(coverage)), dtype=np.float32)
    candidates = Candidates(
        ordinals=np.array([0, 1]),
        vectors=np.zeros((2, 2), dtype=np.float32),
        features=Features(
            dense=zeros,
            sentence=zeros,
            match=Match(zeros, zeros, zeros, zeros, covered, ordered),
            documents=np.array([0, 0]),
            trust=trust,
            same_language=np.ones(2, dtype=np.float32),
        ),
        terms=CandidateTerms(NONE.astype(np.uint32), NONE, NONE),
        sentence_cosines=np.array([1.0] * before + cosines, dtype=np.float32),
        first_sentence=first,
        days=np.zeros(2, dtype=np.int32),
        period_share=np.zeros(2, dtype=np.float32),
        codes=np.zeros(2, dtype=np.int64),
        is_elsewhere=np.zeros(before + len(cosines), dtype=np.bool_),
    )
    spans = tuple(Span(10 * place, 10 * place + 9) for place in range(len(cosines)))
    passage = Passage("d", 0, 100, "x" * 100, (1, 1), sentences=spans)
    return [spans.index(span) for span in find_evidence(1, passage, candidates, ASKED)]


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


def test_of_like_sentences_the_one_in_the_order_of_the_question_is_marked() -> None:
    assert marked([0.5, 0.48], [0.5, 0.5], pairs=[0, 0.5])[0] == 1
    assert marked([0.5, 0.48], [0.5, 0.4], pairs=[0, 0.5])[0] == 0


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
        "staff.csv": "Employee,Department,Phone,Start\n"
        "Ana Quist,Dyeing,4411,2019-02-01\nBea Rand,Weaving,4412,2020-07-15\n",
        "faq.txt": "Q: What is a foo?\nA: A lever made of ash.\n\nQ: Who may use the kiln?\n"
        "A: Members of the guild only.\n\nQ: When is the kiln lit?\nA: On the first Tuesday.\n",
        "terms.html": "<dl><dt>Gate fee</dt><dd>12 crowns</dd><dt>Boat fee</dt><dd>30 crowns</dd>"
        "</dl><p>Keeper:<br>Ole Brandt<br>Deputy:<br>Rita Holm</p>",
        "news.txt": "14 february 2020, 11:30\n\nAs part of the conference the president met with "
        "the secretary general Vladimir Norov.\n",
        "table.md": "| Berth | Owner | Depth |\n|---|---|---|\n| B1 | Quist | 3 m |\n"
        "| B2 | Rand | 4 m |\n",
        "tariffs.md": "# Tariffs\n\n## Gold\n\nA sum of six.\n\n## Silver\n\nA sum of ten.\n",
        "ferry.txt": "On the ferry fee. The ferry fee is 9 crowns.\n",
        "clubs.txt": "Club: Rowing of Nord\nMembers: 310\n\nClub: Chess of Sund\nMembers: 44\n",
        "orders.txt": "Is the mill shut on feast days? The mill is shut on feast days.\n",
    }
    build(write_files(folder / "d", files), folder / "i")
    return Retriever(FakeEmbedder()), folder / "i"


def marked_by(retrieved: tuple[Retriever, Path], question: str) -> list[str]:
    """Return the evidence of the first hit of a question."""
    retriever, folder = retrieved
    hit = retriever.search(Query(question), open_generation(folder))[0]
    return [hit.passage.text[span.start : span.end] for span in hit.evidence]


def test_the_evidence_of_a_row_is_the_value_and_then_the_key(
    retrieved: tuple[Retriever, Path],
) -> None:
    asked = "What is the phone number of Bea Rand?"
    assert marked_by(retrieved, asked) == ["Phone: 4412", "Employee: Bea Rand"]


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("How many members has the chess club of Sund?", ["Members: 44", "Club: Chess of Sund"]),
        ("How many members has the club of Nord?", ["Members: 310", "Club: Rowing of Nord"]),
    ],
)
def test_value_and_key_are_of_one_record(
    retrieved: tuple[Retriever, Path], question: str, evidence: list[str]
) -> None:
    assert marked_by(retrieved, question) == evidence


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("4412", ["Employee: Bea Rand", "Phone: 4412"]),
        ("Weaving", ["Employee: Bea Rand", "Department: Weaving"]),
    ],
)
def test_a_value_alone_asks_for_the_key_of_its_row(
    retrieved: tuple[Retriever, Path], question: str, evidence: list[str]
) -> None:
    assert marked_by(retrieved, question) == evidence


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("When do merchants weigh it?", "Merchants weigh it at dawn."),
        ("Who set the toll of 1200 drachmas?", "A toll of 1,200 drachmas was set on 3 May 1987 by"),
        ("What did the US consul do?", "The U.S. consul objected."),
        ("How many ships unload copper?", "Ninety ships unload copper every winter."),
        ("price of honey in drachmas", "- Honey: 7 drachmas"),
        ("What is the phone number of Bea Rand?", "Phone: 4412"),
        ("When did Ana Quist start?", "Start: 2019-02-01"),
        ("Which employee has the phone 4411?", "Employee: Ana Quist"),
        ("Who has the phone 4412?", "Employee: Bea Rand"),
        ("Who may use the kiln?", "A: Members of the guild only."),
        ("What is a foo?", "A: A lever made of ash."),
        ("What is the boat fee?", "Boat fee: 30 crowns"),
        ("Who is deputy?", "Rita Holm"),
        ("Who was the secretary general in February 2020?", "As part of the conference"),
        ("What depth does berth B2 have?", "| B2 | Rand | 4 m |"),
        ("What does the Silver tariff cost?", "A sum of ten."),
        ("What does the Gold tariff cost?", "A sum of six."),
        ("What is the ferry fee?", "The ferry fee is 9 crowns."),
        ("Is the mill shut on feast days?", "The mill is shut on feast days."),
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
def test_evidence_is_one_or_two_sentences_of_its_passage(
    retrieved: tuple[Retriever, Path], question: str
) -> None:
    retriever, folder = retrieved
    for hit in retriever.search(Query(question), open_generation(folder)):
        assert set(hit.evidence) <= set(hit.passage.sentences)
        assert len(set(hit.evidence)) == len(hit.evidence) in {1, 2}
