"""Reads web pages that a browser saved in one file (.mhtml, .mht; RFC 2557)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy

from index.corpus.readers.html import read_html
from index.corpus.readers.parse_errors import parsing
from index.errors import DocumentError
from index.types import Document


def read_mhtml(data: bytes, path: str, identity: str) -> Document:
    """Read the page of a saved page; its address is the one that the browser wrote down.

    Raises:
        DocumentError: it holds no page, or is damaged.
    """
    with parsing(path, "a saved web page (.mhtml)"):
        message = message_from_bytes(data, policy=policy.default)
        pages = (part for part in message.walk() if part.get_content_type() == "text/html")
        page = next(pages, None)
        content = page.get_payload(decode=True) if page is not None else None
        if page is None or not isinstance(content, bytes):
            raise DocumentError(f"{path}: holds no web page; save it again as .html")
        with suppress(LookupError, ValueError):  # else the reader of pages finds the encoding
            content = content.decode(page.get_content_charset("utf-8")).encode()
        document = read_html(content, path, identity)
        address = str(message.get("Snapshot-Content-Location", "") or "").strip()
        if document.metadata.url or not address.startswith(("https://", "http://")):
            return document
        return replace(document, metadata=replace(document.metadata, url=address))
