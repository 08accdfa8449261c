"""Changes of the documents over HTTP: adds, replaces and deletes files, for admin keys only.

`forms.py` reads the form that uploads files, `replies.py` renders the state of a change, and
`refusals.py` translates what the documents folder refuses.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request

from index import DocumentStore, LiveIndex, document_id, safe_path
from service.http.problems import Problem, no_document, refuse_field, without_folders
from service.indexing.changes import Changes, Kind
from service.protocols.uploads.forms import kind_of, overwrites, put_all, uploaded_paths
from service.protocols.uploads.refusals import refusals
from service.protocols.uploads.replies import address_of, page, render, respond
from service.schemas.runs import ChangeReply
from service.traffic.admission import leave_inside

_SPARE = 1 << 20  # bytes of a multipart body besides its files


def uploads_blueprint(
    store: DocumentStore, live: LiveIndex, changes: Changes, most_mb: int, seconds: float
) -> Blueprint:
    """Return the routes that change documents; each waits `seconds` for its change to be live.

    The files of one request have `most_mb` MB at most, together.
    """
    routes = Blueprint("uploads", __name__)
    routes.before_request(leave_inside)  # for these requests wait: for a slow body, and the indexer

    def index_changes(kinds: Sequence[tuple[str, Kind]]) -> ChangeReply:
        return changes.reply(changes.start(kinds), address_of, seconds)

    @routes.post("/documents")
    def add() -> Response:
        request.max_content_length = (most_mb << 20) + _SPARE
        paths = uploaded_paths()
        replace = overwrites()
        for path in paths:
            if not replace and store.has(path):
                raise _taken(path)
        if len(set(paths)) < len(paths):
            raise refuse_field("file", paths, "files of different names")
        kinds, refused = put_all(store, paths, replace=replace)
        if refused is None:
            return respond(index_changes(kinds), 201)
        if kinds:
            index_changes(kinds)
            written = ", ".join(path for path, _ in kinds)
            refused.detail += f"; written before it, and kept: {written}"
        raise refused

    @routes.put("/documents/<path:path>")
    def put(path: str) -> Response:
        request.max_content_length = (most_mb << 20) + _SPARE
        with refusals():
            kind = kind_of(replaced=store.put(safe_path(path), request.stream, replace=True))
        return respond(index_changes([(path, kind)]), 200 if kind == "replaced" else 201)

    @routes.delete("/documents/<path:identity>")
    def delete(identity: str) -> Response:
        path = _find_path(live, identity)
        with refusals():
            store.remove(path)
        return respond(index_changes([(path, "deleted")]), 200)

    @routes.get("/documents/<identity>/delete")
    def ask_delete(identity: str) -> Response:
        return page("delete.html", path=_find_path(live, identity), identity=identity)

    @routes.post("/documents/<identity>/delete")
    def delete_by_form(identity: str) -> Response:
        return delete(identity)

    @routes.get("/documents/changes/<change>")
    def read_change(change: str) -> Response:
        found = changes.find(change)
        if found is None:
            raise Problem(404, f"there is no change {change!r}; only the latest ones are kept")
        return render(changes.reply(found, address_of), 200)

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


def _taken(path: str) -> Problem:
    return Problem(
        409,
        f"{path}: the file exists; to replace it, send overwrite=true or use PUT; on the page, "
        "tick “Replace files of the same name”",
    )
