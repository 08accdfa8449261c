from __future__ import annotations

import pytest

from service.terminal import ProgressBar


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


def test_a_bar_is_only_for_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with ProgressBar() as progress:
        progress(1, 2)
        progress(2, 2)
    assert capfd.readouterr() == ("", "")
