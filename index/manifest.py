"""What a generation says of itself; written last, checked first."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import IndexDamaged, IndexMismatch
from index.lists import Lists

FORMAT = 6
NAME = "manifest.json"


class Manifest(BaseModel):
    """How a generation was built, and the SHA-256 of each of its files by relative path.

    `encoder` is what ran the model, `device` where it last did, `language` the Latin language that
    terms are stemmed for, and `lists` how vectors are searched if not all of them are compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    created: str
    model: str
    weights_hash: str
    encoder: str
    device: str
    dimension: int
    enough_tokens: int
    most_tokens: int
    documents: int
    passages: int
    sentences: int
    terms: int
    language: str
    lists: Lists | None
    files: dict[str, str]


class _Format(BaseModel):
    format: int


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a generation's folder."""
    (folder / NAME).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        IndexDamaged: it is missing or not a manifest.
        IndexMismatch: another version of Pincite wrote it.
    """
    try:
        content = (folder / NAME).read_bytes()
        found = _Format.model_validate_json(content).format
        if found != FORMAT:
            raise IndexMismatch(
                f"{folder} has format {found}, this version of Pincite reads {FORMAT}; "
                "run: pincite index --rebuild"
            )
        return Manifest.model_validate_json(content)
    except OSError as error:
        raise IndexDamaged(f"{folder / NAME} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise IndexDamaged(
            f"{folder / NAME} is not a manifest: {error.error_count()} errors; "
            "run: pincite index --rebuild"
        ) from error


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below `folder` but its own manifest, by relative path."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / NAME:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            digests[path.relative_to(folder).as_posix()] = digest
    return digests
