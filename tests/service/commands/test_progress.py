from __future__ import annotations

import re
import time

import pytest

from service.commands.progress import ProgressBar


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.usefixtures("terminal")
def test_a_bar_that_has_nothing_to_show_shows_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with ProgressBar():
        pass
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("terminal")
def test_a_bar_shows_its_name_as_it_is_and_how_far_it_came(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with ProgressBar("{task} [bold]x", "questions") as progress:
        progress(1, 2)
        progress(2, 2)
        shown = capfd.readouterr()
    assert "{task} [bold]x" in shown.err
    assert "2/2" in shown.err
    assert shown.out == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("terminal")
def test_a_bar_shows_how_fast_it_comes_on_and_the_time_that_is_left(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with ProgressBar() as progress:
        for done in range(1, 12):
            progress(done, 100_000)
            time.sleep(0.02)
    shown = re.findall(r"(\d+) texts/s (\d+:\d\d:\d\d)", _plain(capfd.readouterr().err))
    assert shown
    rate, left = shown[-1]
    hours, minutes, seconds = map(int, left.split(":"))
    # each takes 20 ms or more: at most 50 a second, and 33 minutes for all
    assert 0 < int(rate) <= 50
    assert 3600 * hours + 60 * minutes + seconds > 1900


def _plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)


def test_a_bar_is_only_for_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with ProgressBar() as progress:
        progress(1, 2)
        progress(2, 2)
    assert capfd.readouterr() == ("", "")


def test_where_there_is_no_terminal_a_line_says_from_time_to_time_how_far_it_is(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with ProgressBar("Reading", "files", seconds=0) as progress:
        progress(1, 2000)
        progress(2000, 2000)
    assert capfd.readouterr() == ("", "pincite: Reading: 1 of 2,000 files\n")
