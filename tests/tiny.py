"""Models of a few thousand weights, in folders as sentence-transformers saves them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from tests.fakes import write_files

if TYPE_CHECKING:
    from transformers import BertConfig

DIMENSION = 12

_WORDS = ("[PAD]", "[UNK]", "copper", "lava", "bees", "is", "what", "question", "passage", ":")
_WIDTH = 16


def save_tiny_model(folder: Path) -> Path:
    """Save transformer, pooling of two kinds and a dense layer, with prompts, cut at 8 tokens.

    It does not normalise its vectors: the embedder has to.
    """
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(_WORDS),
        hidden_size=_WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * _WIDTH,
        max_position_embeddings=_WIDTH,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(folder)
    pooling = {
        "word_embedding_dimension": _WIDTH,
        "pooling_mode_cls_token": True,
        "pooling_mode_mean_tokens": True,
    }
    dense = {
        "in_features": 2 * _WIDTH,
        "out_features": DIMENSION,
        "bias": True,
        "activation_function": "torch.nn.modules.activation.Tanh",
    }
    tokens = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
    prompts = {"prompts": {"query": "question : ", "document": "passage : "}}
    write_files(
        folder,
        {
            "modules.json": _modules("Transformer", "Pooling", "Dense"),
            "tokenizer.json": _tokenizer().to_str(),
            "tokenizer_config.json": json.dumps(tokens | {"unk_token": "[UNK]"}),
            "sentence_bert_config.json": json.dumps({"max_seq_length": 8}),
            "config_sentence_transformers.json": json.dumps(prompts),
            "1_Pooling/config.json": json.dumps(pooling),
            "2_Dense/config.json": json.dumps(dense),
        },
    )
    random = np.random.default_rng(0)
    weights: dict[str, NDArray[np.float32]] = {
        "linear.weight": random.normal(scale=0.25, size=(DIMENSION, 2 * _WIDTH)).astype(np.float32),
        "linear.bias": np.zeros(DIMENSION, dtype=np.float32),
    }
    save_file(weights, folder / "2_Dense" / "model.safetensors")
    return folder


def save_tiny_reranker(folder: Path, scores: int) -> Path:
    """Save a transformer that gives so many scores to a question and a passage."""
    from transformers import BertForSequenceClassification

    config = _one_layer()
    config.num_labels = scores
    BertForSequenceClassification(config).save_pretrained(folder)
    return _write_tokenizer(folder)


def save_tiny_question_answering(folder: Path) -> Path:
    """Save a transformer that marks a span of a passage."""
    from transformers import BertForQuestionAnswering

    BertForQuestionAnswering(_one_layer()).save_pretrained(folder)
    return _write_tokenizer(folder)


def save_static_model(folder: Path) -> Path:
    """Save a model whose only module is a table of word vectors."""
    files = {"modules.json": _modules("StaticEmbedding"), "tokenizer.json": _tokenizer().to_str()}
    write_files(folder, files)
    weights = {"embedding.weight": np.eye(len(_WORDS), _WIDTH, dtype=np.float32)}
    save_file(weights, folder / "model.safetensors")
    return folder


def _one_layer() -> BertConfig:
    """Return the shape of a transformer, whose random weights are the same each time."""
    import torch
    from transformers import BertConfig

    torch.manual_seed(0)
    return BertConfig(
        vocab_size=len(_WORDS),
        hidden_size=_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=_WIDTH,
        max_position_embeddings=_WIDTH,
        initializer_range=0.5,
    )


def _write_tokenizer(folder: Path) -> Path:
    tokens = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
    files = {
        "tokenizer.json": _tokenizer().to_str(),
        "tokenizer_config.json": json.dumps(tokens | {"unk_token": "[UNK]"}),
    }
    return write_files(folder, files)


def _tokenizer() -> Tokenizer:
    vocabulary = {word: number for number, word in enumerate(_WORDS)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer


def _modules(*names: str) -> str:
    modules = [
        {
            "idx": number,
            "name": str(number),
            "path": f"{number}_{name}" if number else "",
            "type": f"sentence_transformers.models.{name}",
        }
        for number, name in enumerate(names)
    ]
    return json.dumps(modules)
