"""The targets of fuzzing: every reader, metadata files, filters and every protocol.

A target does with some bytes what the product does with them. It may refuse them as the product
does, with a DocumentError or a status below 500; any other error is a bug.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NoReturn

from flask.testing import FlaskClient

from index import DocumentError
from index.corpus.readers import READERS
from index.corpus.sidecars import parse_sidecar
from index.ingest.passages import Splitter, split_document
from service.access.key_file import create_key
from service.app import create_app
from service.indexing.indexer import Indexer, RunFailed
from service.settings.settings import Settings
from tests.fakes import THREE, build, count_words, recipe, write_files
from tests.index.corpus.readers.blocks import assert_read_or_refused

Target = Callable[[bytes], None]
_OURS = {"documents", "index", "feedback.sqlite", "keys.json", "keys.json.lock"}
UPLOADS = "/documents"
ARCHIVES = frozenset({"docx", "epub", "ods", "odt", "pptx", "xlsb", "xlsx"})


def _read(suffix: str, content: bytes) -> None:
    """Read a file and cut it into passages, as a build does."""
    assert_read_or_refused(READERS[suffix], content, f"folder/file{suffix}")


def _read_markdown(content: bytes) -> None:
    """Read Markdown, whose passages hold marks that its blocks do not."""
    try:
        document = READERS[".md"](content, "folder/file.md", "id")
    except DocumentError:
        return
    document.text.encode()
    for passage in split_document(document, count_words, Splitter()):
        assert document.text[passage.start : passage.end] == passage.text


def _describe(content: bytes) -> None:
    try:
        parse_sidecar(content, "file.pdf.yaml")
    except DocumentError:
        return


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="pincite-fuzzing-"))


@cache
def client() -> FlaskClient:
    folder = _folder()
    build(write_files(folder / "documents", THREE), folder / "index")
    app = create_app(
        Settings(
            documents=folder / "documents", index=folder / "index", rate_limit="",
            keys=folder / "keys.json", feedback=folder / "feedback.sqlite", no_auth=True,
            max_file_mb=1,
        ),
        recipe_of=lambda _: recipe(),
        open_indexer=lambda _, name: Indexer(_refuse),
    )  # fmt: skip
    made = app.test_client()
    made.environ_base["HTTP_X_API_KEY"] = create_key(folder / "keys.json", "admin", "", [])[1]
    return made


def _refuse() -> NoReturn:
    """Index nothing, because other targets read what is uploaded."""
    raise RunFailed("nothing is indexed here")


def _post(address: str, media: str, content: bytes) -> None:
    response = client().post(
        address,
        data=content,
        content_type=media,
        headers={"Accept": "application/json"},
        buffered=True,
    )
    assert response.status_code < 500, (response.status_code, response.text)
    # nothing is said to a notification of the Model Context Protocol but 202
    if response.data and (response.mimetype or "").endswith("json"):
        json.loads(response.data)


def _upload(content: bytes) -> None:
    """Send the bytes as a form with files; files may be written to the folder and nowhere else."""
    response = client().post(UPLOADS, data=content, content_type=_FILES, buffered=True)
    assert response.status_code < 500 or "nothing is indexed here" in response.text, response.text
    assert {one.name for one in _folder().iterdir()} <= _OURS


def _get(name: str, content: bytes) -> None:
    """Ask with the bytes as the value of a parameter of the URL."""
    value = content.decode("latin-1")
    given = {"q": "lava"} | {name: value}
    for address in ("/ask", "/"):
        response = client().get(address, query_string=given, buffered=True)
        assert response.status_code < 500, (response.status_code, response.text)


_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_FILES = "multipart/form-data; boundary=b"
TARGETS: dict[str, Target] = {
    **{
        suffix.removeprefix(".") or "nameless": partial(_read, suffix)
        for suffix in (
            "", ".txt", ".docx", ".epub", ".rst", ".csv", ".tsv", ".xlsx", ".eml", ".mbox",
            ".json", ".jsonl", ".html", ".odt", ".pdf", ".pptx", ".log", ".doc", ".rtf", ".msg",
            ".mht", ".ods", ".xls", ".xlsb", ".ics", ".adoc", ".py", ".tex", ".ipynb", ".srt",
        )
    },
    "md": _read_markdown,
    "sidecar": _describe,
    "question": partial(_get, "q"),
    "where": partial(_get, "where"),
    "ask": partial(_post, "/ask", _JSON),
    "openai-chat": partial(_post, "/v1/chat/completions", _JSON),
    "openai-responses": partial(_post, "/v1/responses", _JSON),
    "openai-search": partial(_post, "/v1/vector_stores/default/search", _JSON),
    "openwebui": partial(_post, "/openwebui/search", _JSON),
    "dify": partial(_post, "/retrieval", _JSON),
    "mcp": partial(_post, "/mcp", _JSON),
    "feedback": partial(_post, "/feedback", _FORM),
    "sign-in": partial(_post, "/sign-in", _FORM),
    "upload": _upload,
}  # fmt: skip
