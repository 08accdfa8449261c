"""Fitting a calibration of the confidence, for the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from index import (
    BeirCorpus,
    Calibration,
    LiveIndex,
    Progress,
    build_index,
    fit_calibration,
    observe,
    plan_trials,
    read_questions,
)
from service.settings import Settings
from service.wiring import open_recipe, open_retriever


def calibrate(
    settings: Settings, folders: Sequence[Path], distractors: Path | None, progress: Progress
) -> Calibration:
    """Fit a calibration for the model in `settings` to the questions of BEIR folders.

    Raises:
        DatasetError: a folder is not well-formed.
        CalibrationError: the questions do not tell answered from unanswered ones.
    """
    recipe = open_recipe(settings)
    retriever = open_retriever(settings, recipe)
    others = BeirCorpus(distractors) if distractors else None
    observations = []
    for folder in folders:
        corpus = BeirCorpus(folder)
        questions = read_questions(folder, corpus.ids)
        with tempfile.TemporaryDirectory(prefix="pincite-") as place:
            for trial in plan_trials(corpus, questions, others):
                build_index(trial.corpus, Path(place), recipe, progress)
                generation = LiveIndex(Path(place), recipe.model).generation
                observations += observe(trial, retriever, generation)
    return fit_calibration(observations, recipe.model, [folder.name for folder in folders])
