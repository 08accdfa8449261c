"""What an answer claims, by its confidence and the threshold in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import LiveIndex, Query, Retriever
from index.confidence import Calibration, Regression
from service.answers import Answer, Answerer
from tests.fakes import MODEL, FakeEmbedder

# confidence is one half, whatever is asked
EVEN = Regression(coefficients={"fused": 0.0}, intercept=0.0)
UNSURE = Calibration(
    model=MODEL.name, weights_hash=MODEL.weights_hash, fitted_on=(), trusted=EVEN, lexical=EVEN
)


def answer(
    index: Path, threshold: float, calibration: Calibration | None = UNSURE, *, recent: bool = False
) -> Answer:
    retriever = Retriever(FakeEmbedder(), calibration=calibration)
    answerer = Answerer(retriever, LiveIndex(index, MODEL), threshold)
    return answerer.answer(Query("Who weighs copper at dawn?", prefer_recent=recent))


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_a_confidence_that_reaches_the_threshold_gives_the_evidence_verbatim(
    index: Path, threshold: float
) -> None:
    found = answer(index, threshold)
    assert (found.answerable, found.confidence, found.notes) == (True, 0.5, ())
    assert found.evidence is not None
    assert found.evidence.text == "Merchants weigh it at dawn."
    assert found.passages[found.evidence.citation - 1].hit.source.path == "harbour.md"


def test_a_confidence_below_the_threshold_gives_the_nearest_passages_and_says_so(
    index: Path,
) -> None:
    found = answer(index, 0.51)
    assert (found.answerable, found.confidence, found.evidence) == (False, 0.5, None)
    assert found.passages
    assert found.notes[0].startswith("No answer was found in the documents")


def test_without_a_calibration_no_confidence_is_made_up(index: Path) -> None:
    found = answer(index, 1.0, None)
    assert found.confidence is None
    assert found.answerable


def test_an_answer_says_that_it_prefers_what_is_recent(index: Path) -> None:
    [note] = answer(index, 0.5, recent=True).notes
    assert "newest first" in note
