"""How long a text is to a model, in its own tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.errors import ModelError
from index.models import ModelFiles

TokenCounter = Callable[[Sequence[str]], list[int]]


def open_token_counter(model: ModelFiles) -> TokenCounter:
    """Return a function from texts to their numbers of tokens, special tokens not counted.

    Raises:
        ModelError: the model has no tokenizer that can be loaded.
    """
    from tokenizers import Tokenizer

    files = sorted(Path(model.location).rglob("tokenizer.json"))
    try:
        if files:
            tokenizer = Tokenizer.from_file(str(files[0]))
        else:
            from transformers import AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained(model.location).backend_tokenizer
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"the model {model.name} has no usable tokenizer: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    return count
