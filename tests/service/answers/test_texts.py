"""Answers as Markdown and as plain text; what a document holds is shown, never obeyed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt

from service.app import create_app
from service.settings.settings import load_settings
from tests.fakes import build, recipe, write_files
from tests.service.conftest import Change

QUESTION = "Who weighs the copper at dawn?"
HOSTILE = (
    "Copper\x1b]0;owned\x07 <script>alert(1)</script> **bold** [link](http://evil.example)\n\n"
    "# Heading\n\n- item\n\n    code\n\n`tick` ![img](x) &lt; 1. one\n"
)


def ask(client: FlaskClient, accept: str, question: str = QUESTION, **more: str) -> str:
    given = {"q": question, "top_k": "2", **more}
    response = client.get("/ask", query_string=given, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == accept
    assert "Accept" in response.headers["Vary"]
    posted = client.post(
        "/ask", json={"question": question, "top_k": 2, **more}, headers={"Accept": accept}
    )
    assert posted.text == response.text
    return response.text


def test_markdown_is_the_answer_and_its_passages_cited(client: FlaskClient) -> None:
    text = ask(client, "text/markdown")
    assert text.startswith("Merchants weigh it at dawn. \\[1\\]\n\n1. # Trade".replace("#", "\\#"))
    assert "[“The harbour of Thessaly”](https://example.org/harbour)" in text
    tokens = MarkdownIt().parse(text)
    assert [one.type for one in tokens].count("ordered_list_open") == 1
    assert [one.type for one in tokens].count("list_item_open") == 2


def test_plain_text_is_the_same_with_the_lines_of_the_document(client: FlaskClient) -> None:
    text = ask(client, "text/plain")
    assert text.startswith("Merchants weigh it at dawn. [1]\n\n[1] # Trade\n\nNinety ships unload")
    assert "Ada Quill, Ben Orr, “The harbour of Thessaly”, Coast Gazette, 1987-03-05" in text
    assert "\n\n[2] " in text


@pytest.mark.parametrize("accept", ["text/markdown", "text/plain"])
def test_the_confidence_is_a_word_with_its_meaning_and_the_number(
    client: FlaskClient, change_answers: Change, accept: str
) -> None:
    change_answers(confidence=0.784)
    _, sure, *_ = ask(client, accept).split("\n\n")
    assert sure.replace("\\", "") == "likely: the documents probably answer this question (78%)"


@pytest.mark.parametrize(("form", "sign"), [("bibtex", "@"), ("csl-json", '{"')])
def test_plain_text_cites_in_the_format_that_is_asked_for(
    client: FlaskClient, form: str, sign: str
) -> None:
    text = ask(client, "text/plain", citation_format=form)
    cited = text.split("\n\n", 3)[-1]
    assert f"\n\n{sign}" in f"\n\n{cited}"
    if form == "csl-json":
        line = next(one for one in text.splitlines() if one.startswith(sign))
        assert json.loads(line)["title"] == "The harbour of Thessaly"


@pytest.mark.parametrize("accept", ["text/markdown", "text/plain"])
def test_where_there_is_no_answer_the_text_says_so_first(client: FlaskClient, accept: str) -> None:
    given = {"q": QUESTION, "since": "2999-01-01"}
    response = client.get("/ask", query_string=given, headers={"Accept": accept})
    assert response.text == "No source passes the filters, so nothing was searched.\n"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("application/json, text/markdown", "application/json"),
        ("text/plain, application/json;q=0.5", "text/plain"),
        ("text/*", "text/markdown"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_a_client_gets_what_it_prefers(client: FlaskClient, accept: str, expected: str) -> None:
    assert client.get("/ask?q=lava", headers={"Accept": accept}).mimetype == expected


@pytest.fixture
def hostile(tmp_path: Path) -> FlaskClient:
    """Return a client of a service over a document that tries to be more than text."""
    build(write_files(tmp_path / "d", {"# <b>x.txt": HOSTILE}), tmp_path / "index")
    settings = load_settings(index=tmp_path / "index")
    return create_app(settings, recipe_of=lambda _: recipe()).test_client()


def test_a_document_brings_no_markup_into_markdown(hostile: FlaskClient) -> None:
    text = ask(hostile, "text/markdown", "copper")
    shown = MarkdownIt("commonmark", {"html": True}).parse(text)
    kinds = {one.type for one in shown} | {
        part.type for one in shown for part in one.children or []
    }
    assert kinds <= {
        "paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak",
        "ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close",
    }  # fmt: skip
    assert "alert(1)" in text


def test_a_document_commands_no_terminal(hostile: FlaskClient) -> None:
    for accept in ("text/markdown", "text/plain"):
        text = ask(hostile, accept, "copper")
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "owned" in text
