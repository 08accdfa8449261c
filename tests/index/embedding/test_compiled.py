from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index import DEFAULT_MODEL, ModelError, Span, locate_model
from index.embedding.compiled import (
    DESCRIPTION,
    GRAPH,
    TOKENIZER,
    CompiledEmbedder,
    Kind,
    write_description,
)
from index.embedding.embedder import Vectors
from index.embedding.encoder_choice import open_embedder
from index.embedding.graph import load_openvino
from index.embedding.torch_embedder import TorchEmbedder
from tests.tiny import DIMENSION, save_tiny_model

pytestmark = pytest.mark.system

_SENTENCES = [
    f"The {subject} {verb} {place}."
    for place, verb, subject in product(
        ("near the harbour", "in Geneva", "under the ice", "after the second war"),
        ("waits for copper", "sings", "was measured in 1912", "cannot be seen"),
        ("old miner", "queen bee", "volcano", "committee", "blue whale"),
    )
]
SAMPLE = [" ".join(_SENTENCES[place : place + 1 + place % 7]) for place in range(80)]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in a cache that holds the packaged model in int8."""
    place = tmp_path_factory.mktemp("cache")
    warnings: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINCITE_CACHE", str(place))
        model = locate_model(DEFAULT_MODEL)
        made = open_embedder(model, "int8", lambda: SAMPLE, warnings.append)
    assert (made.encoder, warnings) == ("int8", [])
    return place / "encoders" / f"{model.weights_hash}-int8"


@pytest.fixture
def encoder(cache: Path, tmp_path: Path) -> Path:
    """Return a folder with the files of `cache`, which a test may alter."""
    return Path(shutil.copytree(cache, tmp_path / "encoder"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny") / "model")


def test_int8_embeds_as_the_models_own_library_does(cache: Path) -> None:
    compiled, reference = CompiledEmbedder(cache), TorchEmbedder(locate_model(DEFAULT_MODEL))
    texts = ["Copper was dug here from 1652 on.", "Bees", "Lava is melted rock. " * 100]
    vectors = compiled.embed(texts)
    assert vectors.dtype == np.float32
    assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * reference.embed(texts)).sum(axis=1).min() > 0.95
    question = compiled.embed_questions(["What is lava?"])[0]
    assert question.shape == (384,)
    assert question @ reference.embed_questions(["What is lava?"])[0] > 0.95
    assert compiled.embed([]).shape == (0, 384)


def test_sentences_are_embedded_within_their_passage_as_the_models_own_library_would(
    cache: Path,
) -> None:
    compiled, reference = CompiledEmbedder(cache), TorchEmbedder(locate_model(DEFAULT_MODEL))
    assert compiled.description.gives_tokens
    text = "Copper was dug here from 1652 on. It was sold in Geneva."
    sentences = (Span(0, 33), Span(34, len(text)))
    cut_off = "Lava is melted rock. " * 100
    asked = [text, "Bees", cut_off], [sentences, (), (Span(0, 20), Span(2000, 2020))]
    rows, expected = compiled.embed(*asked), reference.embed(*asked)
    assert rows.shape == expected.shape == (7, 384)
    assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert (rows * expected).sum(axis=1).min() > 0.95
    assert_allclose(rows[:3], compiled.embed(asked[0]), atol=0.02)
    assert_allclose(rows[6], rows[2], atol=1e-6)  # nothing is left of it but the whole
    [alone] = compiled.embed(["It was sold in Geneva."])
    copper = compiled.embed_questions(["Where was copper sold?"])[0]
    assert rows[4] @ copper > alone @ copper  # it has met what it speaks of


def test_a_model_whose_vector_is_no_mean_of_tokens_embeds_sentences_by_themselves(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path))
    model = locate_model(str(tiny))
    compiled = open_embedder(model, "float32", list, pytest.fail)
    asked = ["copper is lava", "bees"], [(Span(0, 6), Span(10, 14)), ()]
    alone = compiled.embed(["copper is lava", "bees", "copper", "lava"])
    for embedder in (compiled, TorchEmbedder(model)):
        assert_allclose(embedder.embed(*asked), alone, atol=1e-5)


def test_opening_needs_neither_torch_nor_its_libraries(cache: Path) -> None:
    program = """
import sys
from pathlib import Path
from index.embedding.compiled import (
    DESCRIPTION,
    GRAPH,
    TOKENIZER,
    CompiledEmbedder,
    write_description,
)
from index.generation.encoders import stored_embedder
CompiledEmbedder(Path(sys.argv[1])).embed_questions(["What is lava?"])[0]
heavy = {"torch", "transformers", "sentence_transformers", "nncf", "openvino_telemetry.main"}
print(heavy & set(sys.modules))
"""
    command = [sys.executable, "-c", program, str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_many_threads_may_ask_at_once(cache: Path) -> None:
    compiled = CompiledEmbedder(cache)
    alone = [compiled.embed_questions([text])[0] for text in SAMPLE]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: compiled.embed_questions([text])[0], SAMPLE))
    assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("name", ["graph.bin", "tokenizer.json", "encoder.json"])
@pytest.mark.parametrize("harm", ["missing", "altered"])
def test_a_folder_that_is_not_whole_is_refused(encoder: Path, name: str, harm: str) -> None:
    if harm == "missing":
        (encoder / name).unlink()
    else:
        (encoder / name).write_bytes((encoder / name).read_bytes()[:-100])
    with pytest.raises(ModelError) as caught:
        CompiledEmbedder(encoder)
    assert "\n" not in str(caught.value)


def test_every_module_the_prompts_and_the_longest_text_are_exported(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path))
    model = locate_model(str(tiny))
    compiled, reference = open_embedder(model, "float32", list, pytest.fail), TorchEmbedder(model)
    assert compiled.encoder == "float32"
    texts = ["copper", "lava is lava", "what bees " * 20]
    vectors = compiled.embed(texts)
    assert vectors.shape == (3, DIMENSION)
    assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert_allclose(vectors, reference.embed(texts), atol=1e-5)
    question = compiled.embed_questions(["copper"])[0]
    assert_allclose(question, reference.embed_questions(["copper"])[0], atol=1e-5)
    assert abs(question @ vectors[0]) < 0.999  # the prompts differ


def test_texts_of_like_length_in_tokens_are_run_together_and_come_back_in_order(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, shapes = CompiledEmbedder(cache), list[tuple[int, ...]]()
    # longer in characters, shorter in tokens
    texts = ["Copper is old. " * 8 if number % 2 else "understanding " * 10 for number in range(64)]
    alone = np.concatenate([compiled.embed([text]) for text in texts[:2]])
    run = compiled._graph.run

    def note(tokens: Mapping[str, NDArray[np.int64]]) -> list[Vectors]:
        shapes.append(tokens["input_ids"].shape)
        return run(tokens)

    monkeypatch.setattr(compiled._graph, "run", note)
    together = compiled.embed(texts)
    assert_allclose(together[:2], alone, atol=0.02)
    assert_allclose(together[62:], alone, atol=0.02)
    assert shapes == [(8, 40)] * 4 + [(8, 16)] * 4


@pytest.mark.parametrize("direction", ["right", "left"])
@pytest.mark.parametrize("words", [1, 20, 28, 40])
def test_a_question_that_comes_alone_has_the_vector_that_it_has_among_others(
    direction: str, words: int, encoder: Path
) -> None:
    tokenizer = Tokenizer.from_file(str(encoder / TOKENIZER))
    tokenizer.enable_padding(**{**(tokenizer.padding or {}), "direction": direction})
    tokenizer.save(str(encoder / TOKENIZER))
    (encoder / DESCRIPTION).unlink()
    write_description(encoder, "int8", "", "", gives_tokens=True)
    compiled, question = CompiledEmbedder(encoder), "lava " * words + "?"
    [alone] = compiled.embed_questions([question])
    among = compiled.embed_questions(["bees", question, "lava is rock"])[1]
    # padded on the left, a token's place depends on what it is among
    assert alone @ among > (0.999 if direction == "right" else 0.9)


def test_tables_of_words_stay_in_8_bits(cache: Path) -> None:
    graph = load_openvino().Core().read_model(cache / GRAPH)
    looked_up = [
        node.input_value(0)
        for node in graph.get_ordered_ops()
        if node.get_type_name() == "Gather" and node.input_value(0).get_partial_shape().is_static
    ]
    widths = {tuple(table.get_shape()): table.get_element_type().to_string() for table in looked_up}
    tables = {shape: kind for shape, kind in widths.items() if shape[1:] == (384,)}
    assert (30522, 384) in tables
    assert set(tables.values()) == {"i8"}


@pytest.mark.parametrize(
    ("kind", "words", "tokens"),
    [("int8", 1, 32), ("int8", 20, 32), ("int8", 40, 48), ("float32", 1, 16), ("float32", 20, 24)],
)
def test_a_question_that_comes_alone_is_as_long_as_most_are_and_in_32_bits_half_as_long(
    kind: Kind, words: int, tokens: int, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (encoder / DESCRIPTION).unlink()
    write_description(encoder, kind, "", "", gives_tokens=True)
    compiled, shapes = CompiledEmbedder(encoder), list[tuple[int, ...]]()
    run = compiled._graph.run

    def note(given: Mapping[str, NDArray[np.int64]]) -> list[Vectors]:
        shapes.append(given["input_ids"].shape)
        return run(given)

    monkeypatch.setattr(compiled._graph, "run", note)
    compiled.embed_questions(["bees " * words])
    assert shapes == [(1, tokens)]
