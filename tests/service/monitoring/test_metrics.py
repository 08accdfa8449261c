"""The metrics for Prometheus, compared with the requests that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from index.generation.folder import current_id
from service.http.problems import Problem
from service.monitoring.metrics import QueueFigures
from service.routes import OPERATIONS
from service.traffic.admission import Admission
from tests.fakes import build, write_files
from tests.service.conftest import MakeApp, problem_of


def read(client: FlaskClient, **headers: str) -> Mapping[str, float]:
    """Return each sample by its name and labels, as `name{a,b}`."""
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200, response.text
    assert response.content_type.startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(response.text):
        assert family.documentation
        for sample in family.samples:
            found[f"{sample.name}{{{','.join(sample.labels.values())}}}"] = sample.value
    return found


def test_requests_stages_and_kept_answers_are_counted(make_app: MakeApp) -> None:
    client = make_app().test_client()
    for question in ("lava", "bees", "lava"):
        assert client.get("/ask", query_string={"q": question}).status_code == 200
    client.get("/ask")
    client.get("/nowhere")
    found = read(client)
    assert found["pincite_requests_total{native.ask_by_address,200}"] == 3
    assert found["pincite_requests_total{native.ask_by_address,422}"] == 1
    assert found["pincite_requests_total{none,404}"] == 1
    assert found["pincite_request_seconds_count{native.ask_by_address}"] == 4
    assert found["pincite_request_seconds_sum{native.ask_by_address}"] > 0
    assert found["pincite_questions_total{}"] == 3
    assert found["pincite_cache_hits_total{default}"] == 1
    assert found["pincite_cache_misses_total{default}"] == 2
    assert found["pincite_cache_bytes{default}"] > 0
    # the application asked one by itself, to be warm, and four requests took a turn
    assert found["pincite_stage_seconds_count{embed}"] == 3
    assert found["pincite_stage_seconds_count{rank}"] == 3
    assert found["pincite_stage_seconds_count{judge}"] == 3
    assert found["pincite_stage_seconds_count{read}"] == 3
    assert found["pincite_stage_seconds_count{wait}"] == 4
    assert (found["pincite_queue_working{}"], found["pincite_queue_waiting{}"]) == (0, 0)
    assert found["process_resident_memory_bytes{}"] > 0


def test_the_index_is_told_with_what_could_not_be_read(
    make_app: MakeApp, index: Path, three: Path
) -> None:
    write_files(three, {"bad.txt": b"a\0b"})
    build(three, index)
    found = read(make_app(index=index, documents=three).test_client())
    assert found["pincite_documents{default}"] == 3
    assert found["pincite_passages{default}"] == 3
    assert found["pincite_run_files{default,failed}"] == 1
    assert found[f"pincite_generation_info{{default,{current_id(index)}}}"] == 1
    folder = index / "generations" / current_id(index)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    manifest = (folder / "manifest.json").stat().st_size
    assert found["pincite_index_bytes{default}"] == size - manifest
    assert found["pincite_index_damaged{default}"] == 0
    assert found["pincite_disk_free_bytes{default}"] > 0
    assert found["pincite_run_finished_seconds{default}"] > 1.7e9


def test_who_works_waits_and_was_turned_away_is_counted() -> None:
    queue, registry = Admission(1, 0), CollectorRegistry()
    registry.register(QueueFigures(queue))
    queue.enter()
    with pytest.raises(Problem):
        queue.enter()

    def told() -> list[float | None]:
        names = ("working", "waiting", "refused_total")
        return [registry.get_sample_value(f"pincite_queue_{name}") for name in names]

    assert told() == [1, 0, 1]
    queue.leave()
    assert told() == [0, 0, 1]


def test_nothing_that_a_client_sends_makes_a_series(make_app: MakeApp) -> None:
    client = make_app().test_client()
    client.get("/ask?q=lava")
    client.get("/nowhere")
    before = read(client).keys()
    for number in range(20):
        headers = {"X-Request-Id": f"n{number}", "User-Agent": f"n{number}"}
        client.get(f"/nowhere/{number}", headers=headers)
        client.open("/ask", method=f"ODD{number}")
        client.get(f"/ask?q=question{number}", headers=headers)
    grown = {name for name in read(client).keys() - before if "405" not in name}
    assert {name for name in grown if "health.metrics" not in name} == set()
    names = {name.split("{")[1].split(",")[0].strip("}") for name in before}
    assert {one for one in names if "." in one and not one[0].isdigit()} <= {*OPERATIONS, "none"}


def test_metrics_take_a_key_as_all_that_can_be_read_does(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app().test_client()
    problem_of(client.get("/metrics"), 401)
    problem_of(client.get("/metrics", headers={"X-API-Key": tokens["widget"]}), 403)
    assert read(client, Authorization=f"Bearer {tokens['ask']}")
