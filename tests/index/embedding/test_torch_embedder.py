from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from index import ModelError, ModelFiles, ModelTokens, locate_model
from index.embedding.torch_embedder import TorchEmbedder
from tests.fakes import write_files

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small model in a folder, laid out as sentence-transformers saves one."""
    vocabulary = {word: place for place, word in enumerate(["[UNK]", "copper", "lava", "bees"])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    module = {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.models.StaticEmbedding",
    }
    place = write_files(
        tmp_path_factory.mktemp("model"),
        {"modules.json": json.dumps([module]), "tokenizer.json": tokenizer.to_str()},
    )
    save_file({"embedding.weight": np.eye(4, 8, dtype=np.float32) * 3}, place / "model.safetensors")
    return place


def test_the_folder_of_any_sentence_transformers_model_can_be_used(folder: Path) -> None:
    model = locate_model(str(folder))
    embedder = TorchEmbedder(model)
    vectors = embedder.embed(["copper", "lava", "copper lava"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 8)
    assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert_allclose(vectors @ vectors[0], [1, 0, 0.5**0.5], atol=1e-5)
    question = embedder.embed_questions(["copper"])[0]
    assert question.dtype == np.float32
    assert question.shape == (8,)
    assert_allclose(question, vectors[0], atol=1e-6)
    assert ModelTokens(model)(["copper", "lava of bees", ""]) == [1, 3, 0]


def test_many_threads_may_ask_at_once(folder: Path) -> None:
    embedder = TorchEmbedder(locate_model(str(folder)))
    found: list[float] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(float(embedder.embed_questions(["copper"])[0, 1]))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == pytest.approx([1.0] * 8)


def test_a_folder_whose_model_cannot_be_loaded_is_refused_in_one_line(tmp_path: Path) -> None:
    files = {"modules.json": "not json", "model.safetensors": "x"}
    model = locate_model(str(write_files(tmp_path / "m", files)))
    with pytest.raises(ModelError, match="cannot load the model") as caught:
        TorchEmbedder(model).embed_questions(["copper"])[0]
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match="cannot load the tokenizer of the model"):
        ModelTokens(model)(["copper"])


def test_a_tokenizer_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    files = {"tokenizer.json": "{}"}
    model = ModelFiles("m", str(write_files(tmp_path / "m", files)), "")
    with pytest.raises(ModelError, match="cannot load the tokenizer of the model m"):
        ModelTokens(model)(["copper"])
