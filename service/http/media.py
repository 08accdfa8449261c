"""The media types of requests and replies."""

from __future__ import annotations

JSON = "application/json"
PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
MULTIPART, BYTES = "multipart/form-data", "application/octet-stream"
PAGE, MARKDOWN, TEXT = "text/html", "text/markdown", "text/plain"
