"""The routes of each kind of key, from the table in service/README.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.access.key_file import create_key
from service.http.operation import KINDS
from tests.conftest import ROOT
from tests.fakes import THREE, build, write_files
from tests.service.conftest import SITE, MakeApp, problem_of, routes

CALLERS = ("nobody", *KINDS)


def rows() -> Iterator[tuple[str, tuple[bool, ...]]]:
    """Yield each route of the table with whether each caller may use it."""
    text = (ROOT / "service/README.md").read_text()
    table = text.partition("| route | nobody | widget |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        named, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        for route in re.findall(r"`([A-Z]+ [^`]+)`", named):
            yield route, tuple(cell == "yes" for cell in cells)


TABLE = dict(rows())


@pytest.fixture
def two(make_app: MakeApp, tmp_path: Path) -> Flask:
    """Return an application with a second collection, which holds the same."""
    news = {"documents": tmp_path / "news", "index": tmp_path / "news-index"}
    build(write_files(news["documents"], THREE), news["index"])
    return make_app(collections={"news": news}, rate_limit="")


@pytest.fixture
def keys(tmp_path: Path) -> Mapping[str, str]:
    """Return the token of a key of each kind, and of some that are for one collection."""
    path = tmp_path / "keys.json"
    origins = {"widget": [SITE]}
    return {
        **{kind: create_key(path, kind, "", origins.get(kind, []))[1] for kind in KINDS},
        "news": create_key(path, "ask", "", [], ["news"])[1],
        "default": create_key(path, "ask", "", [], ["default"])[1],
        "news widget": create_key(path, "widget", "", [SITE], ["news"])[1],
    }


def status(client: FlaskClient, route: str, token: str | None, origin: str = "") -> int:
    method, address = route.split(" ")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if origin or ((token or "").startswith("pincite_widget") and "/sign-" not in address):
        headers["Origin"] = origin or SITE
    return client.open(address, method=method, headers=headers).status_code


def shown(method: str, address: str) -> str:
    return f"{method} {address}"


def test_the_table_has_every_route(two: Flask) -> None:
    served = {
        shown(method, address)
        for method, address, _ in routes(two)
        if not address.startswith("/collections/")
        # what a version stands before is the same without it
        and not (address.startswith("/v1/") and f"{method} {address[3:]}" in TABLE)
        and not address.startswith("/v1/collections/")
    }
    assert served == TABLE.keys()


@pytest.mark.parametrize("caller", CALLERS)
def test_a_key_is_good_for_what_the_table_says(
    two: Flask, keys: Mapping[str, str], caller: str
) -> None:
    client = two.test_client()
    column = CALLERS.index(caller)
    for route, may in TABLE.items():
        if route == "POST /sign-in":  # which takes its key in the form
            continue
        let_in = status(client, route, keys.get(caller)) not in {401, 403}
        assert let_in is may[column], route


def test_a_key_for_one_collection_learns_nothing_of_another(
    two: Flask, keys: Mapping[str, str]
) -> None:
    client = two.test_client()
    for method, address, _ in routes(two):
        if address.startswith("/collections/news"):
            there, away = shown(method, address), shown(method, address.replace("news", "none"))
            for who in (None, "default", "widget"):
                token = keys[who] if who else None
                for origin in ("", SITE):
                    found = status(client, there, token, origin)
                    assert found == status(client, away, token, origin), there
    headers = {"Authorization": f"Bearer {keys['default']}"}
    replies = [
        client.get(f"/collections/{name}/ask?q=lava", headers=headers) for name in ("news", "none")
    ]
    first, second = (problem_of(reply, 404)["detail"] for reply in replies)
    assert first == second
    assert status(client, "OPTIONS /collections/news/ask", None) == status(
        client, "OPTIONS /collections/none/ask", None
    )


def test_a_key_for_one_collection_asks_that_one(two: Flask, keys: Mapping[str, str]) -> None:
    client = two.test_client()
    for who in ("news", "news widget"):
        assert status(client, "GET /collections/news/ask?q=lava", keys[who]) == 200
        for other in ("GET /ask?q=lava", "GET /v1/ask?q=lava", "POST /v1/chat/completions"):
            assert status(client, other, keys[who]) == 403
    for who in ("widget", "default"):
        assert status(client, "GET /ask?q=lava", keys[who]) == 200
        assert status(client, "GET /collections/news/ask?q=lava", keys[who]) == 404
    assert status(client, "GET /metrics", keys["default"]) == 403
    headers = {"Authorization": f"Bearer {keys['news']}"}
    listed = json.loads(client.get("/collections", headers=headers).data)["collections"]
    assert [one["name"] for one in listed] == ["news"]


def test_the_description_names_what_the_caller_may_ask(two: Flask, keys: Mapping[str, str]) -> None:
    client = two.test_client()

    def paths(who: str | None) -> set[str]:
        headers = {"X-API-Key": keys[who]} if who else {}
        return set(json.loads(client.get("/openapi.json", headers=headers).data)["paths"])

    assert "/ask" not in paths(None)
    assert "/healthz" in paths(None)
    assert {"/ask", "/v1/ask"} <= paths("widget")
    assert not {"/documents", "/retrieval", "/collections/news/ask"} & paths("widget")
    assert {"/retrieval", "/v1/chat/completions"} <= paths("cite")
    assert "/documents" not in paths("cite")
    assert {"/documents", "/collections/news/ask"} <= paths("ask")
    assert "/collections/news/ask" in paths("news")
    assert "/ask" not in paths("news")
    assert "/collections/news/ask" not in paths("default")


@pytest.mark.parametrize("who", ["widget", "cite"])
def test_who_may_not_read_gets_no_whole_passages(
    make_app: MakeApp, keys: Mapping[str, str], who: str, tmp_path: Path
) -> None:
    files = {
        f"{name}.txt": " ".join(
            f"{name * 4}{number} tells {name * 3}{number * 7} of {name * 5}."
            if number != 4
            else f"The copper is weighed by merchants of {name * 4} at dawn."
            for number in range(9)
        )
        for name in "abcdefghijklm"
    }
    build(write_files(tmp_path / "d", files), tmp_path / "index")
    client = make_app(index=tmp_path / "index").test_client()

    def ask(kind: str) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {keys[kind]}", "Origin": SITE}
        reply = client.get("/ask?q=Who weighs the copper&top_k=50", headers=headers)
        found: dict[str, object] = json.loads(reply.data)
        return found

    whole, cut = ask("ask"), ask(who)
    assert cut["answer"] == whole["answer"]
    assert isinstance(cut["passages"], list)
    assert isinstance(whole["passages"], list)
    assert len(cut["passages"]) <= {"widget": 5, "cite": 10}[who] < len(whole["passages"])
    assert any("at most" in note for note in cut["notes"])  # type: ignore[attr-defined]
    for passage in cut["passages"]:
        assert len(passage["text"]) < 200
        source = passage["source"]
        text = (tmp_path / "d" / source["path"]).read_text()
        assert text[source["start"] : source["end"]][:40] == passage["text"][:40]
        [span, *_] = passage["evidence"]
        assert "copper" in passage["text"][span["start"] : span["end"]]
