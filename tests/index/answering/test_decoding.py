from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from index.answering.decoding import best_span
from index.types import Span

_OFFSETS = [(0, 0), (0, 4), (0, 0), (0, 6), (7, 11), (12, 16), (0, 0)]
_WINDOW = slice(3, 6)
_TEXT = "copper mine here"


def _logits(*marked: tuple[int, int, float]) -> NDArray[np.float32]:
    logits = np.zeros((len(_OFFSETS), 2), dtype=np.float32)
    for token, side, value in marked:
        logits[token, side] = value
    return logits


def test_the_best_start_and_end_make_the_span() -> None:
    span, score = best_span(_logits((3, 0, 2.0), (4, 1, 3.0)), _OFFSETS, _WINDOW, _TEXT)
    assert span == Span(0, 11)
    assert score == pytest.approx(5.0)


def test_a_space_that_a_token_begins_with_is_no_part_of_the_span() -> None:
    offsets = [*_OFFSETS[:4], (6, 11), *_OFFSETS[5:]]
    span, _ = best_span(_logits((4, 0, 2.0), (4, 1, 2.0)), offsets, _WINDOW, _TEXT)
    assert span == Span(7, 11)


def test_a_span_never_ends_before_it_starts() -> None:
    span, _ = best_span(_logits((5, 0, 4.0), (3, 1, 4.0), (5, 1, 1.0)), _OFFSETS, _WINDOW, _TEXT)
    assert span == Span(12, 16)


def test_the_first_token_stands_for_no_answer() -> None:
    _, score = best_span(_logits((0, 0, 3.0), (0, 1, 3.0), (4, 0, 1.0)), _OFFSETS, _WINDOW, _TEXT)
    assert score == pytest.approx(-5.0)


def test_tokens_outside_the_window_are_no_answer() -> None:
    span, _ = best_span(
        _logits((1, 0, 9.0), (1, 1, 9.0), (4, 0, 1.0), (4, 1, 1.0)), _OFFSETS, _WINDOW, _TEXT
    )
    assert span == Span(7, 11)


def test_an_empty_window_has_no_span() -> None:
    assert best_span(_logits(), _OFFSETS, slice(3, 3), _TEXT) == (None, 0.0)


def test_a_span_is_no_longer_than_an_answer_may_be() -> None:
    tokens = 100
    logits = np.zeros((tokens, 2), dtype=np.float32)
    logits[1, 0] = logits[99, 1] = 5
    logits[50, 1] = 1
    span, _ = best_span(
        logits, [(at, at + 1) for at in range(tokens)], slice(1, tokens), "x" * tokens
    )
    assert span is not None
    assert span.end - span.start <= 32
