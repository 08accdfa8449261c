from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.service.web.conftest import page

QUESTION = "How many ships unload copper?"


def test_every_page_has_a_language_a_title_landmarks_and_a_way_past_the_links(
    client: FlaskClient,
) -> None:
    titles = set()
    for address, status in (("/", 200), (f"/?q={QUESTION}", 200), ("/documents", 200), ("/x", 404)):
        tree = page(client, address, status)
        assert tree.one("html").attributes["lang"] == "en"
        titles.add(tree.one("title").line)
        assert [tree.one(tag) for tag in ("main", "nav", "h1")]
        assert (
            tree.one("body").all("a")[0].attributes["href"]
            == f"#{tree.one('main').attributes['id']}"
        )
        assert not tree.all("script")
        assert not [node for node in tree if "style" in node.attributes or node.tag == "style"]
    assert len(titles) == 4


def test_what_a_page_needs_is_served_here(client: FlaskClient) -> None:
    for address in ("/", f"/?q={QUESTION}", "/documents"):
        tree = page(client, address)
        for node in [*tree.all("link"), *tree.all("img")]:
            with client.get(node.attributes.get("href") or node.attributes["src"]) as response:
                assert response.status_code == 200
                assert response.mimetype in {"text/css", "image/svg+xml"}


def test_the_empty_form_has_a_field_and_names_documents(client: FlaskClient) -> None:
    tree = page(client)
    form = tree.one("form", role="search", action="/", method="get")
    field = form.one("input", id="q")
    assert (field.attributes["name"], field.attributes["value"]) == ("q", "")
    assert form.one("label", **{"for": field.attributes["id"]}).line == "Ask your documents"
    named = [link.line for link in tree.one("section").all("a")]
    assert named == ["The harbour of Thessaly", "orchard log", "Volcano"]
    assert not tree.all("article")


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_a_blank_question_is_the_empty_form(client: FlaskClient, question: str) -> None:
    assert not page(client, q=question).all("article")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"q": "x" * 2001}, "q"),
        ({"q": "x", "top_k": "51"}, "top_k"),
        ({"q": "x", "colour": "red"}, "colour"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_the_reason(
    client: FlaskClient, arguments: dict[str, str], field: str
) -> None:
    tree = page(client, "/", 422, **arguments)
    assert tree.one(role="alert").one("code").line == field
    assert len(tree.one("input", id="q").attributes["value"]) <= 2000
    assert not tree.all("article")


def test_an_error_is_a_page_with_ways_on(client: FlaskClient) -> None:
    tree = page(client, "/nowhere", 404)
    assert tree.one("h1").line == "Not Found"
    assert tree.one(class_="lead").line == "There is nothing at this address."
    assert {link.attributes["href"] for link in tree.one("main").all("a")} == {"/", "/documents"}


def test_the_form_narrows_the_search_and_keeps_what_was_chosen(client: FlaskClient) -> None:
    empty = page(client).one("form").one("details")
    assert "open" not in empty.attributes
    assert not any(field.attributes["value"] for field in empty.all("input"))
    chosen = {"tag": ["ships", "<b>"], "since": ["1980-01-01"], "where": ["tags=ships"]}
    tree = page(client, f"/?{urlencode({'q': 'lava', 'publisher': '', **chosen}, doseq=True)}")
    assert [link.line for link in tree.one("ol").all("h3")] == ["The harbour of Thessaly"]
    form = tree.one("form").one("details")
    assert "open" in form.attributes
    kept = [
        (field.attributes["name"], field.attributes["value"])
        for field in form.all("input")
        if field.attributes["value"]
    ]
    assert kept == [
        ("tag", "ships"),
        ("tag", "<b>"),
        ("since", "1980-01-01"),
        ("where", "tags=ships"),
    ]


def test_a_filter_that_cannot_be_used_is_refused_with_the_field_filled(client: FlaskClient) -> None:
    tree = page(client, "/", 422, q="lava", where="colour")
    assert "where is ['colour']" in tree.one(role="alert").line
    assert tree.one("input", name="where").attributes["value"] == "colour"
