from __future__ import annotations

import pytest

from service.answers.activity import LATEST, MINUTES, Activity, RecentActivity


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(activity: Activity, count: int) -> None:
    for _ in range(count):
        activity.record(1.0)


def test_questions_are_counted_by_the_minute(clock: Clock) -> None:
    activity = Activity(clock)
    for count in (3, 0, 2):
        ask(activity, count)
        clock.seconds += 60
    ask(activity, 1)
    assert activity.recent().per_minute == (*[0] * (MINUTES - 4), 3, 0, 2, 1)


def test_what_is_older_than_the_ring_is_forgotten(clock: Clock) -> None:
    activity = Activity(clock)
    ask(activity, 5)
    clock.seconds += 60 * (MINUTES - 1)
    assert activity.recent().per_minute[0] == 5
    clock.seconds += 60
    assert not any(activity.recent().per_minute)
    ask(activity, 2)
    assert sum(activity.recent().per_minute) == 2
    clock.seconds += 60 * MINUTES * 10
    ask(activity, 1)
    assert activity.recent().per_minute == (*[0] * (MINUTES - 1), 1)


def test_the_times_of_the_latest_answers_are_kept(clock: Clock) -> None:
    activity = Activity(clock)
    for number in range(LATEST + 10):
        activity.record(float(-number))
    seen = activity.recent()
    assert seen.milliseconds == tuple(sorted(float(-number) for number in range(10, LATEST + 10)))


@pytest.mark.parametrize(
    ("times", "share", "expected"),
    [((), 0.5, None), ((7.0,), 0.95, 7.0), ((1.0, 2.0, 3.0), 0.5, 2.0), ((1.0, 2.0), 0.5, 1.0)],
)
def test_a_percentile_is_one_of_the_times(
    times: tuple[float, ...], share: float, expected: float | None
) -> None:
    assert RecentActivity((), times).percentile(share) == expected
    assert RecentActivity((), tuple(map(float, range(1, 101)))).percentile(0.95) == 95.0
