from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.fakes import THREE
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
        ("0", ["The harbour of Thessaly"], {"next": "/documents?limit=1&offset=1"}),
        (
            "1",
            ["orchard log"],
            {"prev": "/documents?limit=1&offset=0", "next": "/documents?limit=1&offset=2"},
        ),
        ("2", ["Volcano"], {"prev": "/documents?limit=1&offset=1"}),
    ],
)
def test_the_list_is_turned_page_by_page(
    client: FlaskClient, offset: str, titles: list[str], links: dict[str, str]
) -> None:
    tree = page(client, "/documents", limit="1", offset=offset)
    assert [row.one("a").line for row in tree.one(class_="documents").all("li")] == titles
    turn = tree.one("nav", class_="turn").all("a")
    assert {link.attributes["rel"]: link.attributes["href"] for link in turn} == links
    assert f"{int(offset) + 1}–{int(offset) + 1} of 3 documents" in tree.one("main").line


def test_past_the_end_of_the_list_there_is_a_way_back(client: FlaskClient) -> None:
    notice = page(client, "/documents", offset="9").one(class_="notice")
    assert notice.one("a").attributes["href"] == "/documents"
