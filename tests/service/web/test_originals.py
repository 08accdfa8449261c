from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.conftest import problem_of
from tests.service.web.conftest import BROWSER, open_app, page

HOSTILE = b"<script>alert(1)</script> Lava flowed.\n"


def write_pdf(*pages: str) -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for text in pages:
        pdf.add_page()
        pdf.multi_cell(0, text=text)
    return bytes(pdf.output())


NOTES = 'notes/ünï "x".md'


@cache
def files() -> dict[str, bytes]:
    pages = ("Ninety ships unload copper every winter.", "Bees sleep in the wall.")
    return {NOTES: HOSTILE, "report.pdf": write_pdf(*pages)}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("PINCITE_DOCUMENTS", str(tmp_path / "documents"))
    return open_app(tmp_path, files()).test_client()


def document_at(client: FlaskClient, path: str) -> str:
    listed = json.loads(client.get("/documents").data)["documents"]
    return next(f"/documents/{one['id']}" for one in listed if one["path"] == path)


def fetch(client: FlaskClient, path: str) -> TestResponse:
    return client.get(f"{document_at(client, path)}/file", headers=BROWSER, buffered=True)


@pytest.mark.parametrize("path", [NOTES, "report.pdf"])
def test_the_file_is_served_as_it_is_and_can_do_nothing(client: FlaskClient, path: str) -> None:
    response = fetch(client, path)
    assert response.data == files()[path]
    assert response.content_length == len(files()[path])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert {"sandbox", "default-src 'none'"} <= set(
        response.headers["Content-Security-Policy"].split("; ")
    )


def test_all_but_pdf_is_saved_and_never_shown(client: FlaskClient) -> None:
    response = fetch(client, 'notes/ünï "x".md')
    assert response.mimetype == "application/octet-stream"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.endswith("filename*=UTF-8''%C3%BCn%C3%AF%20%22x%22.md")
    assert "/" not in disposition
    pdf = fetch(client, "report.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("inline; ")


def test_it_is_the_file_as_it_is_now(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "documents/report.pdf").write_bytes(b"changed")
    assert fetch(client, "report.pdf").data == b"changed"


def test_a_file_that_is_gone_or_leads_away_is_not_found(
    client: FlaskClient, tmp_path: Path
) -> None:
    address = f"{document_at(client, 'report.pdf')}/file"
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    (tmp_path / "documents/report.pdf").unlink()
    problem_of(client.get(address), 404)
    (tmp_path / "documents/report.pdf").symlink_to("../secret.pdf")
    detail = problem_of(client.get(address), 404)["detail"]
    assert "leads out of the documents folder" in detail
    assert str(tmp_path) not in detail


def test_only_documents_of_the_index_have_a_file(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "documents/later.md").write_text("later")
    for identity in ("later.md", "report.pdf", "..%2Fsecret", "0" * 16):
        problem_of(client.get(f"/documents/{identity}/file"), 404)


def test_the_source_page_leads_to_the_page_of_the_passage(client: FlaskClient) -> None:
    pdf, text = document_at(client, "report.pdf"), document_at(client, 'notes/ünï "x".md')
    reply = json.loads(client.get("/ask", query_string={"q": "Where do bees sleep?"}).data)
    source = reply["passages"][0]["source"]
    assert source["page"] == 2
    cited = page(client, pdf, start=str(source["start"]), end=str(source["end"]))
    link = cited.one("header", class_="about").all("a")[-1]
    assert (link.attributes["href"], link.line) == (
        f"{pdf}/file#page=2",
        "Open the original, page 2",
    )
    link = page(client, pdf).one("header", class_="about").all("a")[-1]
    assert (link.attributes["href"], link.line) == (f"{pdf}/file", "Open the original")
    link = page(client, text).one("header", class_="about").all("a")[-1]
    assert (link.attributes["href"], link.line) == (f"{text}/file", "Download the original")


def test_a_file_at_a_url_is_to_be_opened_there(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = (tmp_path / "documents").as_uri()
    monkeypatch.setenv("PINCITE_DOCUMENTS", url)
    far = open_app(tmp_path, files()).test_client()
    response = far.get(f"{document_at(far, 'report.pdf')}/file")
    detail = problem_of(response, 404)["detail"]
    assert "open it there" in detail
    assert str(tmp_path) not in detail
