"""The original files of the documents, in their current state."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import PurePosixPath

from flask import Blueprint, Response, send_file

from index import DocumentError, DocumentsFolderError, Folder, LiveIndex, RemoteFolder
from service.http.problems import Problem, no_document, without_folders

# A file may contain scripts. Opened as a page of this service they would have the rights of the
# reader. So a browser saves every file but a PDF, which it shows without an origin.
_PDF = "application/pdf"
_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def originals_blueprint(
    live: LiveIndex, open_folder: Callable[[], Folder | RemoteFolder]
) -> Blueprint:
    """Return the route /documents/<id>/file; `open_folder` opens the documents folder."""
    routes = Blueprint("originals", __name__)

    @routes.get("/documents/<identity>/file")
    def read_file(identity: str) -> Response:
        source = live.generation.catalog.source(identity)
        if source is None:
            raise no_document(identity)
        path = PurePosixPath(source.path)
        is_pdf = is_shown(source.path)
        try:
            file = open_folder().open(source.path)
        except (DocumentError, DocumentsFolderError) as error:
            reason = without_folders(str(error))
            raise Problem(404, f"the file of this document cannot be opened: {reason}") from error
        status = os.fstat(file.fileno())
        response = send_file(
            file,
            mimetype=_PDF if is_pdf else "application/octet-stream",
            as_attachment=not is_pdf,
            download_name=path.name,
            last_modified=status.st_mtime,
            etag=False,
        )
        response.content_length = status.st_size
        response.headers.update(_HEADERS)
        return response

    return routes


def is_shown(path: str) -> bool:
    """Return whether browsers show the file at `path`; they save all other files."""
    return PurePosixPath(path).suffix.lower() == ".pdf"
