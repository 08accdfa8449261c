"""An encoder that runs a sentence-transformers model with its own library, by torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from index.embedding.embedder import AT_ONCE, BATCH, Vectors
from index.embedding.hub import cannot_load, one_line, quieten_hub
from index.embedding.models import ModelFiles
from index.embedding.multilingual import unpacked
from index.embedding.spans import Spans, embed_separately, pool_spans
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

HALF_TORCH = "torch-float16"
_Encode = Callable[..., object]  # encode_query or encode_document of the library


class TorchEmbedder:
    """A sentence-transformers model run by its library, loaded on first use.

    `device` is the name of the device in torch. With `half`, weights are rounded to float16. A CPU,
    which is slow in float16, computes with the rounded weights in float32, and the vectors agree.
    So vectors depend on the weights and their precision, not on the device.

    Raises:
        ModelError: on first use, if the model cannot be loaded or the device cannot be used, and on
            any use that fails.
    """

    def __init__(self, model: ModelFiles, device: str = "cpu", *, half: bool = False) -> None:
        self.encoder = HALF_TORCH if half else "torch"
        self.device = device
        self._files = model
        self._half = half
        self._lock = threading.Lock()  # two threads may not use a fast tokenizer at once

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model; for one thread at a time."""
        quieten_hub()
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        _check_device(self.device)
        disable_progress_bar()
        try:
            with _loadable(self._files) as place:
                loaded = SentenceTransformer(
                    place, device=self.device, local_files_only=Path(place).is_dir()
                )
        except ModelError:
            raise
        except Exception as error:  # the library raises what each model's code raises
            raise cannot_load(f"the model {self._files.name}", error) from error
        question, passage = self._files.prompts.resolve(
            question_prompt(loaded), passage_prompt(loaded)
        )
        loaded.prompts = {**loaded.prompts, "query": question, "document": passage}
        if self._half:
            loaded = loaded.half()
            if self.device.startswith("cpu"):
                loaded = loaded.float()
        return loaded

    def embed(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return the vectors of texts and of their spans; see Embedder."""
        with self._lock:
            model = self.model
            return self._embed(model.encode_document, passage_prompt(model), texts, spans)

    def embed_questions(self, texts: Sequence[str], spans: Sequence[Spans] = ()) -> Vectors:
        """Return the vectors of questions and of their spans; see Embedder."""
        with self._lock:
            model = self.model
            return self._embed(model.encode_query, question_prompt(model), texts, spans)

    def _embed(
        self, encode: _Encode, prompt: str, texts: Sequence[str], spans: Sequence[Spans]
    ) -> Vectors:
        if not any(spans):
            return self._encode(encode, texts)
        if not means_tokens(self.model):
            return embed_separately(partial(self._encode, encode), texts, spans)
        return self._encode_spans(encode, prompt, texts, spans)

    def _encode(self, encode: _Encode, texts: Sequence[str]) -> Vectors:
        vectors = self._run(encode, texts, normalize_embeddings=True)
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if self._half:  # rounded to float16, their length was not exactly 1
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _encode_spans(
        self, encode: _Encode, prompt: str, texts: Sequence[str], spans: Sequence[Spans]
    ) -> Vectors:
        """Embed texts, which `encode` puts `prompt` before, and pool the tokens of their spans."""
        wholes, parts = [], []
        for first in range(0, len(texts), AT_ONCE):
            some = texts[first : first + AT_ONCE]
            offsets = self.model.tokenizer(
                [prompt + text for text in some],
                truncation=True,
                max_length=self.model.max_seq_length,
                return_offsets_mapping=True,
            )["offset_mapping"]
            found = cast(
                "list[dict[str, Tensor]]",
                self._run(encode, some, output_value=None),
            )
            for one, ends, its in zip(found, offsets, spans[first:], strict=False):
                whole = _array(one["sentence_embedding"])
                whole /= np.linalg.norm(whole)
                tokens = _array(one["token_embeddings"][one["attention_mask"].bool()])
                wholes.append(whole)
                parts.append(pool_spans(tokens, np.array(ends)[:, 1] - len(prompt), its, whole))
        rows: Vectors = np.concatenate([np.stack(wholes), *parts])
        return rows

    def _run(self, encode: _Encode, texts: Sequence[str], **options: object) -> object:
        try:
            return encode(list(texts), batch_size=BATCH, show_progress_bar=False, **options)
        except Exception as error:  # as above, and each device its own when out of memory
            raise ModelError(
                f"the model {self._files.name} fails on the device {self.device}: {one_line(error)}"
            ) from error


@contextmanager
def _loadable(model: ModelFiles) -> Iterator[str]:
    """Give the place from which the library loads a model."""
    if not model.is_packed:
        yield model.location
        return
    with unpacked(Path(model.location)) as folder:
        yield str(folder)


def means_tokens(model: SentenceTransformer) -> bool:
    """Return whether a model pools by the mean of tokens and its tokenizer gives their offsets."""
    names = [type(module).__name__ for module in model]
    if names not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    return model[1].pooling_mode == "mean" and bool(model.tokenizer.is_fast)


def question_prompt(model: SentenceTransformer) -> str:
    """Return the prompt that the model puts before a question."""
    usual = model.prompts.get(model.default_prompt_name or "", "")
    return model.prompts.get("query") or usual or ""


def passage_prompt(model: SentenceTransformer) -> str:
    """Return the prompt that the model puts before a passage.

    The library gives every model an empty prompt "document", which would hide the other two.
    """
    prompts = model.prompts
    usual = prompts.get(model.default_prompt_name or "", "")
    named = (prompts.get(name) for name in ("document", "passage", "corpus"))
    return next(filter(None, named), usual) or ""


def _array(numbers: Tensor) -> Vectors:
    array: Vectors = numbers.float().cpu().numpy()
    return array


def _check_device(device: str) -> None:
    """Raise ModelError if torch cannot compute on a device."""
    import torch

    try:
        torch.zeros(1, device=device).tolist()
    except Exception as error:  # each backend raises its own
        raise ModelError(
            f"the device {device} cannot be used: {one_line(error)}; "
            "set device to one that torch finds here, or to cpu, which always works"
        ) from error
