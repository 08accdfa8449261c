"""Metadata files that stand beside documents: their names and their fields."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache

from index.corpus.readers.front_matter import parse_metadata
from index.errors import DocumentError
from index.types import Metadata

SUFFIXES = (".yaml", ".yml")
_FOLDER = "_metadata"
# Bytes: each process that reads a document beside it parses it, which takes up to 0.6 s.
_LARGEST = 64 * 1024


def sidecars(name: str, siblings: Collection[str]) -> list[str]:
    """Return the siblings of a file that state its metadata."""
    return [name + suffix for suffix in SUFFIXES if name + suffix in siblings]


def folder_files(siblings: Collection[str]) -> list[str]:
    """Return the files that state the metadata of all documents of their folder and below."""
    return [_FOLDER + suffix for suffix in SUFFIXES if _FOLDER + suffix in siblings]


def subject_of(name: str, siblings: Collection[str]) -> str | None:
    """Return the file or folder whose metadata a file states, None if it is no metadata file."""
    base, dot, suffix = name.rpartition(".")
    if dot + suffix not in SUFFIXES:
        return None
    if base == _FOLDER:
        return "the folder"
    return base if base in siblings else None


@lru_cache(maxsize=256)  # every document of a folder needs the folder's file
def parse_sidecar(content: bytes, path: str) -> Metadata:
    """Return the metadata that a file states.

    Raises:
        DocumentError: it is too large, it is not UTF-8 or YAML, or a key has a value of the wrong
            form.
    """
    if len(content) > _LARGEST:
        raise DocumentError(
            f"{path} has {len(content):,} bytes, and a metadata file {_LARGEST:,} at most; shorten "
            "it, and state what belongs to one document beside that document"
        )
    try:
        return parse_metadata(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error


def combined_digest(digest: str, sidecars: Mapping[str, bytes]) -> str:
    """Return a digest of a file and its sidecars; without sidecars, the file's own."""
    if not sidecars:
        return digest
    whole = hashlib.sha256(digest.encode())
    for content in sidecars.values():
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()
