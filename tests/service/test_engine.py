"""The commands and the service over an index in Milvus."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from werkzeug.test import TestResponse

from index import MilvusEngine, parse_address
from service import create_app
from service.settings import load_settings
from tests import server as pincite
from tests.fakes import OTHER_MODEL, THREE, build, recipe, write_files
from tests.milvus import free_port, publish, serving
from tests.service.conftest import Run, becomes, problem_of

pytest.importorskip("milvus_lite", reason="the extra milvus is not installed")

from tests.standin import StandIn, standing_in


@pytest.fixture
def place(tmp_path: Path, fake_model: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with documents in `documents`, where settings look for them."""
    monkeypatch.setenv("PINCITE_CACHE", str(tmp_path / "cache"))
    write_files(tmp_path / "documents", THREE)
    return tmp_path


def test_what_one_command_publishes_another_machine_answers_from(place: Path, run: Run) -> None:
    engine = f"milvus+file:{place / 'engine.db'}"
    built = run("index", "--engine", engine)
    assert built.status == 0
    assert "published generation" in built.err
    elsewhere = ("--index", place / "nothing", "--documents", place / "nowhere")
    asked = run("ask", "--engine", engine, *elsewhere, "--json", "how long did the lava flow?")
    assert asked.status == 0
    embedded = run("ask", "--json", "how long did the lava flow?")
    found, expected = (json.loads(one.out) | {"took_ms": 0} for one in (asked, embedded))
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
    client = create_app(load_settings()).test_client()
    sizes = {
        one["name"]: one["documents"]
        for one in json.loads(client.get("/collections").data)["collections"]
    }
    assert sizes == {"default": 3, "notes": 1}


def test_questions_are_refused_while_the_engine_is_down_and_answered_when_it_is_back(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.monitoring.readiness._TRIED_EVERY", 0)
    port = free_port()
    engine = f"milvus+http://127.0.0.1:{port}"
    down = run("index", "--engine", engine)
    assert down.status == 2
    assert f"Milvus at http://127.0.0.1:{port} cannot be asked now" in down.err
    with serving(place / "server", port):
        assert run("index", "--engine", engine).status == 0
        client = create_app(load_settings(engine=engine, engine_seconds=3)).test_client()
        assert client.post("/ask", json={"question": "copper?"}).status_code == 200
        assert client.get("/readyz").status_code == 200
    refused = client.post("/ask", json={"question": "lava?"})
    assert refused.status_code == client.get("/readyz").status_code == 503
    assert "cannot be asked now" in json.loads(refused.data)["detail"]
    with serving(place / "server", port):
        answered = client.post("/ask", json={"question": "lava?"})
        assert client.get("/readyz").status_code == 200
    assert answered.status_code == 200
    assert json.loads(answered.data)["passages"][0]["source"]["path"] == "volcano.md"


Fault = Callable[[StandIn], None]


def _publish_another_model(server: StandIn) -> None:
    other = replace(recipe(), model=OTHER_MODEL)
    engine = MilvusEngine(parse_address(server.address()), "pincite")
    folder = server.folder / "other"
    report = build(write_files(folder / "documents", THREE), folder / "index", other)
    publish(engine, folder / "index", report)


def _publish_ours(server: StandIn) -> None:
    engine = MilvusEngine(parse_address(server.address()), "pincite")
    folder = server.folder / "ours"
    publish(engine, folder / "index", build(write_files(folder / "d", THREE), folder / "index"))


FAULTS: dict[str, tuple[Fault, Fault, str]] = {
    "down": (
        lambda server: server.wire.go_down(),
        lambda server: server.wire.come_up(),
        "Connection refused",
    ),
    "silent": (
        lambda server: setattr(server.wire, "silent", True),
        lambda server: setattr(server.wire, "silent", False),
        "no answer within 1 seconds",
    ),
    "slow": (
        lambda server: setattr(server.gate, "slow", frozenset({"DescribeAlias"})),
        lambda server: setattr(server.gate, "slow", frozenset()),
        "no answer within 1 seconds",
    ),
    "old": (
        lambda server: setattr(server.gate, "version", "v2.4.15"),
        lambda server: setattr(server.gate, "version", ""),
        "has version v2.4.15",
    ),
    "closed": (
        lambda server: setattr(server.gate, "token", "root:secret"),
        lambda server: setattr(server.gate, "token", ""),
        "does not let us in",
    ),
    "of another model": (_publish_another_model, _publish_ours, "was built with the model other"),
    "empty": (lambda server: None, _publish_ours, "there is no index in Milvus"),
}


@pytest.mark.parametrize(("strike", "mend", "told"), FAULTS.values(), ids=FAULTS)
def test_a_service_starts_before_its_cluster_can_be_asked_and_answers_once_it_can(
    place: Path, strike: Fault, mend: Fault, told: str
) -> None:
    with standing_in(place / "server") as server:
        if mend is not _publish_ours:
            _publish_ours(server)
        strike(server)
        client = create_app(load_settings(engine=server.address(), engine_seconds=1)).test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 200
        ready = client.get("/readyz")
        found = json.loads(ready.data)
        assert ready.status_code == 503
        assert (found["status"], found["index"], found["generation"]) == (
            "failing", "unavailable", None,
        )  # fmt: skip
        assert server.address().removeprefix("milvus+") in found["detail"]
        assert told in found["detail"]
        refused = client.post("/ask", json={"question": "lava?"})
        assert told in problem_of(refused, 503)["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        mend(server)
        assert becomes(lambda: client.get("/readyz").status_code == 200)
        assert json.loads(client.get("/readyz").data)["detail"] is None
        answered = client.post("/ask", json={"question": "lava?"})
        assert answered.status_code == 200
        assert json.loads(answered.data)["passages"][0]["source"]["path"] == "volcano.md"


def test_questions_that_a_slow_cluster_does_not_answer_are_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.monitoring.readiness._TRIED_EVERY", 0)
    with standing_in(place / "server") as server:
        _publish_ours(server)
        app = create_app(load_settings(engine=server.address(), engine_seconds=1))
        server.gate.slow = frozenset({"Search"})

        def ask(number: int) -> TestResponse:
            return app.test_client().post("/ask", json={"question": f"lava {number}?"})

        with ThreadPoolExecutor(8) as threads:
            asked = [threads.submit(ask, number) for number in range(8)]
            assert app.test_client().get("/healthz").status_code == 200
        for refused in (one.result() for one in asked):
            assert "no answer within 1 seconds" in problem_of(refused, 503)["detail"]
            assert int(refused.headers["Retry-After"]) > 0
        assert server.gate.struck["slow"] >= 8
        ready = app.test_client().get("/readyz")
        assert (ready.status_code, json.loads(ready.data)["index"]) == (503, "unavailable")
        server.gate.slow = frozenset()
        assert ask(9).status_code == 200
        assert app.test_client().get("/readyz").status_code == 200


def test_the_command_serves_before_its_cluster_is_up(place: Path) -> None:
    with standing_in(place / "server") as server:
        engine, port = server.address(), free_port()
        server.wire.go_down()
        with (
            pincite.start(place, port, "--engine", engine) as process,
            httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            try:
                assert becomes(lambda: answers(client, "/healthz"))
                ready = client.get("/readyz")
                assert ready.status_code == 503
                assert "Connection refused" in ready.json()["detail"]
                server.wire.come_up()
                indexed = subprocess.run(
                    [pincite.PINCITE, "index", "--engine", engine], cwd=place, check=False
                )
                assert indexed.returncode == 0
                pincite.wait_until_ready(process, client)
                assert client.get("/ask", params={"q": "who weighs copper?"}).status_code == 200
            finally:
                process.terminate()


def answers(client: httpx.Client, path: str) -> bool:
    with suppress(httpx.TransportError):
        return client.get(path).status_code == 200
    return False


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
