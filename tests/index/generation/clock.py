"""A clock that was set back."""

from __future__ import annotations

from datetime import datetime, tzinfo

import pytest

from index.generation import publishing


class _SetBack(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _SetBack:
        return _SetBack(2001, 1, 1, tzinfo=tz)


def set_back_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let generations be named by a time long before those that are there."""
    monkeypatch.setattr(publishing, "datetime", _SetBack)
