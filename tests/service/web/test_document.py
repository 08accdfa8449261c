from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fakes import THREE
from tests.service.web.conftest import open_app, page
from tests.service.web.dom import Node

BODY = THREE["harbour.md"].split("---\n", 2)[2]


@pytest.fixture
def source(client: FlaskClient) -> dict[str, Any]:
    reply = json.loads(client.get("/ask", query_string={"q": "ships unload copper"}).data)
    found: dict[str, Any] = reply["passages"][0]["source"]
    return found


def source_page(client: FlaskClient, source: dict[str, Any], **arguments: object) -> Node:
    given = {name: str(value) for name, value in arguments.items()}
    return page(client, f"/documents/{source['document_id']}", 200, **given)


def test_the_whole_text_is_shown_without_its_front_matter(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    tree = source_page(client, source)
    article = tree.one("article")
    assert article.text.strip() == BODY.strip()
    assert (article.attributes["lang"], article.attributes["dir"]) == ("en", "auto")
    assert not tree.all("mark")
    assert not tree.all("a", href="#passage")


def test_the_page_says_how_the_document_was_indexed(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    terms = source_page(client, source).one("aside").one("dl")
    names = [one.line for one in terms.all("dt")]
    assert terms.all("dd")[names.index("Indexed")].line == "1 passage"


def test_the_page_lists_the_passages_and_each_leads_to_its_place(tmp_path: Path) -> None:
    text = "".join(f"Day {day}: nothing but rain fell on the quay.\n\n" for day in range(200))
    client = open_app(tmp_path, {"log.md": f"# Rain\n\n{text}"}).test_client()
    document = json.loads(client.get("/documents").data)["documents"][0]
    section = page(client, f"/documents/{document['id']}").one("section", class_="indexed")
    places = section.one("ol").all("li")
    assert section.one("summary").line.startswith(f"{len(places)} passages")
    assert len(places) > 2
    assert all("Rain" in one.one("p").line for one in places)
    shown = page(client, places[1].one("a").attributes["href"])
    marked = "".join(mark.text for mark in shown.one("article").all("mark"))
    assert marked.startswith(places[1].one("a").line[:40])
    assert shown.one("a", **{"aria-current": "true"}).line == places[1].one("a").line


def test_a_long_list_of_passages_has_pages(tmp_path: Path) -> None:
    text = "".join(
        f"Rain {number} fell on the quay, and then it fell.\n\n" for number in range(2500)
    )
    client = open_app(tmp_path, {"log.md": text}).test_client()
    document = json.loads(client.get("/documents").data)["documents"][0]

    def listed(address: str) -> tuple[list[str], Node]:
        section = page(client, address).one("section", class_="indexed")
        return [one.one("a").line for one in section.one("ol").all("li")], section

    first, section = listed(f"/documents/{document['id']}")
    count = int(section.one("summary").line.split()[0])
    assert len(first) == 100 < count
    found, turn = [*first], section.one("nav", class_="turn")
    while following := turn.all("a", rel="next"):
        more, section = listed(following[0].attributes["href"])
        assert "open" in section.one("details").attributes
        assert section.one("ol").attributes["start"] == str(len(found) + 1)
        found += more
        turn = section.one("nav", class_="turn")
    assert (len(found), len(set(found))) == (count, count)
    last = section.one("ol").all("li")[-1].one("a").attributes["href"]
    assert page(client, last).one("a", **{"aria-current": "true"}).line == found[-1]


def test_the_page_says_what_of_the_text_is_left_out_and_why(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    section = source_page(client, source).one("section", class_="indexed")
    (part,) = section.all("ol")[1].all("li")
    assert part.one("p").line == "lines 1–10front matter, read as metadata"
    assert part.one("pre").text.startswith("---\ntitle: The harbour of Thessaly")


def test_where_all_is_searched_the_page_says_so(client: FlaskClient) -> None:
    reply = json.loads(client.get("/documents").data)
    (orchard,) = [one for one in reply["documents"] if one["path"].endswith(".txt")]
    section = source_page(client, {"document_id": orchard["id"]}).one("section", class_="indexed")
    assert section.all("p")[-1].line == "Nothing of the text is left out."


def test_headings_are_headings_and_their_marks_are_kept_from_readers(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    heading = source_page(client, source).one("article").one("h2")
    assert heading.text == "# Trade"
    assert heading.one("span", class_="sign", **{"aria-hidden": "true"}).text == "# "


@pytest.mark.parametrize(
    "marked", ["Trade\n\nNinety", "# Trade", "Ninety ships", "dawn.\n", "\n\nNinety", "# T"]
)
def test_what_is_marked_is_the_passage_to_the_character(
    client: FlaskClient, source: dict[str, Any], marked: str
) -> None:
    start = THREE["harbour.md"].index(marked)
    tree = source_page(client, source, start=start, end=start + len(marked))
    assert "".join(mark.text for mark in tree.one("article").all("mark")) == marked
    assert tree.one(id="passage").text.strip()
    assert tree.one("a", href="#passage")


def test_the_passage_of_an_answer_is_marked(client: FlaskClient, source: dict[str, Any]) -> None:
    tree = source_page(client, source, start=source["start"], end=source["end"])
    marked = "".join(mark.text for mark in tree.all("mark"))
    assert marked == THREE["harbour.md"][source["start"] : source["end"]]


def test_what_is_known_of_the_document_stands_beside_it(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    tree = source_page(client, source)
    assert tree.one("title").line == "The harbour of Thessaly · Pincite"
    assert tree.one("h1").line == "The harbour of Thessaly"
    card = tree.one("aside")
    facts = {
        term.line: value.line for term, value in zip(card.all("dt"), card.all("dd"), strict=True)
    }
    assert facts == {
        "Publisher": "Coast Gazette",
        "Authors": "Ada Quill, Ben Orr",
        "Date": "5 March 1987",
        "Original source": "Old harbour, Coast Gazette",
        "Address": "https://example.org/harbour",
        "File": "harbour.md",
        "Indexed": "1 passage",
        "Tags": "ships",
    }
    link = card.one("a", href="https://example.org/harbour")
    assert "noreferrer" in link.attributes["rel"]


def test_what_is_not_known_is_left_out(client: FlaskClient) -> None:
    reply = json.loads(client.get("/documents").data)
    (orchard,) = [one for one in reply["documents"] if one["path"].endswith(".txt")]
    tree = source_page(client, {"document_id": orchard["id"]})
    assert [term.line for term in tree.one("aside").all("dt")] == [
        "File", "Indexed", "File last changed",
    ]  # fmt: skip
    assert tree.all("time") == tree.one("aside").all("time")  # of the file alone


def test_a_link_leads_back_to_the_question(client: FlaskClient, source: dict[str, Any]) -> None:
    back = source_page(client, source, q=" ships & copper? ").one(class_="back").one("a")
    assert back.attributes["href"] == "/?q=ships+%26+copper?"
    assert back.line == "Back to the results: “ships & copper?”"


def test_without_a_question_it_leads_to_the_list(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    assert (
        source_page(client, source).one(class_="back").one("a").attributes["href"] == "/documents"
    )


def test_a_passage_leads_to_those_next_to_it(tmp_path: Path) -> None:
    text = "".join(f"Day {day}: nothing but rain fell on the quay.\n\n" for day in range(200))
    client = open_app(tmp_path, {"log.md": text}).test_client()
    source = json.loads(client.get("/ask", query_string={"q": "Day 100"}).data)["passages"][0]
    place = source["source"]
    links = source_page(client, place, start=place["start"], end=place["end"], q="rain")
    steps = {one.attributes["rel"]: one for one in links.one("nav", class_="steps").all("a")}
    assert set(steps) == {"prev", "next"}
    after = page(client, steps["next"].attributes["href"])
    marked = "".join(mark.text for mark in after.one("article").all("mark"))
    assert text.index(marked) >= place["end"]
    back = {one.attributes["rel"]: one for one in after.one("nav", class_="steps").all("a")}
    again = page(client, back["prev"].attributes["href"])
    assert "".join(mark.text for mark in again.one("article").all("mark")) == source["text"]
    assert again.one(class_="back").line == "Back to the results: “rain”"


def test_where_no_passage_is_cited_there_are_none_next_to_it(
    client: FlaskClient, source: dict[str, Any]
) -> None:
    assert not source_page(client, source).all("nav", class_="steps")
