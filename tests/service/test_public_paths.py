"""No reply names a folder of the machine that the service runs on."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from index import Recipe
from service.http.media import JSON
from service.indexing.indexer import Indexer, RunFailed
from service.settings.settings import Settings
from tests.fakes import MODEL, THREE, build, recipe, write_files
from tests.service.conftest import MakeApp, routes

PAGE = "text/html,application/xhtml+xml"


@pytest.mark.parametrize("accept", ["application/json", PAGE])
@pytest.mark.parametrize("outdated", [False, True])
def test_no_reply_to_an_admin_names_a_folder(
    make_app: MakeApp,
    tokens: Mapping[str, str],
    tmp_path: Path,
    accept: str,
    outdated: bool,
) -> None:
    """Each route is tried, with a model in a folder, and an indexer whose error names one."""
    model = replace(MODEL, name=str(tmp_path / "models" / "mini"))
    wanted = replace(model, name=str(tmp_path / "models" / "other"), weights_hash="2" * 64)
    documents = write_files(tmp_path / "documents", THREE)
    build(documents, tmp_path / "index", recipe(model=model))

    failing = threading.Event()

    def refuse() -> NoReturn:
        assert failing.wait(60)
        raise RunFailed(f"{tmp_path / 'index' / 'building'} cannot be written: no space is left")

    def recipe_of(settings: Settings) -> Recipe:
        return recipe(model=wanted if outdated and settings.model != model.name else model)

    app = make_app(
        collaborators={"open_indexer": lambda *_: Indexer(refuse), "recipe_of": recipe_of},
        documents=documents,
        index=tmp_path / "index",
        rate_limit="",
        publish_seconds=1,
    )
    client = app.test_client()
    client.environ_base |= {"HTTP_X_API_KEY": tokens["admin"], "HTTP_ACCEPT": accept}
    running = client.put("/documents/ash.txt", data=b"Ash fell.")
    assert running.status_code == 202
    failing.set()
    replies = [running, client.put("/documents/ash.txt", data=b"Ash fell again.")]
    assert replies[-1].status_code == 503
    change = running.headers["Location"].rpartition("/")[2]
    listed = client.get("/documents?limit=10", headers={"Accept": "application/json"})
    identity = json.loads(listed.data)["documents"][0]["id"]
    for method, address, _ in routes(app):
        filled = (
            address.replace("identity", identity)
            .replace("filename", "style.css")
            .replace("/changes/change", f"/changes/{change}")
        )
        body = None if method == "GET" else b"{}"
        replies += [
            client.open(filled + query, method=method, data=body, content_type=JSON)
            for query in ("", "?q=lava")
        ]
    assert {one.status_code for one in replies} >= {200, 404, 503}
    assert not [(one.request.path, one.text) for one in replies if str(tmp_path) in one.text]
