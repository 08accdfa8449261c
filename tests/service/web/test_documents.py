from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index.types import document_id
from service.app import create_app
from service.settings.settings import load_settings
from tests.fakes import THREE, build, recipe_of, write_files
from tests.service.web.conftest import page


def test_the_list_names_each_document(client: FlaskClient) -> None:
    tree = page(client, "/documents")
    rows = tree.one("ul", class_="documents").all("li")
    assert len(rows) == len(THREE)
    assert rows[0].one("a").line == "The harbour of Thessaly"
    assert rows[0].one(class_="facts").line == "Coast Gazette5 March 19871 passage"
    assert "3 documents" in tree.one("main").line
    assert not tree.all("nav", class_="turn")


@pytest.mark.parametrize(
    ("offset", "titles", "links"),
    [
        ("0", ["The harbour of Thessaly"], {"next": "1", "last": "2"}),
        ("1", ["orchard log"], {"first": "0", "prev": "0", "next": "2", "last": "2"}),
        ("2", ["Volcano"], {"first": "0", "prev": "1"}),
    ],
)
def test_the_list_is_turned_page_by_page(
    client: FlaskClient, offset: str, titles: list[str], links: dict[str, str]
) -> None:
    tree = page(client, "/documents", limit="1", offset=offset)
    assert [row.one("a").line for row in tree.one(class_="documents").all("li")] == titles
    turn = tree.one("nav", class_="turn")
    assert turn.one("span").line == f"Page {int(offset) + 1} of 3"
    assert {link.attributes["rel"]: link.attributes["href"] for link in turn.all("a")} == {
        rel: f"/documents?limit=1&offset={start}" for rel, start in links.items()
    }
    assert f"{int(offset) + 1}–{int(offset) + 1} / 3 documents" in tree.one("main").line


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("THESSALY", ["The harbour of Thessaly"]),
        ("quill coast", ["The harbour of Thessaly"]),
        ("notes/", ["orchard log"]),
        ("o", ["The harbour of Thessaly", "orchard log", "Volcano"]),
        ("volcano thessaly", []),
    ],
)
def test_documents_are_found_by_words_of_their_metadata(
    client: FlaskClient, words: str, titles: list[str]
) -> None:
    tree = page(client, "/documents", q=words)
    lists = tree.all("ul", class_="documents")
    assert [row.one("a").line for one in lists for row in one.all("li")] == titles
    assert tree.one("input", id="q").attributes["value"] == words
    found = client.get("/documents", query_string={"q": words, "limit": "1"}).get_json()
    assert found["total"] == len(titles)
    assert [one["title"] for one in found["documents"]] == titles[:1]
    if not titles:
        assert tree.one(class_="notice").one("a").attributes["href"] == "/?q=volcano+thessaly"


def test_the_pages_of_a_search_keep_its_words(client: FlaskClient) -> None:
    turn = page(client, "/documents", q="o", limit="2").one("nav", class_="turn")
    assert turn.all("a")[0].attributes["href"] == "/documents?q=o&limit=2&offset=2"


def test_past_the_end_of_the_list_there_is_a_way_back(client: FlaskClient) -> None:
    notice = page(client, "/documents", offset="9").one(class_="notice")
    assert notice.one("a").attributes["href"] == "/documents"


def test_the_list_says_what_was_left_out_and_what_is_stale(three: Path, index: Path) -> None:
    write_files(three, {"volcano.md": b"a\0b", "<b>.png": b"x", "zz.md": THREE["harbour.md"]})
    build(three, index)
    client = create_app(load_settings(index=index), recipe_of=recipe_of).test_client()
    tree = page(client, "/documents")
    rows = {row.one("a").line: row.line for row in tree.one(class_="documents").all("li")}
    assert "Stale: holds NUL characters" in rows["Volcano"]
    assert "also at zz.md" in rows["The harbour of Thessaly"]
    left_out = [row.line for row in tree.one("table").one("tbody").all("tr")]
    assert [line.split(".")[0] for line in left_out] == ["failedvolcano", "skipped<b>", "skippedzz"]
    assert "no reader for this format" in left_out[1]
    assert "2 unchanged2 skipped1 failed" in tree.one("main").line

    volcano = page(client, f"/documents/{document_id('volcano.md')}")
    assert "could not be read" in volcano.one("aside").line
    reply = client.get("/ask?q=lava").get_json()
    stale = {one["source"]["path"]: one["source"]["stale"] for one in reply["passages"]}
    assert stale == {"volcano.md": True, "harbour.md": False, "notes/orchard_log.txt": False}
    copies = [one["source"]["copies"] for one in reply["passages"] if one["source"]["copies"]]
    assert copies == [["zz.md"]]
    assert "stale: the file could not be read" in page(client, "/", q="lava").one("main").line
