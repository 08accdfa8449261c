"""The hashes of a remote folder's files, kept from one build to the next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

NAME = "remote.json"


class Seen(BaseModel):
    """The tag and the SHA-256 of each file at a URL, by path."""

    url: str
    files: dict[str, tuple[str, str]] = {}


def read_seen(path: Path | None, url: str) -> Mapping[str, tuple[str, str]]:
    """Return the tags and hashes kept for a URL, none if the file cannot be read."""
    if path is None:
        return {}
    try:
        seen = Seen.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}
    return seen.files if seen.url == url else {}


def write_seen(path: Path | None, url: str, files: Mapping[str, tuple[str, str]]) -> None:
    """Replace the tags and hashes atomically, if the index is being written.

    Raises:
        OSError: the file cannot be written.
    """
    if path is None or not (path.parent / "staging").is_dir():
        return
    staged = path.parent / "staging" / path.name
    staged.write_text(Seen(url=url, files=dict(files)).model_dump_json(), encoding="utf-8")
    staged.replace(path)
