"""Checks of addresses from documents and forms, before a page links to them."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_address(url: str | None) -> str | None:
    """Return `url` if it is a web address that is safe to follow, else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def local_address(address: str) -> str | None:
    """Return `address` if it is a path of this site, else None."""
    here = address.startswith("/") and address[1:2] not in {"/", "\\"} and address.isprintable()
    return address if here else None
