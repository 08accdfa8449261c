"""The commands and the service over an index in Milvus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from numpy.typing import NDArray

from index import MilvusEngine, parse_address
from index.generation.engine import PassageRows
from index.milvus.passages import MilvusPassages
from service.app import create_app
from service.settings.settings import load_settings
from tests.fakes import THREE, build, recipe_of, write_files
from tests.milvus import publish, serving
from tests.server import free_port
from tests.service.conftest import Run, hurried_clock
from tests.waiting import becomes

pytest.importorskip("milvus_lite", reason="the extra milvus is not installed")

from tests.milvus_server import StandIn, standing_in

pytestmark = pytest.mark.system


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with documents in `documents`, where settings look for them."""
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path / "cache"))
    write_files(tmp_path / "documents", THREE)
    return tmp_path


def replica_of(server: StandIn) -> Flask:
    return create_app(load_settings(engine=server.address()), recipe_of=recipe_of)


def test_what_one_command_publishes_another_machine_answers_from(place: Path, run: Run) -> None:
    engine = f"milvus+file:{place / 'engine.db'}"
    built = run("index", "--engine", engine)
    assert built.status == 0
    assert "published generation" in built.err
    elsewhere = ("--index", place / "nothing", "--documents", place / "nowhere")
    asked = run("ask", "--engine", engine, *elsewhere, "--json", "how long did the lava flow?")
    assert asked.status == 0
    embedded = run("ask", "--json", "how long did the lava flow?")
    found, expected = (
        json.loads(one.out) | {"took_ms": 0, "parts_ms": None} for one in (asked, embedded)
    )
    assert found == expected


def test_asking_an_engine_that_holds_nothing_builds_the_index_first(place: Path, run: Run) -> None:
    asked = run("ask", "--engine", f"milvus+file:{place / 'engine.db'}", "who weighs copper?")
    assert asked.status == 0
    assert "Ninety ships unload copper every winter. [1]" in asked.out


def test_collections_are_kept_apart(place: Path, run: Run) -> None:
    write_files(place / "notes", {"comet.txt": "A comet passed over copper roofs."})
    notes = {"notes": {"documents": str(place / "notes"), "index": str(place / "notes-index")}}
    write_files(
        place,
        {
            "pincite.toml": f'engine = "milvus+file:{place / "engine.db"}"\n[collections.notes]\n'
            f'documents = "{notes["notes"]["documents"]}"\nindex = "{notes["notes"]["index"]}"\n'
        },
    )
    for name in ("default", "notes"):
        assert run("index", "--collection", name).status == 0
    client = create_app(load_settings(), recipe_of=recipe_of).test_client()
    sizes = {
        one["name"]: one["documents"]
        for one in json.loads(client.get("/collections").data)["collections"]
    }
    assert sizes == {"default": 3, "notes": 1}


def test_questions_are_refused_while_the_engine_is_down_and_answered_when_it_is_back(
    place: Path, run: Run
) -> None:
    port = free_port()
    engine = f"milvus+http://127.0.0.1:{port}"
    down = run("index", "--engine", engine)
    assert down.status == 2
    assert f"Milvus at http://127.0.0.1:{port} does not answer now" in down.err
    with serving(place / "server", port):
        assert run("index", "--engine", engine).status == 0
        settings = load_settings(engine=engine, engine_seconds=3)
        app = create_app(settings, recipe_of=recipe_of, clock=hurried_clock())
        client = app.test_client()
        assert client.post("/ask", json={"question": "copper?"}).status_code == 200
        assert client.get("/readyz").status_code == 200
    refused = client.post("/ask", json={"question": "lava?"})
    assert refused.status_code == client.get("/readyz").status_code == 503
    assert "does not answer now" in json.loads(refused.data)["detail"]
    with serving(place / "server", port):
        answered = client.post("/ask", json={"question": "lava?"})
        assert client.get("/readyz").status_code == 200
    assert answered.status_code == 200
    assert json.loads(answered.data)["passages"][0]["source"]["path"] == "volcano.md"


def test_replicas_answer_alike_and_follow_what_is_published(place: Path) -> None:
    with standing_in(place / "server") as server:
        publish_documents(server, place)
        replicas = [replica_of(server) for _ in range(2)]
        one, other = (ask(replica, "who weighs copper?") for replica in replicas)
        assert one["passages"]
        assert one == other
        write_files(place / "documents", {"comet.txt": "A comet passed over the roofs."})
        publish_documents(server, place)
        for replica in replicas:
            assert leaves(replica, one["generation"])
            assert ask(replica, "comet?")["passages"][0]["source"]["path"] == "comet.txt"


def test_a_reply_under_way_while_another_generation_is_published_is_of_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other is published, and found, after candidates were found and before they are read."""
    with standing_in(place / "server") as server:
        publish_documents(server, place)
        app, other = (replica_of(server) for _ in range(2))
        expected = ask(other, "bees?")
        read = MilvusPassages.read

        def read_later(passages: MilvusPassages, ordinals: NDArray[np.int64]) -> PassageRows:
            monkeypatch.setattr(MilvusPassages, "read", read)
            write_files(place / "documents", {"harbour.md": "Bees, and bees."})
            publish_documents(server, place)
            assert leaves(app, expected["generation"])
            return read(passages, ordinals)

        monkeypatch.setattr(MilvusPassages, "read", read_later)
        assert ask(app, "bees?") == expected
        assert ask(app, "bees?")["passages"][0]["source"]["path"] == "harbour.md"
        assert expected["passages"][0]["source"]["path"] == "notes/orchard_log.txt"


def publish_documents(server: StandIn, place: Path) -> None:
    report = build(place / "documents", place / "index")
    publish(MilvusEngine(parse_address(server.address()), "pincite"), place / "index", report)


def leaves(app: Flask, generation: str) -> bool:
    """Return whether another generation comes to answer than the one that did."""
    client = app.test_client()
    return becomes(lambda: json.loads(client.get("/readyz").data)["generation"] != generation)


def ask(app: Flask, question: str) -> dict[str, Any]:
    """Return a reply, but for what it took."""
    answered = app.test_client().post("/ask", json={"question": question})
    assert answered.status_code == 200, answered.text
    reply: dict[str, Any] = json.loads(answered.data)
    return reply | {"took_ms": 0, "parts_ms": None}


@pytest.mark.parametrize("engine", ["milvus+http://host:port", "milvus+ftp://host"])
def test_a_service_whose_settings_are_wrong_ends_at_once(
    place: Path, run: Run, engine: str
) -> None:
    refused = run("serve", "--engine", engine)
    assert refused.status == 2
    assert "is not an address such as milvus+http://host:19530" in refused.err


@pytest.mark.parametrize("engine", ["faiss", "milvus+http://root:secret@localhost:1"])
def test_an_engine_that_is_none_is_named_in_one_line(place: Path, run: Run, engine: str) -> None:
    refused = run("index", "--engine", engine)
    assert refused.status == 2
    assert "engine" in refused.err
    assert "secret" not in refused.err


def test_measures_in_an_engine_are_those_of_the_embedded_index(place: Path, run: Run) -> None:
    records = [{"_id": f"d{n}", "title": t, "text": x} for n, (t, x) in enumerate(_RECORDS)]
    questions = [{"_id": f"q{n}", "text": text} for n, text in enumerate(_QUESTIONS)]
    write_files(
        place / "set",
        {
            "corpus.jsonl": "".join(json.dumps(one) + "\n" for one in records),
            "queries.jsonl": "".join(json.dumps(one) + "\n" for one in questions),
            "qrels/test.tsv": "query-id\tcorpus-id\tscore\n"
            + "".join(f"q{n}\td{n}\t1\n" for n in range(len(questions))),
        },
    )
    engine = f"milvus+file:{place / 'engine.db'}"
    embedded, asked = (
        json.loads(run("evaluate", *options, "--json", place / "set").out)
        for options in ((), ("--engine", engine))
    )
    measures = ("ndcg@10", "recall@100", "mrr@10")
    assert embedded["ndcg@10"] > 0
    assert [asked[one] for one in measures] == pytest.approx([embedded[one] for one in measures])


_RECORDS = [
    ("Harbour", "Ninety ships unload copper every winter."),
    ("Orchard", "The orchard grows quinces. Bees sleep beneath the wall."),
    ("Volcano", "Lava flowed for seven weeks."),
    ("Roofs", "Ashes and copper covered every roof."),
]
_QUESTIONS = ["who unloads copper", "where do bees sleep", "how long did lava flow"]
