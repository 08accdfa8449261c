from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.http.heads import LARGEST
from tests.service.conftest import MakeApp, problem_of


@pytest.fixture
def client(make_app: MakeApp) -> FlaskClient:
    return make_app(no_auth=True, rate_limit="").test_client(use_cookies=False)


@pytest.mark.parametrize("header", ["Accept", "Cookie", "X-Anything"])
def test_headers_that_are_too_large_are_refused_in_words(client: FlaskClient, header: str) -> None:
    problem = problem_of(client.get("/ask?q=lava", headers={header: "a" * LARGEST}), 431)
    assert "longer than 32 KiB" in problem["detail"]


def test_many_headers_are_measured_together(client: FlaskClient) -> None:
    many = {f"X-{number}": "a" * 4000 for number in range(9)}
    assert client.get("/healthz", headers=many).status_code == 431


def test_the_headers_of_a_browser_with_many_cookies_are_taken(client: FlaskClient) -> None:
    cookies = "; ".join(f"name{number}={'a' * 200}" for number in range(80))
    assert client.get("/ask?q=lava", headers={"Cookie": cookies}).status_code == 200
