"""The manifest of a generation: how it was built, and the hashes of its files.

It is the last file that is written and the first that is checked.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.embedding.models import ModelFiles
from index.errors import (
    IndexDamaged,
    IndexMismatch,
    IndexOutdated,
    RecipeMismatch,
    StoredIndexError,
)
from index.files.hashes import hash_files
from index.vectors.inverted_lists import Lists

FORMAT = 13
NAME = "manifest.json"


class Manifest(BaseModel):
    """How a generation was built, and the SHA-256 of each of its files by relative path.

    Each generation of an index has a higher `number` than those before it; `created` is only for
    people, since clocks can be set back. `documents_at` is the documents folder, or its URL.
    `encoder` names what ran the model, `device` where it ran last. `language` is the language in
    Latin script for which terms are stemmed, `languages` are the codes of those in which at least
    one of twenty passages is. `lists` says how vectors are searched; if it is None, a question is
    compared with all vectors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    number: int
    created: str
    documents_at: str
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
    languages: tuple[str, ...]
    lists: Lists | None
    files: dict[str, str]


class _Sealed(Manifest):
    """A manifest with the SHA-256 of its own content, which no other file holds."""

    seal: str


class _Format(BaseModel):
    format: int


class Contents(BaseModel):
    """The fields about documents that manifests of this and of earlier formats have."""

    documents: int
    documents_at: str = ""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a generation's folder."""
    sealed = _Sealed(**dict(manifest), seal=_seal(manifest))
    (folder / NAME).write_text(sealed.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        IndexDamaged: it is missing, not a manifest, or altered.
        IndexOutdated: an earlier version of Pincite wrote it.
        IndexMismatch: a later version did.
    """
    try:
        content = (folder / NAME).read_bytes()
        found = _Format.model_validate_json(content).format
        if found != FORMAT:
            reason = f"{folder} has format {found}, this version of Pincite writes {FORMAT}"
            if found < FORMAT:
                raise IndexOutdated(reason)
            raise IndexMismatch(f"{reason}; use a later one, or run: pincite index --rebuild")
        sealed = _Sealed.model_validate_json(content)
    except FileNotFoundError as error:
        raise IndexDamaged(f"{folder / NAME} is missing") from error
    except ValidationError as error:
        count = error.error_count()
        raise IndexDamaged(f"{folder / NAME} is not a manifest: {count} errors") from error
    manifest = Manifest(**sealed.model_dump(exclude={"seal"}))
    if sealed.seal != _seal(manifest):
        raise IndexDamaged(f"{folder / NAME} is altered")
    return manifest


def read_contents(folder: Path) -> Contents:
    """Read what a manifest of this or an earlier format says of the documents.

    Raises:
        IndexDamaged: it is missing or not a manifest.
    """
    try:
        return Contents.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"{folder / NAME} cannot be read as a manifest") from error


def read_number(folder: Path) -> int:
    """Return the number of a generation, 0 if its manifest cannot be read."""
    try:
        return read_manifest(folder).number
    except (StoredIndexError, OSError):
        return 0


def _seal(manifest: Manifest) -> str:
    return hashlib.sha256(manifest.model_dump_json().encode()).hexdigest()


def find_damage(folder: Path, manifest: Manifest) -> dict[str, str]:
    """Return a message for each file of a generation that is missing, altered or unexpected.

    The keys are the paths of the files, relative to the generation's folder.
    """
    found = hash_files(folder, leave_out=NAME)
    return {
        name: f"{folder / name} is {_damage(found.get(name), manifest.files.get(name))}"
        for name in sorted(found.keys() | manifest.files.keys())
        if found.get(name) != manifest.files.get(name)
    }


def _damage(found: str | None, expected: str | None) -> str:
    if found is None:
        return "missing"
    return "altered" if expected else "no file of the index"


def check_recipe(manifest: Manifest, place: object, model: ModelFiles) -> None:
    """Refuse an index whose vectors another model made.

    Raises:
        RecipeMismatch: another model made them.
    """
    if manifest.weights_hash == model.weights_hash:
        return
    rebuild = f"rebuild it: pincite index --rebuild --model {model.name}"
    if manifest.model == model.name:
        raise RecipeMismatch(
            f"the index in {place} was built with other weights or prompts of {model.name}",
            f"use these again, another --index, or {rebuild}",
        )
    raise RecipeMismatch(
        f"the index in {place} was built with the model {manifest.model}, not {model.name}",
        f"use --model {manifest.model}, another --index, or {rebuild}",
    )
