from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from index import Example, Folder, build_index
from tests.fakes import THREE, recipe, write_files
from tests.service.web.conftest import open_app, page
from tests.service.web.dom import Node

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
        assert [one.attributes["src"] for one in tree.all("script")] == ["/static/page.js"]
        assert not [one.text for one in tree.all("script") if one.text]
        assert not [node for node in tree if "style" in node.attributes or node.tag == "style"]
    assert len(titles) == 4


def test_what_a_page_needs_is_served_here(client: FlaskClient) -> None:
    for address in ("/", f"/?q={QUESTION}", "/documents"):
        tree = page(client, address)
        for node in [*tree.all("link"), *tree.all("img"), *tree.all("script")]:
            with client.get(node.attributes.get("href") or node.attributes["src"]) as response:
                assert response.status_code == 200
                assert response.mimetype in {"text/css", "image/svg+xml", "text/javascript"}


def test_the_empty_form_has_a_field_and_names_documents(client: FlaskClient) -> None:
    tree = page(client)
    form = tree.one("form", role="search", action="/", method="get")
    field = form.one("input", id="q")
    assert (field.attributes["name"], field.attributes["value"]) == ("q", "")
    assert form.one("label", **{"for": field.attributes["id"]}).line == "Ask your documents"
    named = [link.line for link in tree.one("section").all("a")]
    assert named == ["The harbour of Thessaly", "orchard log", "Volcano"]
    assert not tree.all("article")


def test_example_questions_of_the_corpus_stand_below_the_empty_form_and_ask(tmp_path: Path) -> None:
    documents = write_files(tmp_path / "documents", THREE)
    examples = (Example("Who weighs <copper>?", "harbour.md", "en"), Example("Lava?", "volcano.md"))
    build_index(
        Folder(documents), tmp_path / "index", recipe(), lambda done, total: None,
        find_examples=lambda _: examples,
    )  # fmt: skip
    client = open_app(tmp_path, THREE).test_client()
    links = page(client).one("ul", class_="examples").all("a")
    assert [link.line for link in links] == ["Who weighs <copper>?", "Lava?"]
    assert [link.attributes["lang"] for link in links] == ["en", ""]
    assert page(client, links[0].attributes["href"]).one("input", id="q").attributes["value"] == (
        "Who weighs <copper>?"
    )


def test_without_examples_there_are_none_below_the_form(client: FlaskClient) -> None:
    assert not page(client).all("ul", class_="examples")


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


def test_the_form_offers_what_tells_documents_apart(client: FlaskClient) -> None:
    form = page(client).one("form", role="search").one("details")
    assert "open" not in form.attributes
    boxes = form.all("input", type="checkbox")
    assert [(box.attributes["name"], box.attributes["value"]) for box in boxes] == [
        ("publisher", "Coast Gazette"),
        ("tag", "ships"),
    ]
    assert [label.line for label in form.all("label")] == [
        "Coast Gazette 1 document",
        "ships 1 document",
    ]


def test_the_form_narrows_the_search_and_keeps_what_was_chosen(client: FlaskClient) -> None:
    chosen = [
        ("publisher", "coast  gazette"),
        ("tag", "ships"),
        ("tag", "<b>"),
        ("path", "harbour"),
        ("document_id", "x"),
        ("document_id", page_of(client, "harbour.md")),
        ("where", "tags=ships"),
    ]
    tree = page(client, f"/?{urlencode([('q', 'lava'), ('publisher', ''), *chosen])}")
    assert [link.line for link in tree.one("ol").all("h3")] == ["The harbour of Thessaly"]
    form = tree.one("form", role="search").one("details")
    assert "open" not in form.attributes
    assert form.one("summary").line.endswith("7 filters")
    ticked = [box.attributes for box in form.all("input") if "checked" in box.attributes]
    assert [(box["name"], box["value"]) for box in ticked] == [
        ("publisher", "Coast Gazette"),
        *chosen[1:],
    ]


def test_days_can_be_chosen_where_documents_are_of_more_than_one(tmp_path: Path) -> None:
    def days(*dates: str) -> list[Node]:
        files = {f"{day}.md": f"---\ndate: {day}\n---\nRain fell.\n" for day in dates}
        client = open_app(tmp_path / "-".join(dates), files).test_client()
        tree = page(client, "/?q=rain&since=2019-01-01") if len(dates) > 1 else page(client)
        return tree.all("fieldset", class_="days")

    assert not days("2020-01-02")
    (found,) = days("2020-01-02", "2018-05-06")
    assert found.one("legend").line == "Dated, between 6 May 2018 and 2 January 2020"
    assert found.one("input", name="since").attributes["value"] == "2019-01-01"
    assert found.one("input", name="until").attributes["value"] == ""


def test_where_nothing_tells_documents_apart_the_form_is_only_a_field(tmp_path: Path) -> None:
    same = "---\npublisher: Press\ntags: [a]\ndate: 2020-01-01\n---\nRain fell.\n"
    client = open_app(tmp_path, {"a.md": same, "b.md": f"{same}Snow too.\n"}).test_client()
    assert not page(client).one("form", role="search").all("details")


def test_a_filter_that_cannot_be_used_is_refused_with_the_field_filled(client: FlaskClient) -> None:
    tree = page(client, "/", 422, q="lava", where="colour")
    assert "where: found ['colour']" in tree.one(role="alert").line
    assert "open" in tree.one("form", role="search").one("details").attributes
    assert "checked" in tree.one("input", name="where", value="colour").attributes


def page_of(client: FlaskClient, path: str) -> str:
    """Return the id of the document at `path`."""
    listed = json.loads(client.get("/documents").data)["documents"]
    return next(str(one["id"]) for one in listed if one["path"] == path)


def test_the_chat_widget_is_a_script_that_any_site_may_have_and_keep(client: FlaskClient) -> None:
    response = client.get("/widget.js")
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    assert b"pincite-chat" in response.data
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.cache_control.max_age
    known = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/widget.js", headers=known).status_code == 304
