from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import (
    Folder,
    IndexFolder,
    LiveIndex,
    ModelEncoders,
    ModelError,
    ModelFiles,
    Recipe,
    build_index,
)
from index.embedding import graph
from index.embedding.compiled import CompiledEmbedder
from index.embedding.encoder_choice import open_embedder
from index.embedding.export import export_encoder
from index.embedding.torch_embedder import TorchEmbedder
from index.generation import encoders
from index.generation.encoders import copy_encoder, stored_embedder
from index.generation.folder import generation_ids, open_generation
from tests.fakes import count_words, write_files

pytestmark = pytest.mark.usefixtures("cache")
TEXTS = [f"copper {number} lava" for number in range(64)]


def test_an_encoder_made_with_bfloat16_runs_without_it(
    model: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "encoder").mkdir()
    export_encoder(TorchEmbedder(model).model, tmp_path / "encoder", "bf16", [])
    monkeypatch.setattr(graph, "has_bfloat16", lambda: False)
    stored = stored_embedder(model, "bf16", tmp_path / "encoder")
    vectors, expected = stored.embed(TEXTS), TorchEmbedder(model).embed(TEXTS)
    assert (vectors * expected).sum(axis=1).min() > 0.99


def test_an_index_of_a_compiled_encoder_says_what_to_install_where_openvino_is_not(
    model: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "encoder").mkdir()
    export_encoder(TorchEmbedder(model).model, tmp_path / "encoder", "float32", [])
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelError, match="run: pip install openvino") as refused:
        stored_embedder(model, "float32", tmp_path / "encoder")
    assert "\n" not in str(refused.value)


def test_an_index_carries_its_encoder(model: ModelFiles, tmp_path: Path) -> None:
    made = open_embedder(model, "float32", list, pytest.fail)
    assert isinstance(made, CompiledEmbedder)
    copy_encoder(made.folder, tmp_path / "encoder")
    stored = stored_embedder(model, made.encoder, tmp_path / "encoder")
    assert all(path.stat().st_nlink == 1 for path in (tmp_path / "encoder").iterdir())
    assert (
        stored.embed_questions(["copper"])[0].tolist()
        == made.embed_questions(["copper"])[0].tolist()
    )
    assert stored_embedder(model, "torch", tmp_path / "encoder").encoder == "torch"


def test_threads_that_ask_at_once_open_an_encoder_once(
    model: ModelFiles, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = ModelEncoders(model, "float32", pytest.fail)
    build_index(
        Folder(three), tmp_path / "index", Recipe(model, chosen, count_words), lambda *_: None
    )
    generation = open_generation(tmp_path / "index")
    opened: list[Path] = []

    def slowly(model: ModelFiles, encoder: str, folder: Path, device: str) -> CompiledEmbedder:
        opened.append(folder)
        time.sleep(0.1)
        return CompiledEmbedder(folder)

    monkeypatch.setattr(encoders, "stored_embedder", slowly)
    fresh = ModelEncoders(model, "float32", pytest.fail)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(fresh.reopen, [generation] * 8))
    assert len(opened) == 1
    assert len(set(map(id, found))) == 1


def test_a_damaged_encoder_damages_its_own_generation_alone(
    model: ModelFiles, three: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    made_with = Recipe(model, ModelEncoders(model, "float32", pytest.fail), count_words)
    for name in ("one.txt", "two.txt"):
        write_files(three, {name: f"Words of {name}."})
        build_index(Folder(three), index, made_with, lambda *_: None)
    earlier, live = generation_ids(index)
    damaged = index / "generations" / live / "encoder" / "graph.bin"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    engine = LiveIndex(IndexFolder(index), model)
    assert engine.generation.id == earlier
    assert engine.damage is not None
    assert f"{damaged} is altered" in engine.damage
    assert made_with.encoders.reopen(engine.generation).embed(["lava"]).shape[0] == 1
