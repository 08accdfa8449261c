from __future__ import annotations

import pytest

from service.web.links import web_address


@pytest.mark.parametrize(
    "url", ["http://example.org", "https://example.org/a?b=c#d", "HTTPS://example.org", "http://[::1]/"]
)  # fmt: skip
def test_a_web_address_may_be_followed(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://example.org",
        "//example.org",
        "/documents",
        "https:",
        "https://",
        "http://[",
        "example.org",
    ],
)
def test_anything_else_may_not(url: str | None) -> None:
    assert web_address(url) is None
