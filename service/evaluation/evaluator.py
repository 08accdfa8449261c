"""Measuring the answers to questions with known answers, for the command line."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index import (
    BeirCorpus,
    Corpus,
    Engine,
    Evaluation,
    IndexFolder,
    LiveIndex,
    Progress,
    Question,
    Recipe,
    Report,
    Retriever,
    build_index,
    choose_sample,
    evaluate,
    open_generation,
    read_questions,
)
from service.settings.settings import Settings
from service.settings.values import Documents
from service.wiring.models import OpenRecipe, open_recipe, open_retriever
from service.wiring.storage import open_folder, open_mirror, read_limits


class Evaluator:
    """Builds an index over each evaluation folder and asks its questions.

    Indexes are kept below `keep`, one folder a dataset, or thrown away if that is None. With a
    `sample`, at most so many questions of each folder are asked.
    """

    def __init__(
        self,
        settings: Settings,
        keep: Path | None = None,
        sample: int | None = None,
        *,
        recipe_of: OpenRecipe = open_recipe,
    ) -> None:
        self._recipe: Recipe = recipe_of(settings)
        self._retriever: Retriever = open_retriever(settings, self._recipe)
        self._settings = settings
        self._keep = keep
        self._sample = sample

    def run(
        self, folder: Path, documents: Documents | None, indexing: Progress, asking: Progress
    ) -> Evaluation:
        """Evaluate one folder, over its own corpus or over a documents folder.

        Raises:
            DatasetError: the folder is not well-formed.
            PinciteError: the corpus cannot be indexed.
        """
        corpus, questions = self._read(folder, documents)
        if self._sample:
            questions = choose_sample(questions, self._sample)
        limits = read_limits(self._settings) if documents else None  # records are only JSON
        with self._index(folder.resolve().name) as place:
            report = build_index(corpus, place, self._recipe, indexing, limits=limits)
            with self._engine(place, report, indexing) as engine:
                generation = LiveIndex(engine, self._recipe.model).generation
                return evaluate(
                    folder.resolve().name,
                    questions,
                    self._retriever,
                    generation,
                    threshold=self._settings.threshold,
                    advance=asking,
                )

    @contextmanager
    def _engine(self, place: Path, report: Report, indexing: Progress) -> Iterator[Engine]:
        """Give the engine that holds the index; a copy in a cluster is deleted at the end."""
        alias = f"{self._settings.engine_alias}_evaluated_{secrets.token_hex(4)}"
        mirror = open_mirror(self._settings.model_copy(update={"engine_alias": alias}))
        if mirror is None:
            yield IndexFolder(place)
            return
        try:
            mirror.publish(open_generation(place), report, indexing)
            yield mirror
        finally:
            mirror.remove()

    @contextmanager
    def _index(self, name: str) -> Iterator[Path]:
        if self._keep is not None:
            yield self._keep / name
            return
        with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
            yield Path(folder)

    def _read(self, folder: Path, documents: Documents | None) -> tuple[Corpus, list[Question]]:
        if documents is not None:
            settings = self._settings.model_copy(update={"documents": documents})
            files = open_folder(settings)
            known = frozenset(file.path for file in files.files())
            return files, read_questions(folder, known)
        records = BeirCorpus(folder)
        return records, read_questions(folder, records.ids)
