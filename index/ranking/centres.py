"""The centres of passages and of questions, for models whose vectors lie in a narrow cone.

Mu and Viswanath, All-but-the-Top: Simple and Effective Postprocessing for Word Representations
(2018): what all texts have in common tells nothing about any of them. Without it, the cosines of
multilingual-e5-small spread from 0 on instead of 0.7 on, and a question finds texts in other
languages more often. Questions in one language have in common that they are questions and that
they are in this language, so they have a centre of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedding.embedder import Embedder, Vectors
from index.generation.engine import Generation

_SAMPLE = 512  # passages
# How much general questions count beside passages for the centre of questions: they are few, and
# about other subjects. From 0.25 to 0.6 all is alike on XQuAD over English paragraphs; where the
# question is in the language of the paragraphs, nothing gains and more than 0.25 loses a little.
_GENERAL_SHARE = 0.25
# They count like passages, so that a few passages on one subject are not all there is.
_GENERAL = (
    "The report was published last year.",
    "Das Haus steht am Rand der Stadt.",
    "La réunion aura lieu dans deux semaines.",
    "El agua hierve a cien grados.",
    "Она работает врачом в больнице.",
    "这本书讲述了一个村庄的历史。",
    "تقع المدينة على ضفة النهر.",
    "この機械は毎日使われています。",
)


@dataclass(frozen=True, slots=True)
class Centres:
    """What is subtracted from vectors, float32 of shape (dimension,) each."""

    passages: Vectors
    questions: Vectors


def with_questions(passages: Vectors, general: Sequence[Vectors]) -> Centres:
    """Return the centres, given that of passages and the vectors of general questions."""
    mean = np.mean(general, axis=0)
    questions = (1 - _GENERAL_SHARE) * passages + _GENERAL_SHARE * mean
    return Centres(passages, questions.astype(np.float32))


def find_centre(generation: Generation, embedder: Embedder) -> Vectors:
    """Return the mean of vectors of passages of the generation, float32 of shape (dimension,).

    Raises:
        ModelError: the encoder cannot be run.
        StoredIndexError: the generation cannot be read now.
    """
    passages = generation.manifest.passages
    ordinals = np.unique(np.linspace(0, passages - 1, min(passages, _SAMPLE)).astype(np.int64))
    found = generation.passages.read(ordinals).vectors
    centre: Vectors = np.concatenate([found, embedder.embed(_GENERAL)]).mean(axis=0)
    return centre


def without_centre(vectors: NDArray[np.float32], centre: Vectors | None) -> NDArray[np.float32]:
    """Return vectors less the centre, of length 1 again; as they are without a centre.

    `vectors` is float32 of shape (dimension,) or (rows, dimension).
    """
    if centre is None:
        return vectors
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    found: Vectors = moved / np.maximum(lengths, np.finfo(np.float32).eps)
    return found
