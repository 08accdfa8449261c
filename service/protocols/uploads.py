"""Changes of the documents over HTTP: adds, replaces and deletes files, for admin keys only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Blueprint, Response, render_template, request, url_for

from index import (
    DocumentStore,
    FileTaken,
    FileTooLarge,
    LiveIndex,
    NameRefused,
    StoreError,
    document_id,
    safe_folder,
    safe_name,
    safe_path,
)
from service.http.media import MULTIPART, PAGE
from service.http.problems import (
    FieldProblem,
    Problem,
    no_document,
    refuse_field,
    wants_page,
    without_folders,
)
from service.http.responses import json_response, negotiated
from service.indexing.changes import Changes, Kind
from service.schemas.runs import ChangeReply
from service.traffic.admission import leave_inside

_SPARE = 1 << 20  # bytes of a multipart body besides its files
_MOST_FILES = 100


def uploads_blueprint(
    store: DocumentStore, live: LiveIndex, changes: Changes, most_mb: int, seconds: float
) -> Blueprint:
    """Return the routes that change documents; each waits `seconds` for its change to be live.

    The files of one request have `most_mb` MB at most, together.
    """
    routes = Blueprint("uploads", __name__)
    routes.before_request(leave_inside)  # for these requests wait: for a slow body, and the indexer

    def index_changes(kinds: Sequence[tuple[str, Kind]]) -> ChangeReply:
        return changes.reply(changes.start(kinds), _address, seconds)

    @routes.post("/documents")
    def add() -> Response:
        request.max_content_length = (most_mb << 20) + _SPARE
        paths = _uploaded_paths()
        replace = _overwrites()
        for path in paths:
            if not replace and store.has(path):
                raise _taken(path)
        if len(set(paths)) < len(paths):
            raise refuse_field("file", paths, "files of different names")
        kinds, refused = _put_all(store, paths, replace=replace)
        if refused is None:
            return _respond(index_changes(kinds), 201)
        if kinds:
            index_changes(kinds)
            written = ", ".join(path for path, _ in kinds)
            refused.detail += f"; written before it, and kept: {written}"
        raise refused

    @routes.put("/documents/<path:path>")
    def put(path: str) -> Response:
        request.max_content_length = (most_mb << 20) + _SPARE
        with _refusals():
            kind = _kind(replaced=store.put(safe_path(path), request.stream, replace=True))
        return _respond(index_changes([(path, kind)]), 200 if kind == "replaced" else 201)

    @routes.delete("/documents/<path:identity>")
    def delete(identity: str) -> Response:
        path = _find_path(live, identity)
        with _refusals():
            store.remove(path)
        return _respond(index_changes([(path, "deleted")]), 200)

    @routes.get("/documents/<identity>/delete")
    def ask_delete(identity: str) -> Response:
        return _page("delete.html", path=_find_path(live, identity), identity=identity)

    @routes.post("/documents/<identity>/delete")
    def delete_by_form(identity: str) -> Response:
        return delete(identity)

    @routes.get("/documents/changes/<change>")
    def read_change(change: str) -> Response:
        found = changes.find(change)
        if found is None:
            raise Problem(404, f"there is no change {change!r}; only the latest ones are kept")
        return _render(changes.reply(found, _address), 200)

    return routes


def closed_blueprint(url: str) -> Blueprint:
    """Return the routes that refuse to change documents at the URL `url`."""
    routes = Blueprint("uploads", __name__)
    place = without_folders(url)

    @routes.post("/documents", endpoint="add")
    @routes.get("/documents/<identity>/delete", endpoint="ask_delete")
    @routes.post("/documents/<identity>/delete", endpoint="delete_by_form")
    @routes.put("/documents/<path:path>", endpoint="put")
    @routes.delete("/documents/<path:identity>", endpoint="delete")
    def refuse(**_: str) -> Response:
        raise Problem(
            409,
            f"the documents are at {place}; change them there, then run: pincite index",
        )

    return routes


def _find_path(live: LiveIndex, identity: str) -> str:
    """Return the path of a document that may be deleted, by its id or its path.

    Raises:
        Problem: 404, there is no such document; 409, it is the last one.
    """
    catalog, by_path = live.generation.catalog, document_id(identity)
    source = catalog.source(identity) or catalog.source(by_path)
    if source is None:
        raise no_document(identity)
    paths = (source.path, *source.copies)
    path = next(one for one in paths if document_id(one) in {identity, by_path})
    if live.generation.manifest.documents == 1 and not source.copies:
        raise Problem(
            409,
            f"{path} is the last document, and an index must hold at least one; add another "
            "document first",
        )
    return path


def _uploaded_paths() -> list[str]:
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
    with _refusals("folder"):
        folder = safe_folder(request.form.get("folder", ""))
    with _refusals("file"):
        names = [safe_name(file.filename or "") for file in files]
    return [f"{folder}/{name}" if folder else name for name in names]


def _put_all(
    store: DocumentStore, paths: Sequence[str], *, replace: bool
) -> tuple[list[tuple[str, Kind]], Problem | None]:
    """Write the files of a form up to the first error; return the written ones, and the error."""
    kinds: list[tuple[str, Kind]] = []
    try:
        with _refusals():
            for path, file in zip(paths, request.files.getlist("file"), strict=True):
                replaced = store.put(path, file.stream, replace=replace)
                kinds.append((path, _kind(replaced=replaced)))
    except Problem as refused:
        return kinds, refused
    return kinds, None


def _overwrites() -> bool:
    given = request.form.get("overwrite", "false")
    if given not in {"true", "false"}:
        raise refuse_field("overwrite", given, "true or false")
    return given == "true"


def _kind(*, replaced: bool) -> Kind:
    return "replaced" if replaced else "added"


def _taken(path: str) -> Problem:
    return Problem(
        409,
        f"{path}: the file exists; to replace it, send overwrite=true or use PUT; on the page, "
        "tick “Replace files of the same name”",
    )


def _page(template: str, status: int = 200, **values: object) -> Response:
    return negotiated(Response(render_template(template, **values), status, mimetype=PAGE))


def _respond(reply: ChangeReply, status: int) -> Response:
    """Return the response to a change: with `status` once it is live, else 202.

    Raises:
        Problem: 503, the index could not be updated.
    """
    if reply.state == "failed":
        files = ", ".join(f"{one.path} is {one.change}" for one in reply.changes)
        raise Problem(503, f"{files}, but the index could not be updated: {reply.problem}")
    if reply.state == "live":
        return _render(reply, status)
    response = _render(reply, 202)
    response.headers["Location"] = reply.status_url
    return response


def _render(reply: ChangeReply, status: int) -> Response:
    """Return the state of a change as JSON, or as a page for a browser."""
    if wants_page():
        return _page("change.html", status, change=reply)
    return negotiated(json_response(reply, status))


def _address(change: str) -> str:
    return url_for(".read_change", change=change)


@contextmanager
def _refusals(field: str = "path") -> Iterator[None]:
    """Translate errors of the documents folder into problems that name the field."""
    try:
        yield
    except NameRefused as error:
        allowed = "a safe name, with the suffix of a format that is read"
        problem = FieldProblem(field, str(error), allowed)
        raise Problem(422, f"{field}: {error}", problem) from error
    except FileTaken as error:
        raise Problem(409, without_folders(str(error))) from error
    except FileTooLarge as error:
        raise Problem(413, str(error)) from error
    except StoreError as error:
        raise Problem(507, without_folders(str(error))) from error
