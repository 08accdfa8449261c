"""Files beside documents that state their metadata: by what name they go, and what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache

from index.corpus.readers.front_matter import parse_metadata
from index.errors import DocumentError
from index.types import Metadata

SUFFIXES = (".yaml", ".yml")
_FOLDER = "_metadata"


def sidecars(name: str, siblings: Collection[str]) -> list[str]:
    """Return which of a file's siblings say something of it."""
    return [name + suffix for suffix in SUFFIXES if name + suffix in siblings]


def folder_files(siblings: Collection[str]) -> list[str]:
    """Return which files of a folder say something of all documents in it and below."""
    return [_FOLDER + suffix for suffix in SUFFIXES if _FOLDER + suffix in siblings]


def described(name: str, siblings: Collection[str]) -> str | None:
    """Return what a file says something of, None if it is no metadata file."""
    base, dot, suffix = name.rpartition(".")
    if dot + suffix not in SUFFIXES:
        return None
    if base == _FOLDER:
        return "the folder"
    return base if base in siblings else None


@lru_cache(maxsize=256)  # a folder's file is asked for by each document below
def parse_sidecar(content: bytes, path: str) -> Metadata:
    """Return what a metadata file states.

    Raises:
        DocumentError: it is not UTF-8 or YAML, or a key holds what it may not.
    """
    try:
        return parse_metadata(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def cover(digest: str, beside: Mapping[str, bytes]) -> str:
    """Return the digest of a file together with what stands beside it, its own if nothing does."""
    if not beside:
        return digest
    whole = hashlib.sha256(digest.encode())
    for content in beside.values():
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()
