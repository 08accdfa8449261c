from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from service.schemas.questions import ARGUMENT_RULES, Ask
from service.web.question_fields import QUESTION_FIELDS
from tests.service.web.conftest import page


def test_the_page_begins_with_the_fields_of_a_question(client: FlaskClient) -> None:
    tree = page(client, "/docs")
    assert [heading.line for heading in tree.all("h2")] == ["Ask a question", "Routes", "Types"]
    rows = tree.all("table")[0].one("tbody").all("tr")
    assert {row.one("th").all("code")[0].line for row in rows} == set(ARGUMENT_RULES)
    assert tree.one("form", class_="try").attributes["action"] == "/ask"


def test_every_field_is_one_of_the_interface() -> None:
    for field in QUESTION_FIELDS:
        name, _, inner = field.in_json.partition(".")
        assert name in Ask.model_fields
        assert not inner or inner in Ask.model_fields["filters"].annotation.model_fields  # type: ignore[union-attr]
        assert field.meaning.endswith(".")


def test_every_example_is_accepted(client: FlaskClient) -> None:
    links = page(client, "/docs").all("a", **{"data-try": ""})
    assert len(links) == len(QUESTION_FIELDS)
    for link in links:
        address = urlsplit(link.attributes["href"])
        assert "q" in parse_qs(address.query)
        assert client.get(link.attributes["href"]).status_code == 200, link.attributes["href"]
