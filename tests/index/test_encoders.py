from __future__ import annotations

import errno
import gc
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from index import (
    Folder,
    ModelEncoders,
    ModelError,
    ModelFiles,
    Recipe,
    build_index,
    encoders,
    graph,
    locate_model,
)
from index.compiled import CompiledEmbedder
from index.encoders import Encoder, copy_encoder, open_embedder, stored_embedder
from index.export import export_encoder
from index.generation import open_generation
from index.graph import has_bfloat16
from index.torch_embedder import TorchEmbedder
from tests.fakes import count_words
from tests.tiny import save_static_model, save_tiny_model

UNQUANTISED = "bf16" if has_bfloat16() else "float32"
ENOUGH = [f"copper {number} lava" for number in range(64)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    return locate_model(str(save_tiny_model(tmp_path_factory.mktemp("tiny") / "model")))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "encoders"


@pytest.fixture(autouse=True)
def fast_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "has_byte_products", lambda: True)


def refuse(*_: object) -> None:
    raise ModelError("its module Fancy cannot be exported")


def test_a_cached_encoder_is_opened_without_making_it_again(
    model: ModelFiles, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_embedder(model, "float32", list, pytest.fail)
    monkeypatch.setattr(encoders, "export_encoder", refuse)
    again = open_embedder(model, "float32", pytest.fail, pytest.fail)
    assert isinstance(again, CompiledEmbedder)
    assert [path.name for path in cache.iterdir()] == [f"{model.weights_hash}-float32"]


@pytest.mark.parametrize("name", ["graph.bin", "encoder.json"])
def test_an_altered_or_half_written_cache_is_made_anew(
    model: ModelFiles, cache: Path, name: str
) -> None:
    open_embedder(model, "float32", list, pytest.fail)
    file = cache / f"{model.weights_hash}-float32" / name
    file.write_bytes(b"half")
    assert open_embedder(model, "float32", list, pytest.fail).encoder == "float32"
    assert file.read_bytes() != b"half"


def test_a_cache_that_cannot_be_written_is_done_without_and_said(
    model: ModelFiles, cache: Path
) -> None:
    cache.parent.write_text("a file where a folder should be")
    said: list[str] = []
    embedder = open_embedder(model, "float32", list, said.append)
    assert isinstance(embedder, CompiledEmbedder)
    assert len(embedder.embed(["copper"])) == 1
    [line] = said
    assert "cannot be kept in" in line
    assert "PINCITE_CACHE" in line
    folder = embedder.folder
    assert folder.is_dir()
    del embedder
    gc.collect()
    assert not folder.exists()


def test_a_full_disk_leaves_half_of_no_encoder_in_the_cache(
    model: ModelFiles, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_half(folder: Path, target: Path) -> None:
        target.mkdir()
        (target / "graph.xml").write_text("<net")
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(shutil, "copytree", copy_half)
    said: list[str] = []
    embedder = open_embedder(model, "float32", list, said.append)
    assert (embedder.encoder, len(embedder.embed(["copper"]))) == ("float32", 1)
    [line] = said
    assert "No space left on device" in line
    assert "make room there or name another folder in PINCITE_CACHE" in line
    assert list(cache.iterdir()) == []


def test_a_cache_that_is_read_only_is_done_without_and_said(
    model: ModelFiles, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_mkdir(path: Path, *arguments: object, **options: object) -> None:
        if cache in (path, *path.parents):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        original(path, *arguments, **options)  # type: ignore[arg-type]

    original = Path.mkdir
    monkeypatch.setattr(Path, "mkdir", refuse_mkdir)
    said: list[str] = []
    assert open_embedder(model, "float32", list, said.append).encoder == "float32"
    [line] = said
    assert "Permission denied" in line


def test_where_there_is_no_room_to_export_torch_runs_the_model(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(encoders, "export_encoder", refuse_room)
    said: list[str] = []
    assert open_embedder(model, "auto", lambda: ENOUGH, said.append).encoder == "torch"
    [line] = said
    assert line.endswith("float32: [Errno 28] No space left on device")


def test_without_bfloat16_another_encoder_is_taken_and_said_only_if_it_was_asked_for(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "has_bfloat16", lambda: False)
    said: list[str] = []
    assert open_embedder(model, "auto", list, pytest.fail).encoder == "float32"
    assert open_embedder(model, "bf16", list, said.append).encoder == "float32"
    [line] = said
    assert line.endswith("is run by float32, not by bf16: this CPU has no bfloat16")


def test_an_encoder_made_with_bfloat16_runs_without_it(
    model: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "encoder").mkdir()
    export_encoder(TorchEmbedder(model).model, tmp_path / "encoder", "bf16", [])
    monkeypatch.setattr(graph, "has_bfloat16", lambda: False)
    stored = stored_embedder(model, "bf16", tmp_path / "encoder")
    vectors, expected = stored.embed(ENOUGH), TorchEmbedder(model).embed(ENOUGH)
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


def test_auto_takes_int8_only_when_there_is_enough_to_calibrate_it(model: ModelFiles) -> None:
    assert open_embedder(model, "auto", list, pytest.fail).encoder == UNQUANTISED


def test_auto_takes_int8_only_where_the_cpu_has_instructions_for_it(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "check_agreement", lambda *_: None)  # one as small strays
    assert open_embedder(model, "auto", lambda: ENOUGH, pytest.fail).encoder == "int8"
    monkeypatch.setattr(encoders, "has_byte_products", lambda: False)
    assert open_embedder(model, "auto", lambda: ENOUGH, pytest.fail).encoder == UNQUANTISED
    assert open_embedder(model, "int8", lambda: ENOUGH, pytest.fail).encoder == "int8"


def test_int8_without_enough_to_calibrate_it_is_said_to_be_something_else(
    model: ModelFiles,
) -> None:
    said: list[str] = []
    assert open_embedder(model, "int8", lambda: ["copper"] * 99, said.append).encoder == UNQUANTISED
    [line] = said
    assert f"run by {UNQUANTISED}, not by int8: int8 takes 64 texts to calibrate" in line


def test_an_encoder_that_strays_gives_way_to_the_next(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(loaded: object, folder: Path, kind: str, sample: Sequence[str]) -> None:
        export_encoder(loaded, folder, "float32", sample)  # type: ignore[arg-type]

    def check(made: CompiledEmbedder, *_: object) -> None:
        checked.append(made)
        if len(checked) == 1:
            raise ModelError("its vectors stray")

    checked: list[CompiledEmbedder] = []
    monkeypatch.setattr(encoders, "export_encoder", export)
    monkeypatch.setattr(encoders, "check_agreement", check)
    said: list[str] = []
    open_embedder(model, "auto", lambda: ENOUGH, said.append)
    [line] = said
    assert "not by int8: its vectors stray" in line
    assert not checked[0].folder.exists()


def test_a_model_that_cannot_be_exported_is_run_by_torch(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "export_encoder", refuse)
    said: list[str] = []
    assert isinstance(open_embedder(model, "int8", lambda: ENOUGH, said.append), TorchEmbedder)
    [line] = said
    assert "is run by torch, not by int8, " in line
    assert line.endswith("float32: its module Fancy cannot be exported")


def test_the_module_that_cannot_be_exported_is_named(tmp_path: Path) -> None:
    static = locate_model(str(save_static_model(tmp_path / "static")))
    said: list[str] = []
    assert open_embedder(static, "float32", list, said.append).encoder == "torch"
    [line] = said
    assert "its module StaticEmbedding cannot be exported" in line


def test_without_openvino_torch_runs_the_model(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    said: list[str] = []
    assert open_embedder(model, "auto", lambda: ENOUGH, said.append).encoder == "torch"
    [line] = said
    assert "pip install openvino" in line


def test_a_model_that_cannot_be_loaded_is_an_error_at_once(tmp_path: Path) -> None:
    missing = ModelFiles("gone", str(tmp_path), "2" * 64)
    with pytest.raises(ModelError, match="cannot load the model gone"):
        open_embedder(missing, "float32", list, pytest.fail)


def test_torch_is_taken_when_asked_for_without_a_word(model: ModelFiles) -> None:
    assert open_embedder(model, "torch", pytest.fail, pytest.fail).encoder == "torch"
    assert set(encoders._CHAINS) == set(get_args(Encoder))


def test_an_index_carries_its_encoder(model: ModelFiles, tmp_path: Path) -> None:
    made = open_embedder(model, "float32", list, pytest.fail)
    assert isinstance(made, CompiledEmbedder)
    copy_encoder(made.folder, tmp_path / "encoder")
    stored = stored_embedder(model, made.encoder, tmp_path / "encoder")
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
