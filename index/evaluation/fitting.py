"""Fitting a calibration to questions that are known to be answerable or not.

Where every question of a dataset is answerable, some are made unanswerable by removing records
from the corpus. This is done at more than one size, because the best score that a passage reaches
by chance grows with the number of passages. Whole subjects are left out, and also single records
whose neighbours stay, which only a reader of the passages can notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.answering.confidence import LIMITS, Calibration, Regression, Signal
from index.embedding.models import ModelFiles
from index.errors import CalibrationError
from index.evaluation.beir.corpus import BeirCorpus
from index.evaluation.beir.questions import Question
from index.evaluation.logistic import fit_logistic
from index.evaluation.measures import auroc, calibration_error
from index.evaluation.sampling import choose_sample
from index.generation.engine import Generation
from index.ranking.retriever import Retriever
from index.types import Query

TRUSTED: tuple[Signal, ...] = ("fused", "log_passages", "absent_codes", "absent_names")
# Whether the two languages share names depends on their scripts, so that words tell little.
ACROSS: tuple[Signal, ...] = ("cosines",)
LEXICAL: tuple[Signal, ...] = ("lexical",)
ANSWERED: tuple[Signal, ...] = (
    "answer",
    "span",
    "alike",
    "margin",
    "searched",
    "absent_codes",
    "absent_names",
)
NEAR = "near"  # the kind of a question on the subject of documents that do not answer it

# Shares of a corpus's titles that are kept, largest first so that vectors are reused
_SHARES = (1 / 2, 1 / 12)
_FEWEST = 20  # questions with a signal from which its coefficient is fitted, or a regression


@dataclass(frozen=True, slots=True)
class Trial:
    """A corpus and its questions, each with whether the corpus answers it.

    In a trial that is `near`, other records on the subject of an unanswerable question were kept.
    In one that is `stated`, the dataset says itself which questions are answerable, and names them
    `near` by their kind.
    """

    dataset: str
    corpus: BeirCorpus
    questions: tuple[tuple[Question, bool], ...]
    near: bool = False
    stated: bool = False

    def sample(self, most: int) -> Trial:
        """Return the trial with at most so many of its questions, chosen by chance."""
        return replace(self, questions=tuple(choose_sample(self.questions, most)))


@dataclass(frozen=True, slots=True)
class Observation:
    """The signals of one ranking, whether the question was answerable, and its weight."""

    dataset: str
    signals: dict[Signal, float]
    trusted: bool
    answerable: bool
    weight: float
    near: bool = False
    stated: bool = False


def plan_trials(
    dataset: str,
    corpus: BeirCorpus,
    questions: Sequence[Question],
    distractors: BeirCorpus | None,
) -> Iterator[Trial]:
    """Yield the trials of a dataset.

    A dataset that marks some questions as unanswerable is one trial as it is. `distractors` are
    records that answer no question; they are added to the corpus for one more trial. The last
    trial leaves out every other record, where several have one title.
    """
    if any(question.answerable is False for question in questions):
        marked = tuple((one, one.answerable is not False) for one in questions)
        near = all(one.kind == NEAR for one, answerable in marked if not answerable)
        yield Trial(dataset, corpus, marked, near, stated=True)
        return
    titles = list(dict.fromkeys(corpus.titles.values()))
    order = np.random.default_rng(0).permutation(len(titles))
    for share in _SHARES:
        kept = {titles[place] for place in order[: max(1, int(len(titles) * share))]}
        known = frozenset(identity for identity, title in corpus.titles.items() if title in kept)
        asked = tuple(_arrange(questions, known))
        part = corpus.restrict(known)
        if distractors is not None and share == _SHARES[0]:
            yield Trial(dataset, part.join(distractors), asked)
        yield Trial(dataset, part, asked)
    if len(titles) < len(corpus.ids):
        records = sorted(corpus.ids)
        chosen = np.random.default_rng(0).permutation(len(records))[: len(records) // 2]
        known = frozenset(records[place] for place in chosen)
        asked = tuple(_arrange(questions, known))
        yield Trial(dataset, corpus.restrict(known), asked, near=True)


def _arrange(
    questions: Sequence[Question], known: frozenset[str]
) -> Iterator[tuple[Question, bool]]:
    """Yield the questions that `known` records answer, and as many that they do not answer."""
    answered: list[Question] = []
    others: list[Question] = []
    for one in questions:
        relevant = {identity for identity, grade in one.relevant.items() if grade > 0}
        (answered if known & relevant else others).append(one)
    step = max(1.0, len(others) / max(1, len(answered)))
    yield from ((one, True) for one in answered)
    yield from ((others[int(at)], False) for at in np.arange(0, len(others), step))


def observe(trial: Trial, retriever: Retriever, generation: Generation) -> list[Observation]:
    """Ask a trial's questions of its index; the weights of a trial add up to 1."""
    observations = []
    for question, answerable in trial.questions:
        query = Query(question.text, asked_on=question.asked_on)
        [ranking] = retriever.rank([query], retriever.embed([query], generation), generation)
        if ranking is not None:
            trusted = ranking.candidates.features.trust == 1
            weight = 1 / len(trial.questions)
            observations.append(
                Observation(
                    trial.dataset,
                    ranking.signals,
                    trusted,
                    answerable,
                    weight,
                    near=trial.near,
                    stated=trial.stated,
                )
            )
    return observations


def fit_calibration(
    observations: Sequence[Observation], model: ModelFiles, answer_model: str | None = None
) -> Calibration:
    """Fit the regressions; `answer_model` names the one whose readings were observed.

    Without readings, near trials look like answerable ones, so only `answered` is fitted to them.
    Questions whose best passage is in another language have a regression of their own, if there
    are enough.

    Raises:
        CalibrationError: the observations are all answerable, or all not.
    """
    read = [one for one in observations if "answer" in one.signals]
    answered = _fit(read, ANSWERED) if answer_model and _has_both_kinds(read) else None
    fitted_on = tuple(dict.fromkeys(one.dataset for one in observations))
    observations = [one for one in observations if not one.near]
    # as one sort: a few whose language was mistaken would count as much as all others
    across = [
        replace(one, stated=True)
        for one in observations
        if one.trusted and one.signals.get("foreign")
    ]
    trusted = [one for one in observations if one.trusted and not one.signals.get("foreign")]
    foreign = [one for one in observations if not one.trusted]
    return Calibration(
        model=model.name,
        weights_hash=model.weights_hash,
        fitted_on=fitted_on,
        trusted=_fit(trusted if _has_both_kinds(trusted) else observations, TRUSTED),
        lexical=_fit(foreign if _has_both_kinds(foreign) else observations, LEXICAL),
        across=_fit(across, ACROSS) if len(across) >= _FEWEST and _has_both_kinds(across) else None,
        answer_model=answer_model if answered else None,
        answered=answered,
    )


def leave_one_out(
    observations: Sequence[Observation], model: ModelFiles, answer_model: str | None = None
) -> dict[str, tuple[float | None, float | None]]:
    """Return AUROC and calibration error of each dataset, fitted on the others."""
    found = {}
    for dataset in dict.fromkeys(one.dataset for one in observations):
        held_out = [one for one in observations if one.dataset == dataset]
        others = [one for one in observations if one.dataset != dataset]
        if not others:
            continue
        calibration = fit_calibration(others, model, answer_model)
        given = [calibration.probability(one.signals, float(one.trusted)) for one in held_out]
        known = [one.answerable for one in held_out]
        found[dataset] = auroc(given, known), calibration_error(given, known)
    return found


def _has_both_kinds(observations: Sequence[Observation]) -> bool:
    return len({one.answerable for one in observations}) == 2


def _fit(observations: Sequence[Observation], names: Sequence[Signal]) -> Regression:
    if not _has_both_kinds(observations):
        raise CalibrationError(
            "a calibration needs questions that the corpus answers and questions that it does not; "
            "name folders that have both"
        )
    names = [name for name in names if not _is_rare(name, observations)]
    values = np.array([[one.signals[name] for name in names] for one in observations])
    kinds = np.array([one.answerable for one in observations])
    coefficients, intercept = fit_logistic(values, kinds, _weights(observations), names)
    return Regression(coefficients=coefficients, intercept=intercept)


def _is_rare(name: Signal, observations: Sequence[Observation]) -> bool:
    """Return whether too few questions have a signal that a limit can stand for."""
    return name in LIMITS and sum(bool(one.signals[name]) for one in observations) < _FEWEST


def _weights(observations: Sequence[Observation]) -> NDArray[np.float64]:
    """Return weights by which absences of a whole subject and those within one count the same.

    Of the latter, stated and near trials count the same. Otherwise the kind of absence with the
    most trials would decide for all.
    """
    sorts = ["stated" if one.stated else one.near for one in observations]
    totals: dict[str | bool, float] = {}
    for sort, one in zip(sorts, observations, strict=True):
        totals[sort] = totals.get(sort, 0.0) + one.weight
    shares = {sort: 1.0 if sort is False else 1 / len(set(totals) - {False}) for sort in totals}
    return np.array(
        [
            shares[sort] * one.weight / totals[sort]
            for sort, one in zip(sorts, observations, strict=True)
        ]
    )
