from __future__ import annotations

import gzip
import json
import time
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.conftest import SITE, MakeApp, problem_of

ELSEWHERE = "203.0.113.7"


def get(client: FlaskClient, token: str = "", address: str = ELSEWHERE) -> TestResponse:
    headers = {"Origin": SITE, **({"Authorization": f"Bearer {token}"} if token else {})}
    return client.get("/ask?q=lava", headers=headers, environ_overrides={"REMOTE_ADDR": address})


def statuses(
    client: FlaskClient, times: int, token: str = "", address: str = ELSEWHERE
) -> set[int]:
    return {get(client, token, address).status_code for _ in range(times)}


def test_who_asks_too_often_is_told_when_to_come_again(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="3/minute").test_client()
    assert statuses(client, 3) == {200}
    response = get(client)
    problem_of(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_nobody_waits_longer_than_the_limit_is_about(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 60 * 28333334 + 0.25)
    client = make_app(no_auth=True, rate_limit="1/minute").test_client()
    assert statuses(client, 1) == {200}
    assert get(client).headers["Retry-After"] == "60"


def test_each_key_is_counted_from_wherever_it_is_used(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(rate_limit="2/minute").test_client()
    assert statuses(client, 1, tokens["ask"], "203.0.113.1") == {200}
    assert statuses(client, 1, tokens["ask"], "203.0.113.2") == {200}
    assert statuses(client, 1, tokens["ask"], "203.0.113.3") == {429}
    assert statuses(client, 2, tokens["admin"], "203.0.113.3") == {200}


def test_a_widget_is_counted_by_the_address_of_each_visitor(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(rate_limit="2/minute").test_client()
    assert statuses(client, 3, tokens["widget"], "203.0.113.1") == {200, 429}
    assert statuses(client, 2, tokens["widget"], "203.0.113.2") == {200}


def test_addresses_of_one_network_of_version_6_are_one_caller(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="2/minute").test_client()
    assert statuses(client, 1, address="2001:db8::1") == {200}
    assert statuses(client, 1, address="2001:db8::2") == {200}
    assert statuses(client, 1, address="2001:db8::3") == {429}
    assert statuses(client, 1, address="2001:db8:0:1::3") == {200}


def test_a_list_counts_as_many_as_it_asks(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="5/minute").test_client()
    outside = {"REMOTE_ADDR": ELSEWHERE}
    asked = [{"question": "lava"}] * 3
    assert client.post("/ask", json=asked, environ_overrides=outside).status_code == 200
    assert client.post("/ask", json=asked, environ_overrides=outside).status_code == 429


def test_a_list_that_is_compressed_counts_as_many_as_it_asks(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="5/minute").test_client()
    body = gzip.compress(json.dumps([{"question": "lava"}] * 3).encode())
    for status in (200, 429):
        response = client.post(
            "/ask",
            data=body,
            headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
            environ_overrides={"REMOTE_ADDR": ELSEWHERE},
        )
        assert response.status_code == status


def test_the_machine_itself_is_not_counted_without_a_key(
    make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    client = make_app(no_auth=True, rate_limit="2/minute").test_client()
    assert statuses(client, 4, address="127.0.0.1") == {200}
    assert statuses(client, 3, tokens["ask"], "127.0.0.1") == {200, 429}


def test_what_a_proxy_on_this_machine_passed_on_is_counted_also_if_the_settings_name_none(
    make_app: MakeApp,
) -> None:
    client = make_app(no_auth=True, rate_limit="2/minute").test_client()
    sent = {"X-Forwarded-For": "203.0.113.1"}
    found = [client.get("/ask?q=x", headers=sent).status_code for _ in range(3)]
    assert found == [200, 200, 429]


def test_no_limit_is_a_choice(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="").test_client()
    assert statuses(client, 4) == {200}


def test_whether_it_runs_may_be_asked_at_any_rate(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="1/minute").test_client()
    outside = {"REMOTE_ADDR": ELSEWHERE}
    assert statuses(client, 2) == {200, 429}
    for address in ("/healthz", "/readyz", "/static/style.css", "/openapi.json", "/docs"):
        for _ in range(3):
            with client.get(address, environ_overrides=outside) as response:
                assert response.status_code == 200


def test_an_address_behind_a_proxy_is_believed_only_if_the_setting_says_so(
    make_app: MakeApp,
) -> None:
    asked = [
        {"X-Forwarded-For": f"203.0.113.{number}", "X-Forwarded-Host": "localhost"}
        for number in range(3)
    ]
    for proxies, expected in ((0, {200, 429}), (1, {200})):
        client = make_app(no_auth=True, rate_limit="2/minute", proxies=proxies).test_client()
        found = {
            client.get(
                "/ask?q=x", headers=headers, environ_overrides={"REMOTE_ADDR": "198.51.100.1"}
            ).status_code
            for headers in asked
        }
        assert found == expected


def test_each_query_of_a_search_counts(make_app: MakeApp) -> None:
    client = make_app(no_auth=True, rate_limit="8/minute").test_client()

    def search(query: object) -> int:
        return client.post(
            "/v1/vector_stores/default/search",
            json={"query": query},
            environ_overrides={"REMOTE_ADDR": ELSEWHERE},
        ).status_code

    assert search(["lava"] * 7) == 200
    assert search("lava") == 200
    assert search("lava") == 429
