from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.answering.compiled_answer_model import CompiledAnswerModel
from index.embedding.graph import Cpu

pytestmark = pytest.mark.system

PAIRS = [
    ("Where does the ferry leave?", "Ferries\nThe ferry leaves the east quay at seven."),
    ("Who steers the ferry?", "Ferries\nThe ferry leaves the east quay at seven."),
    ("What did Ada Lang found in 1901?", "In 1901 Ada Lang founded a school of weaving."),
]


def test_a_training_that_goes_on_starts_from_what_the_shipped_model_reads(tmp_path: Path) -> None:
    from tests.training.checkpoint import Checkpoint  # PyTorch, not at collection
    from tests.training.network import start_from
    from tests.training.shipped import write_start

    write_start(tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    started = Checkpoint(start_from(tmp_path), tokenizer).read(PAIRS)
    # activations in 8 bits would decide between spans that are nearly as good
    in_full = Cpu(has_byte_products=lambda: False)
    shipped = CompiledAnswerModel(threads=1, cpu=in_full).read(PAIRS)
    assert [one.span for one in started] == [one.span for one in shipped]
    for one, other in zip(started, shipped, strict=True):
        # one computes in bfloat16, and either from weights in 8 bits
        assert one.span_score == pytest.approx(other.span_score, abs=0.5)
