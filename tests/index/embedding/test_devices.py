"""Running the model elsewhere than on the CPU. `cpu:0` stands in for a device that is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from index import (
    Folder,
    ModelEncoders,
    ModelError,
    ModelFiles,
    Query,
    Recipe,
    Retriever,
    build_index,
)
from index.embedding.encoder_choice import open_embedder
from index.embedding.models import Encoder
from index.embedding.torch_embedder import TorchEmbedder
from index.generation.encoders import identify_encoder
from index.generation.folder import open_generation
from tests.fakes import build, count_words, write_files

DEVICE = "cpu:0"
pytestmark = pytest.mark.usefixtures("cache")
TEXTS = ["copper", "lava is lava", "what bees " * 20, "question"]


def recipe(model: ModelFiles, encoder: Encoder, device: str, said: list[str]) -> Recipe:
    return Recipe(model, ModelEncoders(model, encoder, said.append, device), count_words)


def test_a_device_runs_the_model_in_float16_where_that_agrees(model: ModelFiles) -> None:
    chosen = open_embedder(model, "auto", lambda: TEXTS, pytest.fail, DEVICE)
    assert isinstance(chosen, TorchEmbedder)
    assert (chosen.encoder, chosen.device) == ("torch-float16", DEVICE)
    vectors = chosen.embed(TEXTS)
    assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert_allclose(vectors, TorchEmbedder(model).embed(TEXTS), atol=0.01)


def test_where_float16_strays_the_model_runs_in_float32_and_that_is_said(
    model: ModelFiles,
) -> None:
    def refuse(*_: object) -> None:
        raise ModelError("its vectors stray")

    said: list[str] = []
    chosen = open_embedder(model, "auto", lambda: TEXTS, said.append, DEVICE, check=refuse)
    assert (chosen.encoder, chosen.device) == ("torch", DEVICE)
    [line] = said
    assert line.endswith("is run by torch, not by torch-float16: its vectors stray")


def test_torch_is_float32_and_a_compiled_encoder_is_not_to_be_had_there(model: ModelFiles) -> None:
    assert open_embedder(model, "torch", pytest.fail, pytest.fail, DEVICE).encoder == "torch"
    said: list[str] = []
    assert open_embedder(model, "int8", pytest.fail, said.append, DEVICE).encoder == "torch"
    [line] = said
    assert "not by int8: compiled encoders run on the CPU, not on cpu:0" in line


@pytest.mark.parametrize("device", ["cuda:99", "gpu", "meta"])
def test_a_device_that_is_not_there_is_refused_in_one_line(model: ModelFiles, device: str) -> None:
    with pytest.raises(ModelError, match=f"^the device {device} cannot be used: ") as refused:
        open_embedder(model, "auto", lambda: TEXTS, pytest.fail, device)
    assert "set device to" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_device_that_fails_in_use_is_an_error_of_one_line(
    model: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory.\nTried to allocate")

    embedder = TorchEmbedder(model, DEVICE)
    monkeypatch.setattr(type(embedder.model), "encode_document", fail)
    with pytest.raises(ModelError, match=r"fails on the device cpu:0: CUDA out of memory$"):
        embedder.embed(TEXTS)


def test_float16_weights_give_the_same_vectors_whether_computed_in_float16_or_not(
    model: ModelFiles,
) -> None:
    on_cpu, elsewhere = TorchEmbedder(model, half=True), TorchEmbedder(model, half=True)
    elsewhere.model.half()  # as a GPU computes
    assert_allclose(on_cpu.embed(TEXTS), elsewhere.embed(TEXTS), atol=0.005)
    assert identify_encoder(on_cpu, model) == identify_encoder(elsewhere, model)
    assert identify_encoder(on_cpu, model) != identify_encoder(TorchEmbedder(model), model)


def test_an_index_built_on_a_device_is_asked_and_grown_on_the_cpu(
    model: ModelFiles, three: Path, tmp_path: Path
) -> None:
    index, said = tmp_path / "index", list[str]()
    build(three, index, recipe(model, "auto", DEVICE, said))
    manifest = open_generation(index).manifest
    assert (manifest.encoder, manifest.device) == ("torch-float16", DEVICE)
    here = recipe(model, "auto", "cpu", said)
    assert Retriever(here.encoders).search(Query("what is lava"), open_generation(index))
    write_files(three, {"bees.txt": "Bees is bees."})
    build_index(Folder(three), index, here, lambda done, total: None)
    manifest = open_generation(index).manifest
    assert (manifest.encoder, manifest.device) == ("torch-float16", "cpu")
    assert said == []


def test_an_index_of_a_compiled_encoder_stays_on_the_cpu_and_that_is_said(
    model: ModelFiles, three: Path, tmp_path: Path
) -> None:
    index, said = tmp_path / "index", list[str]()
    build(three, index, recipe(model, "float32", "cpu", said))
    there = recipe(model, "auto", DEVICE, said)
    for _ in range(2):
        assert Retriever(there.encoders).search(Query("what is lava"), open_generation(index))
    [line] = said
    assert line.startswith("the index was built by float32, which runs on the CPU; the device")
    assert "--rebuild" in line
    build(three, index, there, rebuild=True)
    assert open_generation(index).manifest.device == DEVICE
