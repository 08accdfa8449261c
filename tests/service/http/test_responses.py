from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize(
    "address", ["/", "/?q=lava", "/ask?q=lava", "/ask", "/documents", "/healthz", "/nowhere"]
)
def test_every_response_has_its_security_headers(
    client: FlaskClient, address: str, accept: str
) -> None:
    headers = client.get(address, headers={"Accept": accept}).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    rules = dict(one.strip().split(" ", 1) for one in headers["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "http" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/ask?q=lava", "/documents", "/healthz", "/readyz"])
def test_replies_are_json_and_head_has_the_headers_without_them(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address).mimetype == "application/json"
    head = client.head(address)
    assert (head.status_code, head.mimetype, head.data) == (200, "application/json", b"")
