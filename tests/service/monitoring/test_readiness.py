"""Ready is said only by what can answer, and what is wrong is named."""

from __future__ import annotations

import json
import logging
import shutil
from collections import namedtuple
from collections.abc import Mapping, Sequence
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from index import Generation, IndexDamaged, LiveIndex, Query, Retriever, Vectors
from service.app import create_app
from service.http.problems import without_folders
from service.indexing.indexer import Indexer
from service.indexing.preparation import Preparation, Step
from service.monitoring.readiness import ReadinessCheck
from service.settings.settings import load_settings
from service.wiring.collections import open_collections
from tests.fakes import FakeEmbedder, build, recipe_of, write_files
from tests.service.conftest import MakeApp
from tests.waiting import becomes

FINE: dict[str, Any] = {
    "status": "ready",
    "model": "ok",
    "index": "ok",
    "disk": "ok",
    "watch": "off",
    "keys": "ok",
    "detail": None,
    "building": {},
}
Usage = namedtuple("Usage", ["total", "used", "free"])


class _Going(Retriever):
    """Fails while `is_gone`, and counts how often it is asked."""

    is_gone = False
    asked = 0

    def embed(self, queries: Sequence[Query], generation: Generation) -> list[Vectors]:
        self.asked += 1
        if self.is_gone:
            raise RuntimeError("the engine is gone")
        return super().embed(queries, generation)


def body(response: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.data)
    return found


def test_all_is_fine(make_app: MakeApp) -> None:
    response = make_app().test_client().get("/readyz")
    assert response.status_code == 200
    assert body(response) | FINE == body(response)


def test_a_collection_without_an_index_is_named_and_the_others_answer(
    make_app: MakeApp, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    bad = {"documents": str(tmp_path / "empty"), "index": str(tmp_path / "b")}

    def broken(settings: object, name: str) -> Indexer:
        indexer = Indexer(lambda: pytest.fail("it is not run here"))
        indexer.failure = "there are no files to index" if name == "bad" else None
        return indexer

    app = make_app(collections={"bad": bad}, collaborators={"open_indexer": broken})
    client = app.test_client()
    response = client.get("/readyz")
    assert (response.status_code, body(response)["status"]) == (200, "ready")
    assert body(response)["detail"] == "bad: there are no files to index"
    assert body(response)["index"] == "unavailable"
    assert client.get("/ask?q=lava").status_code == 200
    refused = client.get("/collections/bad/ask?q=lava")
    assert refused.status_code == 503
    listed = {one["name"]: one for one in body(client.get("/collections"))["collections"]}
    assert listed["default"]["fault"] is None
    assert (listed["bad"]["documents"], listed["bad"]["generation"]) == (0, "")
    assert listed["bad"]["fault"]


def test_it_is_not_ready_once_it_is_told_to_stop_but_answers_on(
    stored: Path, tmp_path: Path
) -> None:
    told: list[bool] = []
    app = create_app(
        load_settings(index=stored, keys=tmp_path / "k"), lambda: bool(told), recipe_of=recipe_of
    )
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    told.append(True)
    response = client.get("/readyz")
    assert (response.status_code, body(response)["status"]) == (503, "stopping")
    assert response.headers["Retry-After"] == "1"
    assert client.get("/ask?q=lava").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_a_model_that_fails_is_found_by_asking_and_so_is_its_recovery(
    stored: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    going = _Going(FakeEmbedder())
    check = ReadinessCheck(
        open_collections(
            load_settings(index=stored), recipe_of=recipe_of, retriever_of=lambda *_: going
        ),
        [],
        lambda: False,
        logging.getLogger("ready"),
        lambda: now[0],
    )
    going.is_gone = True
    assert check.look().status == "ready"  # it ran when it was opened
    now[0] += 11
    found = [check.look() for _ in range(5)]
    assert {(one.status, one.model) for one in found} == {("failing", "failing")}
    assert going.asked == 1  # and not with every probe
    assert "the engine is gone" in caplog.text
    going.is_gone = False
    now[0] += 11
    assert check.look().status == "ready"


def test_a_damaged_generation_is_told_while_the_one_before_answers(
    make_app: MakeApp, index: Path, three: Path
) -> None:
    lives: list[LiveIndex] = []
    collaborators = {"keep_fresh": lambda live, logger: lives.append(live)}
    app = make_app(collaborators=collaborators, index=index, documents=three)
    [live] = lives
    before = live.generation.id
    write_files(three, {"new.txt": "Something new."})
    report = build(three, index)
    (index / "generations" / str(report.generation) / "keys.npy").write_bytes(b"damage")
    with pytest.raises(IndexDamaged):
        live.refresh()
    client = app.test_client()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert body(response) == FINE | {
        "index": "damaged",
        "generation": before,
        "detail": without_folders(str(live.damage)),
    }
    assert body(client.get("/ask?q=lava"))["generation"] == before
    assert 'pincite_index_damaged{collection="default"} 1.0' in client.get("/metrics").text
    write_files(three, {"newer.txt": "Something newer."})
    shutil.rmtree(index / "generations" / str(report.generation))
    (index / "CURRENT").write_text(before)
    live.refresh()
    assert body(client.get("/readyz"))["index"] == "ok"


def test_a_disk_without_room_for_another_generation_is_low(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app().test_client()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(1 << 40, 1 << 40, 1 << 20))
    response = client.get("/readyz")
    assert (response.status_code, body(response)["disk"]) == (200, "low")


def test_documents_that_are_kept_without_their_files_are_named(tmp_path: Path) -> None:
    documents = write_files(
        tmp_path / "d", {f"{number}.txt": f"Text {number}." for number in range(8)}
    )
    build(documents, tmp_path / "i")
    for number in range(1, 8):
        (documents / f"{number}.txt").unlink()
    build(documents, tmp_path / "i")
    settings = load_settings(index=tmp_path / "i", documents=documents, keys=tmp_path / "k")
    response = create_app(settings, recipe_of=recipe_of).test_client().get("/readyz")
    assert (response.status_code, body(response)["index"]) == (200, "ok")
    assert body(response)["detail"].startswith("7 documents are kept although their files are gone")


def test_an_index_that_has_just_been_built_is_opened_before_ready_is_said(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "d", {"lava.txt": "The lava is hot."})
    settings = load_settings(index=tmp_path / "i", documents=documents, keys=tmp_path / "k")
    steps, sender = Pipe(duplex=False)
    preparation = Preparation(["default"], [Step("default", "begun")], steps)
    app = create_app(settings, recipe_of=recipe_of, preparation=preparation)
    client = app.test_client()
    assert client.get("/readyz").get_json()["status"] == "starting"
    build(documents, tmp_path / "i")
    sender.send(Step("default", "ready"))
    assert becomes(lambda: not preparation.unfinished())
    assert client.get("/readyz").get_json()["status"] == "ready"
    assert client.get("/ask?q=lava").status_code == 200


def test_keys_that_are_lost_are_named_while_the_service_stays_ready(
    make_app: MakeApp, tokens: Mapping[str, str], tmp_path: Path
) -> None:
    client = make_app().test_client()
    sent = {"Authorization": f"Bearer {tokens['ask']}"}
    assert "pincite_keys_lost 0.0" in client.get("/metrics", headers=sent).text
    away = (tmp_path / "keys.json").rename(tmp_path / "away")
    found = client.get("/readyz").get_json()
    assert (found["status"], found["keys"]) == ("ready", "lost")
    assert "the file of keys keys.json has vanished" in found["detail"]
    assert client.get("/ask?q=lava", headers=sent).status_code == 401
    away.rename(tmp_path / "keys.json")
    assert client.get("/readyz").get_json()["keys"] == "ok"
