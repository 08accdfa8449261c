from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import MULTILINGUAL_MODEL, ModelFiles, ModelTokens
from index.embedding.compiled import CompiledEmbedder
from index.embedding.encoder_choice import open_embedder
from index.embedding.multilingual import read_tokenizer, unpacked
from index.embedding.torch_embedder import TorchEmbedder
from index.types import Span
from tests.nano import save_tiny_nano_e5


@pytest.fixture
def packed(tmp_path: Path) -> ModelFiles:
    path = tmp_path / "model.bin"
    save_tiny_nano_e5(path)
    return ModelFiles(MULTILINGUAL_MODEL, str(path), "3" * 64, states_prompts=True)


def test_the_tokenizer_cuts_words_of_any_script_and_ignores_white_space(packed: ModelFiles) -> None:
    tokenizer = read_tokenizer(Path(packed.location))
    once = tokenizer.encode("query: copper  lava\n").tokens
    assert once == ["<s>", "▁query", ":", "▁copper", "▁lava", "</s>"]
    assert tokenizer.encode("passage: 铜").tokens == ["<s>", "▁passage", ":", "▁", "铜", "</s>"]


def test_tokens_of_a_packed_model_are_counted(packed: ModelFiles) -> None:
    assert ModelTokens(packed)(["copper lava", ""]) == [2, 0]


def test_the_unpacked_folder_is_deleted_at_the_end(packed: ModelFiles) -> None:
    with unpacked(Path(packed.location)) as folder:
        assert (folder / "model.safetensors").is_file()
    assert not folder.exists()


@pytest.mark.system
def test_a_packed_model_is_loaded_with_its_prompts_and_the_mean_of_its_tokens(
    packed: ModelFiles,
) -> None:
    embedder = TorchEmbedder(packed)
    assert embedder.model.prompts["query"] == "query: "
    assert embedder.model.prompts["document"] == "passage: "
    rows = embedder.embed(["copper lava"], [(Span(0, 6), Span(7, 11))])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    assert not np.allclose(rows[1], rows[2])
    [question] = embedder.embed_questions(["copper lava"])
    assert not np.allclose(rows[0], question, atol=1e-4)


@pytest.mark.system
def test_it_is_compiled_and_cached_as_every_other_model(packed: ModelFiles, cache: Path) -> None:
    made = open_embedder(packed, "float32", list, pytest.fail)
    assert isinstance(made, CompiledEmbedder)
    assert made.folder == cache / f"{packed.weights_hash}-float32"
    assert (made.description.question_prompt, made.description.passage_prompt) == (
        "query: ",
        "passage: ",
    )
    assert made.description.gives_tokens


@pytest.mark.system
def test_the_words_of_a_question_are_embedded_apart_from_its_prompt(
    packed: ModelFiles, cache: Path
) -> None:
    compiled = open_embedder(packed, "float32", list, pytest.fail)
    asked = ["copper lava", "lava"], [(Span(0, 6),), (Span(0, 4),)]
    rows = compiled.embed_questions(*asked)
    np.testing.assert_allclose(rows, TorchEmbedder(packed).embed_questions(*asked), atol=1e-4)
    np.testing.assert_allclose(rows[:2], compiled.embed_questions(asked[0]), atol=1e-4)
    assert not np.allclose(rows[1], rows[3], atol=1e-4)  # with the prompt and without it
