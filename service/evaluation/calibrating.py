"""Fitting a calibration of the confidence, for the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import (
    NO_ANSWER_MODEL,
    BeirCorpus,
    Calibration,
    Generation,
    IndexFolder,
    LiveIndex,
    Observation,
    Progress,
    Retriever,
    Trial,
    build_index,
    fit_calibration,
    leave_one_out,
    load_calibration,
    observe,
    plan_trials,
    read_questions,
)
from service.settings.settings import Settings
from service.wiring.models import OpenRecipe, open_recipe, open_uncalibrated

# Asks the questions of a trial.
Ask = Callable[[Trial, Retriever, Generation], Sequence[Observation]]


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration, and for each dataset AUROC and calibration error when fitted on the others."""

    calibration: Calibration
    checks: dict[str, tuple[float | None, float | None]]


def calibrate(
    settings: Settings,
    folders: Sequence[Path],
    distractors: Path | None,
    sample: int | None,
    progress: Progress,
    *,
    keep: Path | None = None,
    recipe_of: OpenRecipe = open_recipe,
    ask: Ask = observe,
) -> Fit:
    """Fit a calibration for the models in `settings` to the questions of BEIR folders.

    With a `sample`, at most so many questions of each trial are asked. The file `keep` is a
    calibration of the same model, whose regressions without the answer model are kept. `ask` asks
    the questions of a trial.

    Raises:
        DatasetError: a folder is not well-formed.
        CalibrationError: the questions do not separate those with and without an answer, or the
            calibration to keep is none of the model.
    """
    recipe = recipe_of(settings)
    kept = keep and load_calibration(keep, recipe.model)
    retriever = open_uncalibrated(settings, recipe)
    answer_model = None if settings.answer_model == NO_ANSWER_MODEL else settings.answer_model
    others = BeirCorpus(distractors) if distractors else None
    trials: list[Trial] = []
    for folder in folders:
        corpus = BeirCorpus(folder)
        questions = read_questions(folder, corpus.ids)
        trials += plan_trials(folder.resolve().name, corpus, questions, others)
    observations: list[Observation] = []
    with tempfile.TemporaryDirectory(prefix="pincite-") as place:
        # the largest first: each index takes over the vectors of the one before it
        for trial in sorted(trials, key=lambda one: -len(one.corpus.ids)):
            build_index(trial.corpus, Path(place), recipe, progress, deletions=1.0)
            generation = LiveIndex(IndexFolder(Path(place)), recipe.model).generation
            asked = trial.sample(sample) if sample else trial
            observations += ask(asked, retriever, generation)
    fitted = fit_calibration(observations, recipe.model, answer_model)
    if kept:
        fitted = fitted.model_copy(
            update={
                "trusted": kept.trusted,
                "lexical": kept.lexical,
                "fitted_on": tuple(dict.fromkeys((*kept.fitted_on, *fitted.fitted_on))),
            }
        )
    return Fit(fitted, leave_one_out(observations, recipe.model, answer_model))
