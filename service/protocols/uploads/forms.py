"""The form that uploads documents: the paths of its files, and writing them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from index import DocumentStore, safe_folder, safe_name
from service.http.media import MULTIPART
from service.http.problems import FieldProblem, Problem, refuse_field
from service.indexing.changes import Kind
from service.protocols.uploads.refusals import refusals

_MOST_FILES = 100


def uploaded_paths() -> list[str]:
    """Return the paths for the files of a form.

    Raises:
        Problem: 415, the body is not a multipart form; 422, a name or the folder is unsafe.
    """
    if request.mimetype != MULTIPART:
        found = request.mimetype or "no Content-Type"
        raise Problem(
            415,
            f"the body's media type is {found}, expected {MULTIPART}",
            FieldProblem("Content-Type", found, MULTIPART),
        )
    files = request.files.getlist("file")
    if not 1 <= len(files) <= _MOST_FILES:
        raise refuse_field("file", len(files), f"1 to {_MOST_FILES} files")
    with refusals("folder"):
        folder = safe_folder(request.form.get("folder", ""))
    with refusals("file"):
        names = [safe_name(file.filename or "") for file in files]
    return [f"{folder}/{name}" if folder else name for name in names]


def overwrites() -> bool:
    """Return whether the files of a form may replace others.

    Raises:
        Problem: 422, the form says neither true nor false.
    """
    given = request.form.get("overwrite", "false")
    if given not in {"true", "false"}:
        raise refuse_field("overwrite", given, "true or false")
    return given == "true"


def put_all(
    store: DocumentStore, paths: Sequence[str], *, replace: bool
) -> tuple[list[tuple[str, Kind]], Problem | None]:
    """Write the files of a form up to the first error; return the written ones, and the error."""
    kinds: list[tuple[str, Kind]] = []
    try:
        with refusals():
            for path, file in zip(paths, request.files.getlist("file"), strict=True):
                replaced = store.put(path, file.stream, replace=replace)
                kinds.append((path, kind_of(replaced=replaced)))
    except Problem as refused:
        return kinds, refused
    return kinds, None


def kind_of(*, replaced: bool) -> Kind:
    """Return the kind of the change that a file made."""
    return "replaced" if replaced else "added"
