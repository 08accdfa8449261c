"""What the files of a remote folder held when they were last fetched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

NAME = "remote.json"


class Seen(BaseModel):
    """The SHA-256 of files at a URL by path, each after the tag that it had then."""

    url: str
    files: dict[str, tuple[str, str]] = {}


def read_seen(path: Path | None, url: str) -> Mapping[str, tuple[str, str]]:
    """Return what is remembered of a URL; where that cannot be read, all is fetched again."""
    if path is None:
        return {}
    try:
        seen = Seen.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}
    return seen.files if seen.url == url else {}


def write_seen(path: Path | None, url: str, files: Mapping[str, tuple[str, str]]) -> None:
    """Remember it, replacing what was remembered at once; only in an index that is being written.

    Raises:
        OSError: it cannot be written.
    """
    if path is None or not (path.parent / "staging").is_dir():
        return
    staged = path.parent / "staging" / path.name
    staged.write_text(Seen(url=url, files=dict(files)).model_dump_json(), encoding="utf-8")
    staged.replace(path)
