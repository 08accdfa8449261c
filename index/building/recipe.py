"""How an index is built: its model, its passages, and the machines that compute it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from index.embedding.embedder import Spread, embed_here
from index.embedding.models import ModelFiles
from index.embedding.tokens import Tokens
from index.generation.encoders import Encoders
from index.ingest.isolation import ReadFiles, read_isolated
from index.ingest.passages import Splitter

# Called with how many are done and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The model and the cutting of passages; vectors of two recipes never mix.

    `recall` is the share of the exact top 50 that a search of a large index must find. The other
    fields do not change the vectors: `read` reads files, here or on a cluster, `spread` embeds
    texts, here or on a cluster, and `window` is how many passages are held in memory at once.
    """

    model: ModelFiles
    encoders: Encoders
    count_tokens: Tokens
    splitter: Splitter = field(default_factory=Splitter)
    recall: float = 0.99
    read: ReadFiles = read_isolated
    spread: Spread = embed_here
    window: int = 1024
