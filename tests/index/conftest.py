"""A small model, and a cache of encoders of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import ModelFiles, locate_model
from tests.tiny import save_tiny_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """Return the files of a model of a few words."""
    return locate_model(str(save_tiny_model(tmp_path_factory.mktemp("tiny") / "model")))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which this test's encoders are kept."""
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "encoders"
