from __future__ import annotations

import errno
import gc
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn, get_args

import pytest

from index import ModelError, ModelFiles, locate_model
from index.embedding import encoder_choice
from index.embedding.compiled import CompiledEmbedder
from index.embedding.embedder import Embedder
from index.embedding.encoder_choice import make_encoder
from index.embedding.export import export_encoder
from index.embedding.graph import Cpu, has_bfloat16
from index.embedding.models import Encoder
from index.embedding.torch_embedder import TorchEmbedder
from index.errors import EncoderStrays
from tests.tiny import save_static_model

UNQUANTISED = "bf16" if has_bfloat16() else "float32"
ENOUGH = [f"copper {number} lava" for number in range(64)]
pytestmark = [pytest.mark.usefixtures("cache"), pytest.mark.system]


FAST = Cpu(has_byte_products=lambda: True, has_tiles=lambda: False)
open_embedder = partial(encoder_choice.open_embedder, cpu=FAST)


def refuse(*_: object) -> NoReturn:
    raise ModelError("its module Fancy cannot be exported")


def test_a_cached_encoder_is_opened_without_making_it_again(model: ModelFiles, cache: Path) -> None:
    open_embedder(model, "float32", list, pytest.fail)
    again = open_embedder(model, "float32", pytest.fail, pytest.fail, make=refuse)
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
    assert "free disk space or name another folder in PINCITE_CACHE" in line
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


def test_where_there_is_no_room_to_export_torch_runs_the_model(model: ModelFiles) -> None:
    def refuse_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    said: list[str] = []
    make = partial(make_encoder, export=refuse_room)
    assert open_embedder(model, "auto", lambda: ENOUGH, said.append, make=make).encoder == "torch"
    [line] = said
    assert line.endswith("float32: No space left on device")


def test_without_bfloat16_another_encoder_is_taken_and_said_only_if_it_was_asked_for(
    model: ModelFiles,
) -> None:
    said: list[str] = []
    old = Cpu(has_byte_products=lambda: True, has_bfloat16=lambda: False, has_tiles=lambda: False)
    assert open_embedder(model, "auto", list, pytest.fail, cpu=old).encoder == "float32"
    assert open_embedder(model, "bf16", list, said.append, cpu=old).encoder == "float32"
    [line] = said
    assert line.endswith("is run by float32, not by bf16: this CPU has no bfloat16")


def test_auto_takes_int8_only_when_there_is_enough_to_calibrate_it(model: ModelFiles) -> None:
    assert open_embedder(model, "auto", list, pytest.fail).encoder == UNQUANTISED


def test_auto_takes_int8_only_where_the_cpu_has_instructions_for_it(
    model: ModelFiles,
) -> None:
    make = partial(make_encoder, check=lambda *_: None)  # one as small strays
    choose = partial(open_embedder, model, sample=lambda: ENOUGH, warn=pytest.fail, make=make)
    assert choose("auto").encoder == "int8"
    slow = Cpu(has_byte_products=lambda: False)
    assert choose("auto", cpu=slow).encoder == UNQUANTISED
    assert choose("int8", cpu=slow).encoder == "int8"
    tiles = Cpu(has_byte_products=lambda: True, has_tiles=lambda: True)
    assert choose("auto", cpu=tiles).encoder == UNQUANTISED


def test_int8_without_enough_to_calibrate_it_is_said_to_be_something_else(
    model: ModelFiles,
) -> None:
    said: list[str] = []
    assert open_embedder(model, "int8", lambda: ["copper"] * 99, said.append).encoder == UNQUANTISED
    [line] = said
    assert f"run by {UNQUANTISED}, not by int8: int8 takes 64 texts to calibrate" in line


def test_an_encoder_that_strays_gives_way_to_the_next(model: ModelFiles) -> None:
    def export(loaded: object, folder: Path, kind: str, sample: Sequence[str]) -> None:
        export_encoder(loaded, folder, "float32", sample)  # type: ignore[arg-type]

    def check(made: Embedder, *_: object) -> None:
        assert isinstance(made, CompiledEmbedder)
        checked.append(made.folder)
        if len(checked) == 1:
            raise ModelError("its vectors stray")

    checked: list[Path] = []
    said: list[str] = []
    make = partial(make_encoder, export=export, check=check)
    open_embedder(model, "auto", lambda: ENOUGH, said.append, make=make)
    [line] = said
    assert "not by int8: its vectors stray" in line
    assert not checked[0].exists()


def test_an_encoder_that_strayed_is_made_again_only_if_it_is_asked_for(model: ModelFiles) -> None:
    def strays(loaded: object, reference: object, kind: str, sample: object) -> CompiledEmbedder:
        tried.append(kind)
        if kind == "int8":
            raise EncoderStrays("its vectors stray")
        return make_encoder(loaded, reference, kind, sample)  # type: ignore[arg-type]

    tried: list[str] = []
    said: list[str] = []
    for encoder in ("auto", "auto", "int8"):
        open_embedder(model, encoder, lambda: ENOUGH, said.append, make=strays)
    assert tried == ["int8", UNQUANTISED, "int8"]
    assert [line.split(": ")[-1] for line in said] == ["its vectors stray"] * 3


def test_a_model_that_cannot_be_exported_is_run_by_torch(model: ModelFiles) -> None:
    said: list[str] = []
    made = open_embedder(model, "int8", lambda: ENOUGH, said.append, make=refuse)
    assert isinstance(made, TorchEmbedder)
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
    assert set(encoder_choice._CHAINS) == set(get_args(Encoder))
