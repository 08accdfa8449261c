"""Applications over the fake model, for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.settings.settings import load_settings
from tests.fakes import build, recipe, write_files
from tests.service.web.dom import Node, parse

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def open_app(folder: Path, files: Mapping[str, str | bytes]) -> Flask:
    """Return the application over an index of `files`."""
    build(write_files(folder / "documents", files), folder / "index")
    return create_app(load_settings(index=folder / "index"), recipe_of=lambda _: recipe())


def page(client: FlaskClient, address: str = "/", status: int = 200, **arguments: str) -> Node:
    """Return a page of that status as a tree."""
    response = client.get(address, query_string=arguments or None, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    return parse(response.text)
