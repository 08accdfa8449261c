"""Requests as clients send them: harmless differences are accepted, others get a clear error."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.conftest import problem_of

JSON = "application/json"
QUESTION = {"question": "Who weighs the copper?"}
# A body for each POST route of questions, without its optional fields.
BODIES: dict[str, dict[str, Any]] = {
    "/ask": QUESTION,
    "/v1/chat/completions": {
        "model": "default",
        "messages": [{"role": "user", "content": "Lava?"}],
    },
    "/v1/vector_stores/default/search": {"query": "Lava?"},
    "/openwebui/search": {"query": "Lava?"},
    "/retrieval": {"knowledge_id": "default", "query": "Lava?", "retrieval_setting": {"top_k": 2}},
}
NULLS: dict[str, list[str]] = {
    "/ask": ["top_k", "filters", "asked_on", "prefer", "citation_format", "format"],
    "/v1/chat/completions": ["stream", "stream_options", "response_format", "filters", "n"],
    "/v1/vector_stores/default/search": [
        "filters", "max_num_results", "ranking_options", "rewrite_query",
    ],
    "/openwebui/search": ["count"],
    "/retrieval": ["metadata_condition"],
}  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/ask", "/documents", "/healthz", "/docs", "/openapi.json", "/v1/models", "/status"]
)
def test_a_trailing_slash_finds_the_route(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}/?q=lava")
    assert response.status_code == 200
    assert response.status_code == client.get(f"{path}?q=lava").status_code


def test_a_trailing_slash_finds_a_document(client: FlaskClient) -> None:
    assert client.get("/documents/harbour.md/").status_code == 200
    assert client.post("/ask/", json=QUESTION).status_code == 200


@pytest.mark.parametrize("path", BODIES)
def test_null_is_the_same_as_leaving_a_field_out(client: FlaskClient, path: str) -> None:
    plain = client.post(path, json=BODIES[path])
    nulls = client.post(path, json=BODIES[path] | dict.fromkeys(NULLS[path]))
    assert plain.status_code == nulls.status_code == 200, nulls.text
    assert _stable(nulls) == _stable(plain)


def test_null_is_left_out_of_filters_too(client: FlaskClient) -> None:
    filters = {"since": None, "tags": None, "metadata": None, "path": "harbour"}
    reply = client.post("/ask", json=QUESTION | {"filters": filters})
    assert reply.status_code == 200, reply.text
    assert {one["source"]["path"] for one in json.loads(reply.data)["passages"]} == {"harbour.md"}


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_body_with_a_byte_order_mark_is_read(client: FlaskClient, path: str, mark: bytes) -> None:
    encoding = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}[mark]
    body = mark + json.dumps(BODIES[path]).encode(encoding)
    assert client.post(path, data=body, content_type=JSON).status_code == 200


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP", "deflate", "identity"])
def test_a_compressed_body_is_read(client: FlaskClient, path: str, encoding: str) -> None:
    plain = json.dumps(BODIES[path]).encode()
    body = {"deflate": zlib.compress(plain), "identity": plain}.get(encoding, gzip.compress(plain))
    response = client.post(
        path, data=body, content_type=JSON, headers={"Content-Encoding": encoding}
    )
    assert response.status_code == 200, response.text


def test_a_compressed_body_is_as_large_as_it_unpacks(client: FlaskClient) -> None:
    body = gzip.compress(b'{"question": "' + b" " * 2_000_000 + b'x"}')
    assert len(body) < 64 * 1024
    sent = client.post("/ask", data=body, content_type=JSON, headers={"Content-Encoding": "gzip"})
    assert "64 KiB" in problem_of(sent, 413)["detail"]


@pytest.mark.parametrize(
    ("body", "encoding", "status", "words"),
    [
        (b"nonsense", "gzip", 400, "not valid gzip"),
        (gzip.compress(b'{"question": "x"}', mtime=0)[:-12], "gzip", 400, "not valid gzip"),
        (b"x", "br", 415, "gzip or deflate"),
    ],
)
def test_a_body_that_does_not_unpack_is_refused(
    client: FlaskClient, body: bytes, encoding: str, status: int, words: str
) -> None:
    sent = client.post("/ask", data=body, content_type=JSON, headers={"Content-Encoding": encoding})
    assert words in problem_of(sent, status)["detail"]


@pytest.mark.parametrize("address", ["/ask?q=caf%E9", "/ask?%ff=1&q=x", "/?q=caf%E9"])
def test_bytes_in_an_address_that_are_no_utf_8_are_refused(
    client: FlaskClient, address: str
) -> None:
    assert "not valid UTF-8" in problem_of(client.get(address), 400)["detail"]
    accepted = address.replace("%E9", "%C3%A9").replace("%ff", "%C3%A9")
    assert client.get(accepted).status_code in {200, 422}


def test_bytes_in_a_path_that_are_no_utf_8_are_refused(client: FlaskClient) -> None:
    def get(path: bytes) -> TestResponse:
        return client.get("/", environ_overrides={"PATH_INFO": path.decode("latin-1")})

    refused = get(b"/documents/caf\xe9.md")
    assert refused.status_code == 400
    assert "not valid UTF-8" in json.loads(refused.data)["detail"]
    assert get("/documents/café.md".encode()).status_code == 404


def test_a_question_has_either_name_in_either_form(client: FlaskClient) -> None:
    text = QUESTION["question"]
    for response in (
        client.get("/ask", query_string={"question": text}),
        client.get("/ask", query_string={"q": text}),
        client.post("/ask", json={"q": text}),
        client.post("/ask", json={"question": text}),
    ):
        assert response.status_code == 200, response.text
        assert json.loads(response.data)["question"] == text
    page = client.get("/", query_string={"question": text}, headers={"Accept": "text/html"})
    assert text in page.text
    assert "Passages" in page.text


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("topk", "top_k"),
        ("topK", "top_k"),
        ("qestion", "question"),
        ("filter", "filters"),
        ("asked-on", "asked_on"),
        ("since", "filters.since"),
        ("tag", "filters.tags"),
    ],
)
def test_an_unknown_field_is_told_with_the_one_that_was_meant(
    client: FlaskClient, field: str, meant: str
) -> None:
    problem = problem_of(client.post("/ask", json=QUESTION | {field: "x"}), 422, field)
    assert f"did you mean {meant}?" in problem["detail"]


@pytest.mark.parametrize("name", ["query", "prompt", "Question", "text"])
def test_a_question_by_another_name_is_told_with_the_name_that_was_sent(
    client: FlaskClient, name: str
) -> None:
    posted = problem_of(client.post("/ask", json={name: "x"}), 422, name)
    assert posted["detail"].startswith(f"{name}: found 'x', allowed: no such field; did you mean ")
    assert "did you mean question? " in posted["detail"]
    asked = problem_of(client.get("/ask", query_string={name: "x"}), 422, name)
    assert asked["detail"].startswith(
        f"{name}: found 'x', allowed: no such field; did you mean q? "
    )


def test_a_chatbot_that_sends_another_field_is_told_what_it_sent(client: FlaskClient) -> None:
    reply = client.post("/openwebui/search", json={"question": "x", "count": 2})
    told = "query: Field required; the fields that were sent are count, question"
    assert reply.get_json()["detail"] == told


def test_a_field_without_a_likely_meaning_gets_the_list(client: FlaskClient) -> None:
    problem = problem_of(client.post("/ask", json=QUESTION | {"colour": 1}), 422, "colour")
    assert "did you mean" not in problem["detail"]
    assert "fields are question, top_k" in problem["detail"]


def test_head_and_options_answer_at_every_route(client: FlaskClient) -> None:
    for rule in client.application.url_map.iter_rules():
        path = rule.rule.replace("<path:", "<").replace("<", "").replace(">", "")
        allowed = client.options(path)
        assert allowed.status_code == 200, path
        assert "OPTIONS" in allowed.headers["Allow"]
        head = client.head(path)
        assert head.data == b""
        assert head.status_code == client.get(path).status_code, path


@pytest.mark.parametrize(
    "name",
    [
        "User-Agent", "Accept", "Accept-Language", "X-Request-Id", "Origin", "Referer",
        "If-None-Match", "X-API-Key", "Cookie", "Authorization", "Sec-Fetch-Site", "Range",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "Content-Encoding",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/ask?q=lava", "/?q=lava", "/documents", "/v1/models"])
def test_unicode_in_a_header_breaks_nothing(client: FlaskClient, name: str, path: str) -> None:
    for value in ("Bearer ключ", "pincite_key=ключ", "ü", "\u3042", "\x80"):
        sent = value.encode().decode("latin-1")
        response = client.get(path, headers={name: sent})
        assert response.status_code < 500, (name, value, response.text)


def _stable(response: TestResponse) -> Any:
    """Return a reply without the fields that differ from one reply to the next."""
    found = json.loads(response.data)
    if isinstance(found, dict):
        for name in ("took_ms", "parts_ms", "id", "created"):
            found.pop(name, None)
    return found
