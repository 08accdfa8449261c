from __future__ import annotations

import pytest

from service.web.links import local_address, web_address


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


@pytest.mark.parametrize("address", ["/", "/?q=a%20b", "/documents/x?start=1#passage"])
def test_an_address_of_this_site_may_be_gone_back_to(address: str) -> None:
    assert local_address(address) == address


@pytest.mark.parametrize("address", ["", "x", "//evil", "/\\evil", "/\nx", "https://evil", "?q"])
def test_no_other_may(address: str) -> None:
    assert local_address(address) is None
