from __future__ import annotations

import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import (
    Folder,
    IndexDamaged,
    IndexFolder,
    LiveIndex,
    ModelEncoders,
    ModelError,
    ModelFiles,
    Query,
    Recipe,
    Retriever,
    back_up,
    build_index,
)
from index.embedding import graph
from index.embedding.compiled import CompiledEmbedder, Description, description_text
from index.embedding.encoder_choice import open_embedder
from index.embedding.export import export_encoder
from index.embedding.torch_embedder import TorchEmbedder
from index.generation.encoders import copy_encoder, is_encoder_of, stored_embedder
from index.generation.folder import current_id, open_generation
from tests.fakes import count_words

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


def test_a_line_is_said_before_a_model_is_compiled_and_none_once_it_is(model: ModelFiles) -> None:
    said: list[str] = []
    for _ in range(2):
        ModelEncoders(model, "float32", pytest.fail, tell=said.append).choose(lambda: TEXTS)
    assert said == [f"compiling the model {model.name} for this processor as float32, once"]


def test_threads_that_ask_at_once_open_an_encoder_once(
    model: ModelFiles, three: Path, tmp_path: Path
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

    fresh = ModelEncoders(model, "float32", pytest.fail, open_stored=slowly)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(fresh.reopen, [generation] * 8))
    assert len(opened) == 1
    assert len(set(map(id, found))) == 1


@pytest.fixture
def damaged(model: ModelFiles, three: Path, tmp_path: Path) -> Path:
    """Return a file of the encoder of an index with one generation, in which a bit is flipped."""
    index = tmp_path / "index"
    chosen = ModelEncoders(model, "float32", pytest.fail)
    build_index(Folder(three), index, Recipe(model, chosen, count_words), lambda *_: None)
    damaged = index / "generations" / current_id(index) / "encoder" / "graph.bin"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    return damaged


@pytest.mark.parametrize("is_cached", [True, False])
def test_a_generation_with_a_damaged_encoder_answers_by_another_and_says_so(
    model: ModelFiles, damaged: Path, cache: Path, is_cached: bool
) -> None:
    if not is_cached:
        shutil.rmtree(cache)
    told: list[str] = []
    live = LiveIndex(IndexFolder(damaged.parents[3]), model)
    retriever = Retriever(ModelEncoders(model, "float32", told.append))
    [hit, *_] = retriever.search(Query("lava"), live.generation)
    assert hit.source.path == "volcano.md"
    assert live.damage is not None
    assert f"{damaged} is altered; generation {live.generation.id} answers" in live.damage
    assert [line.partition(";")[0] for line in told] == [f"{damaged} is altered"]
    assert not live.refresh()
    assert live.damage is not None


@pytest.mark.parametrize("is_equal", [True, False])
def test_the_next_run_mends_a_damaged_encoder_and_keeps_what_was_indexed(
    model: ModelFiles, three: Path, damaged: Path, cache: Path, is_equal: bool
) -> None:
    if not is_equal:  # the cache has another encoder by now
        place = next(cache.iterdir()) / "encoder.json"
        description = Description.model_validate_json(place.read_text())
        changed = description.model_copy(update={"passage_prompt": "copper "})
        place.write_text(description_text(changed))
    index = damaged.parents[3]
    before = open_generation(index)
    made_with = Recipe(model, ModelEncoders(model, "float32", lambda _: None), count_words)
    report = build_index(Folder(three), index, made_with, lambda *_: None)
    after = open_generation(index)
    assert (report.published, report.count("unchanged"), after.damage) == (True, 3, "")
    assert is_encoder_of(made_with.encoders.reopen(before), before.manifest) == is_equal
    assert is_encoder_of(made_with.encoders.reopen(after), after.manifest)
    rows = np.arange(after.manifest.passages)
    vectors = after.passages.vectors.rows(rows)
    assert (vectors == before.passages.vectors.rows(rows)).all() == is_equal
    [hit, *_] = Retriever(made_with.encoders).search(Query("lava"), after)
    assert hit.source.path == "volcano.md"


def test_a_generation_with_a_damaged_encoder_is_not_backed_up(
    damaged: Path, tmp_path: Path
) -> None:
    with pytest.raises(IndexDamaged, match=f"{damaged} is altered"):
        back_up(damaged.parents[3], tmp_path / "backup.tar")
