from __future__ import annotations

import pytest

from service.web.plots import EDGES, HEIGHT, WIDTH, bars, histogram


def test_bars_fill_the_plot_and_stand_on_its_ground() -> None:
    drawn = bars([0, 1, 1000, 500], gap=10)
    assert [bar.height for bar in drawn] == [0, 2, HEIGHT, HEIGHT / 2]
    assert [bar.x for bar in drawn] == [0, WIDTH / 4, WIDTH / 2, WIDTH * 3 / 4]
    assert all(bar.width == WIDTH / 4 - 10 for bar in drawn)
    assert all(bar.y + bar.height == HEIGHT for bar in drawn)


def test_where_nothing_was_counted_nothing_is_drawn() -> None:
    assert not any(bar.height for bar in bars([0, 0], gap=1))


@pytest.mark.parametrize(
    ("time", "place"), [(0.2, 0), (1, 1), (1.9, 1), (10, 4), (999.9, 9), (1000, 10), (1e9, 10)]
)
def test_a_time_is_counted_in_one_bar(time: float, place: int) -> None:
    counts = histogram([time])
    assert len(counts) == len(EDGES) + 1
    assert [at for at, count in enumerate(counts) if count] == [place]
