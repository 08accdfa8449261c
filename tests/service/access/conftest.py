"""An application with keys, one of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask

from service import create_app
from service.access.keys import Kind, create_key, revoke_key
from service.settings import load_settings
from tests.fakes import THREE, build, recipe, write_files

SITE = "https://widget.example"

MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index over THREE."""
    folder = tmp_path_factory.mktemp("access")
    build(write_files(folder / "documents", THREE), folder / "index")
    return folder / "index"


@pytest.fixture
def make_app(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    """Return a function that makes an application with settings, its keys in `keys.json`."""
    monkeypatch.setattr("service.wiring.open_recipe", lambda settings: recipe())

    def make(**settings: object) -> Flask:
        return create_app(load_settings(index=stored, keys=tmp_path / "keys.json", **settings))

    return make


@pytest.fixture
def tokens(tmp_path: Path) -> Mapping[str, str]:
    """Return the token of a key of each kind, and that of one that was revoked."""
    kinds: tuple[Kind, ...] = ("ask", "admin")
    made: dict[str, str] = {
        kind: create_key(tmp_path / "keys.json", kind, "", [])[1] for kind in kinds
    }
    made["widget"] = create_key(tmp_path / "keys.json", "widget", "", [SITE])[1]
    key, made["revoked"] = create_key(tmp_path / "keys.json", "admin", "", [])
    revoke_key(tmp_path / "keys.json", key.id)
    return made
