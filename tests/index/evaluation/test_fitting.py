from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import (
    BeirCorpus,
    CalibrationError,
    Question,
    Retriever,
    build_index,
    fit_calibration,
    observe,
    plan_trials,
)
from index.answering.confidence import Signal
from index.evaluation.fitting import Observation, leave_one_out
from index.generation.folder import open_generation
from tests.fakes import MODEL, FakeEmbedder, recipe, write_files

TITLES = 24


def corpus(folder: Path, titles: int = TITLES, prefix: str = "") -> BeirCorpus:
    """Return two records under each title."""
    records = [
        {
            "_id": f"{prefix}{title}-{part}",
            "title": f"{prefix}Town {title}",
            "text": f"The {part} of town{prefix}{title} is kept by guild{prefix}{title * 7}.",
        }
        for title in range(titles)
        for part in ("mill", "bridge")
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    return BeirCorpus(write_files(folder, {"corpus.jsonl": lines}))


def questions() -> list[Question]:
    return [
        Question(f"q{title}", f"Who keeps the bridge of town{title}?", {f"{title}-bridge": 1})
        for title in range(TITLES)
    ]


def test_whole_titles_are_left_out_at_two_sizes(tmp_path: Path) -> None:
    *trials, _ = plan_trials("towns", corpus(tmp_path), questions(), None)
    assert [len(trial.corpus.ids) for trial in trials] == [24, 4]
    for trial in trials:
        kept = {identity.split("-")[0] for identity in trial.corpus.ids}
        assert len(trial.corpus.ids) == 2 * len(kept), "a title is kept or left out as one"


def test_records_are_left_out_whose_neighbours_stay(tmp_path: Path) -> None:
    *others, near = plan_trials("towns", corpus(tmp_path), questions(), None)
    assert [trial.near for trial in [*others, near]] == [False, False, True]
    assert len(near.corpus.ids) == TITLES
    kept = {identity.split("-")[0] for identity in near.corpus.ids}
    gone = [one for one, answerable in near.questions if not answerable]
    assert any(one.id.removeprefix("q") in kept for one in gone), "the other record was kept"


def test_a_corpus_of_one_record_a_title_has_no_neighbours_to_keep(tmp_path: Path) -> None:
    whole = corpus(tmp_path)
    bridges = whole.restrict({one for one in whole.ids if one.endswith("bridge")})
    trials = plan_trials("towns", bridges, questions(), None)
    assert [trial.near for trial in trials] == [False, False]


def test_a_sample_holds_some_of_the_questions_each_time_the_same(tmp_path: Path) -> None:
    trial, *_ = plan_trials("towns", corpus(tmp_path), questions(), None)
    few = trial.sample(5)
    assert len(few.questions) == 5
    assert all(one in trial.questions for one in few.questions)
    assert few == trial.sample(5)
    assert trial.sample(100) == trial


def test_a_question_counts_as_answered_where_a_relevant_record_was_kept(tmp_path: Path) -> None:
    for trial in plan_trials("towns", corpus(tmp_path), questions(), None):
        for question, answerable in trial.questions:
            assert answerable == bool(question.relevant.keys() & trial.corpus.ids)
        kinds = [answerable for _, answerable in trial.questions]
        if not trial.near:
            assert kinds.count(True) == len(trial.corpus.ids) / 2
            assert kinds.count(True) <= kinds.count(False) < 2 * kinds.count(True)


def test_a_record_that_was_judged_irrelevant_does_not_answer(tmp_path: Path) -> None:
    judged = [
        Question(one.id, one.text, one.relevant | {f"{place}-mill": 0 for place in range(TITLES)})
        for one in questions()
    ]
    for trial in plan_trials("towns", corpus(tmp_path), judged, None):
        for question, answerable in trial.questions:
            relevant = {one for one, grade in question.relevant.items() if grade > 0}
            assert answerable == bool(relevant & trial.corpus.ids)


def test_plans_are_the_same_each_time(tmp_path: Path) -> None:
    first, second = (
        list(plan_trials("towns", corpus(tmp_path), questions(), None)) for _ in range(2)
    )
    assert [trial.corpus.ids for trial in first] == [trial.corpus.ids for trial in second]
    assert [trial.questions for trial in first] == [trial.questions for trial in second]


def test_distractors_make_one_more_trial_of_the_larger_size(tmp_path: Path) -> None:
    others = corpus(tmp_path / "others", 5, prefix="x")
    first, second, third, _ = plan_trials("towns", corpus(tmp_path), questions(), others)
    assert first.corpus.ids == second.corpus.ids | others.ids
    assert first.questions == second.questions
    assert len(third.corpus.ids) < len(second.corpus.ids)


def test_a_folder_that_states_what_is_unanswerable_is_taken_as_it_is(tmp_path: Path) -> None:
    stated = [*questions(), Question("no", "What is the price of tin?", answerable=False)]
    (trial,) = plan_trials("towns", whole := corpus(tmp_path), stated, None)
    assert trial.corpus.ids == whole.ids
    assert [answerable for _, answerable in trial.questions] == [True] * TITLES + [False]


def test_a_fit_to_a_corpus_tells_what_it_answers_from_what_it_does_not(tmp_path: Path) -> None:
    observations: list[Observation] = []
    for number, trial in enumerate(plan_trials("towns", corpus(tmp_path), questions(), None)):
        place = tmp_path / f"index{number}"
        build_index(trial.corpus, place, recipe(), lambda done, total: None)
        found = observe(trial, Retriever(FakeEmbedder()), open_generation(place))
        assert sum(one.weight for one in found) == pytest.approx(1)
        observations += found
    calibration = fit_calibration(observations, MODEL)
    assert calibration.fitted_on == ("towns",)
    assert (calibration.model, calibration.weights_hash) == (MODEL.name, MODEL.weights_hash)
    for one in observations:
        if one.near:
            continue
        assert (calibration.probability(one.signals, 1) > 0.5) == one.answerable


def noisy(
    *, trusted: bool, kinds: tuple[bool, ...] = (True, False), dataset: str = "noise"
) -> list[Observation]:
    random = np.random.default_rng(3)
    return [
        Observation(
            dataset,
            {
                "fused": float(random.normal(0.6 if kind else 0.3, 0.15)),
                "log_passages": float(random.uniform(3, 9)),
                "lexical": float(random.normal(0.7 if kind else 0.3, 0.2)),
                "absent_codes": 0.0,
                "absent_names": 0.0,
            },
            trusted,
            kind,
            1.0,
        )
        for kind in kinds
        for _ in range(200)
    ]


def test_a_fit_is_calibrated_on_what_it_was_fitted_to() -> None:
    observations = noisy(trusted=True)
    calibration = fit_calibration(observations, MODEL)
    given = [calibration.probability(one.signals, 1) for one in observations]
    assert np.mean(given) == pytest.approx(0.5, abs=0.01)
    assert np.mean(given[:200]) > 0.75
    assert np.mean(given[200:]) < 0.25


def read(one: Observation) -> dict[Signal, float]:
    even: dict[Signal, float] = {"span": 0.0, "alike": 0.4, "margin": 0.1, "searched": 0.0}
    return {"answer": 3.0 if one.answerable else -3.0, **even}


def test_what_was_read_gets_a_fit_of_its_own_and_changes_no_other() -> None:
    plain = noisy(trusted=True)
    near = [replace(one, near=True, signals=one.signals | read(one)) for one in plain]
    calibration = fit_calibration([*plain, *near], MODEL, "reader")
    assert calibration.trusted == fit_calibration(plain, MODEL).trusted
    assert calibration.answer_model == "reader"
    for one in near:
        assert (calibration.probability(one.signals, 1) > 0.5) == one.answerable


def test_questions_over_another_language_get_a_fit_of_their_own_and_change_no_other() -> None:
    plain = noisy(trusted=True)
    across = [
        replace(one, signals=one.signals | {"cosines": one.signals["fused"] / 2, "foreign": 1.0})
        for one in plain
    ]
    calibration = fit_calibration([*plain, *across], MODEL)
    assert calibration.trusted == fit_calibration(plain, MODEL).trusted
    for one, other in zip(plain, across, strict=True):
        expected = calibration.probability(one.signals, 1)
        assert calibration.probability(other.signals, 1) == pytest.approx(expected, abs=0.15)
    assert fit_calibration([*plain, *across[:19]], MODEL).across is None, "too few to learn from"
    few = [replace(one, stated=True, answerable=not one.answerable) for one in across[::100]]
    mistaken = fit_calibration([*plain, *across, *few], MODEL).across
    assert mistaken is not None
    assert calibration.across is not None
    assert mistaken.coefficients["cosines"] > 0.5 * calibration.across.coefficients["cosines"]


@pytest.mark.parametrize("kinds", [("near", "near"), ("near", None)])
def test_a_stated_folder_is_near_if_all_its_absences_are(
    tmp_path: Path, kinds: tuple[str | None, str | None]
) -> None:
    absent = [
        Question(f"no {place}", "What is town1?", answerable=False, kind=kind)
        for place, kind in enumerate(kinds)
    ]
    (trial,) = plan_trials("towns", corpus(tmp_path), [*questions(), *absent], None)
    assert (trial.near, trial.stated) == (None not in kinds, True)
    build_index(trial.corpus, tmp_path / "index", recipe(), lambda done, total: None)
    found = observe(trial, Retriever(FakeEmbedder()), open_generation(tmp_path / "index"))
    assert {(one.near, one.stated) for one in found} == {(trial.near, True)}


def test_each_sort_of_trial_counts_the_same() -> None:
    few = [replace(one, stated=True) for one in noisy(trusted=True)[::10]]
    many = noisy(trusted=True)
    once = fit_calibration([*few, *many], MODEL).trusted
    twice = fit_calibration([*few, *many, *many], MODEL).trusted
    assert once.coefficients == pytest.approx(twice.coefficients, rel=1e-2)


def test_a_signal_that_is_rare_is_left_to_its_limit() -> None:
    plain = noisy(trusted=True)

    def absent(often: int) -> list[Observation]:
        some = [replace(one, signals=one.signals | {"absent_names": 1}) for one in plain[-often:]]
        return plain[:-often] + some

    assert "absent_names" not in fit_calibration(absent(19), MODEL).trusted.coefficients
    assert fit_calibration(absent(20), MODEL).trusted.coefficients["absent_names"] < 0


def test_without_readings_there_is_no_fit_to_them() -> None:
    calibration = fit_calibration(noisy(trusted=True), MODEL, "reader")
    assert (calibration.answer_model, calibration.answered) == (None, None)


@pytest.mark.parametrize("kind", [True, False])
def test_observations_of_one_kind_alone_are_refused(kind: bool) -> None:
    with pytest.raises(CalibrationError, match="questions that it does not"):
        fit_calibration(noisy(trusted=True, kinds=(kind,)), MODEL)


def test_nothing_observed_is_refused() -> None:
    with pytest.raises(CalibrationError, match="a calibration needs questions"):
        fit_calibration([], MODEL)


def test_one_question_in_another_script_does_not_spoil_a_fit() -> None:
    english, foreign = noisy(trusted=True), noisy(trusted=False)[:1]
    with_it = fit_calibration([*english, *foreign], MODEL)
    assert with_it.trusted == fit_calibration(english, MODEL).trusted


def test_each_dataset_is_judged_by_a_fit_to_the_others() -> None:
    good = noisy(trusted=True, dataset="good")
    upside_down = [
        replace(one, dataset="upside down", answerable=not one.answerable)
        for one in noisy(trusted=True)[::20]
    ]
    found = leave_one_out([*good, *upside_down], MODEL)
    assert found.keys() == {"good", "upside down"}
    ranked, strayed = found["upside down"]
    assert ranked is not None
    assert strayed is not None
    assert ranked < 0.2, "what it was fitted on says the contrary"
    assert strayed > 0.3
    untaught, _ = found["good"]
    assert untaught is not None
    assert untaught < 0.6, "a better passage does not make an answer less likely"


def test_a_dataset_that_stands_alone_is_not_judged() -> None:
    assert leave_one_out(noisy(trusted=True), MODEL) == {}
