"""Counting the tokens of texts, with the tokenizer of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.embedding.hub import cannot_load, quieten_hub
from index.embedding.models import ModelFiles

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_AT_ONCE = 1024  # texts, because the library keeps the tokens of all texts that it is given

TokenCounter = Callable[[Sequence[str]], list[int]]


class Tokens(Protocol):
    """Counts the tokens of texts; its definition can be sent to a reader process."""

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens not counted."""
        ...

    def definition(self) -> str:
        """Return the tokenizer as JSON of the `tokenizers` library; see read_tokens."""
        ...


class ModelTokens:
    """Counts the tokens of a model, whose tokenizer is loaded on first use.

    Raises:
        ModelError: on first use, if the tokenizer cannot be loaded.
    """

    def __init__(self, model: ModelFiles) -> None:
        self._model = model

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens not counted."""
        return _count(self._tokenizer, texts)

    def definition(self) -> str:
        """Return the tokenizer as JSON of the `tokenizers` library."""
        return self._tokenizer.to_str()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        quieten_hub()
        from tokenizers import Tokenizer

        place = Path(self._model.location)
        files = sorted(place.rglob("tokenizer.json"))
        try:
            if self._model.is_packed:
                from index.embedding.multilingual import read_tokenizer

                tokenizer = read_tokenizer(place)
            elif files:
                tokenizer = Tokenizer.from_file(str(files[0]))
            else:
                from transformers import AutoTokenizer

                tokenizer = AutoTokenizer.from_pretrained(self._model.location).backend_tokenizer
        except Exception as error:  # tokenizers raises bare Exception
            what = f"the tokenizer of the model {self._model.name}"
            raise cannot_load(what, error) from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def read_tokens(definition: str) -> TokenCounter:
    """Return a function that counts tokens with the tokenizer of a definition."""
    from tokenizers import Tokenizer

    return partial(_count, Tokenizer.from_str(definition))


def _count(tokenizer: Tokenizer, texts: Sequence[str]) -> list[int]:
    return [
        len(encoding)
        for first in range(0, len(texts), _AT_ONCE)
        for encoding in tokenizer.encode_batch_fast(
            list(texts[first : first + _AT_ONCE]), add_special_tokens=False
        )
    ]
