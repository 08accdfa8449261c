"""The retriever for each generation, by the model that built the generation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from index import (
    Generation,
    Hit,
    IndexMismatch,
    ModelError,
    Query,
    Ranking,
    Recipe,
    Retriever,
    Vectors,
)

Open = Callable[[str], tuple[Recipe, Retriever]]


class Retrievers:
    """Holds the retriever of the configured model, and those of other models when needed.

    A question on a generation goes to the retriever of the model that built the generation.
    `open_other` opens a model by its name. An opened model stays open until the process ends.
    """

    def __init__(self, recipe: Recipe, wanted: Retriever, open_other: Open) -> None:
        self._wanted = wanted
        self._by_weights = {recipe.model.weights_hash: wanted}
        self._open_other = open_other
        self._lock = Lock()

    @property
    def at_once(self) -> int:
        """The number of questions that are ranked together at most."""
        return self._wanted.at_once

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        """Return the vector of each question; see index.Retriever."""
        return self._of(generation).embed(queries, generation)

    def order(
        self, queries: Sequence[Query], vectors: Sequence[Vectors], generation: Generation
    ) -> list[Ranking | None]:
        """Return the candidates of embedded questions in order; see index.Retriever."""
        return self._of(generation).order(queries, vectors, generation)

    def judge(
        self, rankings: Sequence[Ranking | None], generation: Generation
    ) -> list[Ranking | None]:
        """Return the rankings with confidence; see index.Retriever."""
        return self._of(generation).judge(rankings, generation)

    def hits(self, ranking: Ranking) -> list[Hit]:
        """Return the hits of a ranking; see index.Retriever."""
        return self._of(ranking.generation).hits(ranking)

    def prepare(self, generation: Generation) -> None:
        """Load the model that built a generation, so that no question waits for it.

        Raises:
            IndexMismatch: the model is not installed, or has other weights.
        """
        manifest = generation.manifest
        with self._lock:
            if manifest.weights_hash not in self._by_weights:
                missing = f"the index was built with the model {manifest.model}, which is not here"
                try:
                    recipe, retriever = self._open_other(manifest.model)
                except ModelError as error:
                    raise IndexMismatch(f"{missing}: {error}") from error
                if recipe.model.weights_hash != manifest.weights_hash:
                    raise IndexMismatch(f"{missing}: the model of this name has other weights")
                self._by_weights[manifest.weights_hash] = retriever
        self._of(generation).search(Query("?"), generation)

    def _of(self, generation: Generation) -> Retriever:
        return self._by_weights[generation.manifest.weights_hash]
