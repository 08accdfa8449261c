"""What strangers may send at any rate costs little; else they would hold up everybody."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.fakes import count_calls
from tests.service.conftest import MakeApp, routes

MOST = 3  # error pages, which any address gives


@pytest.fixture
def client(make_app: MakeApp) -> FlaskClient:
    return make_app(no_auth=True, rate_limit="1/minute").test_client()


def calls(client: FlaskClient, address: str, method: str = "GET", language: str = "en") -> int:
    """Return the function calls that a request of a browser takes."""
    headers = {"Accept": "text/html", "Accept-Language": language}
    return count_calls(lambda: client.open(address, method=method, headers=headers).close())


def test_a_route_without_a_limit_costs_no_more_than_some_error_pages(client: FlaskClient) -> None:
    tried = 0
    calls(client, "/nowhere")
    most = MOST * calls(client, "/nowhere")
    for method, route, operation in routes(client.application):
        if not operation.limited and operation.needs is None:
            address = route.replace("filename", "style.css")
            calls(client, address, method)
            assert calls(client, address, method) < most, address
            tried += 1
    assert tried >= 9


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_description_is_rendered_once_for_each_language(
    client: FlaskClient, language: str
) -> None:
    rendered = calls(client, "/docs", language=language)
    for address in ("/docs", "/docs/", "/docs?again=1", "/docs?again=2"):
        assert calls(client, address, language=language) < rendered / 5
