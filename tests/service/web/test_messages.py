"""Messages of the service in the language of the reader."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from index import STATUSES
from service.schemas.arguments import FEEDBACK_RULES, LIST_RULES, PLACE_RULES
from service.schemas.questions import ARGUMENT_RULES, ASK_RULES
from service.web.messages import Messages
from service.web.question_fields import QUESTION_FIELDS
from tests.conftest import ROOT
from tests.service.conftest import MakeApp
from tests.service.protocols.test_uploads import hold, make_app
from tests.service.web.dom import parse
from tests.service.web.spoken import catalog, left_in_english
from tests.service.web.test_changes import VOLCANO, add, admin, client

__all__ = ["MakeApp", "admin", "client", "hold", "make_app"]  # fixtures and their types
GERMAN = Messages(
    {
        "the file exists": "die Datei ist vorhanden",
        "%(path)s: larger than %(size)s MB": "%(path)s: größer als %(size)s MB",
        "%(name)s: found %(found)s, allowed: %(allowed)s": "%(name)s: %(found)s statt %(allowed)s",
        "a number from %(least)s to %(most)s": "eine Zahl von %(least)s bis %(most)s",
        "is encrypted": "ist verschlüsselt",
    }
)
# What answers programs, which get it as JSON.
FOR_PROGRAMS = {"bodies.py", "parsing.py", "native.py", "shapes.py"}
FOLDERS = ("access", "http", "traffic", "web")
MODULES = [
    *(one for folder in FOLDERS for one in (ROOT / "service" / folder).glob("*.py")),
    ROOT / "service" / "protocols" / "documents.py",
    *(ROOT / "service" / "protocols" / "uploads").glob("*.py"),
]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("the file exists", "die Datei ist vorhanden"),
        ("a/b.pdf: larger than 100 MB", "a/b.pdf: größer als 100 MB"),
        ("n: found 7, allowed: a number from 1 to 5", "n: 7 statt eine Zahl von 1 bis 5"),
        ("is encrypted; the file exists", "ist verschlüsselt; die Datei ist vorhanden"),
        ("is encrypted; ask Ada", "ist verschlüsselt; ask Ada"),
        ("a%(path)s: larger than 5 MB", "a%(path)s: größer als 5 MB"),
    ],
)
def test_a_message_is_recognised_with_its_values(english: str, german: str) -> None:
    assert GERMAN.translate(english) == german


@pytest.mark.parametrize(
    "text", ["", "; ", "unknown", ": larger than 5 MB", "a number from 1", "x" * 100_000 + "; y"]
)
def test_another_text_stays_as_it_is(text: str) -> None:
    assert GERMAN.translate(text) == text


def details() -> Iterator[str]:
    """Yield the detail of every problem that a page may show, with 7 for each value."""
    for module in MODULES:
        if module.name in FOR_PROGRAMS:
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                status, detail = node.args[:2]
                text = "".join(map(_sample, getattr(detail, "values", [detail])))
                # the second half of what is not found is for programs
                is_missing = getattr(status, "value", 0) == HTTPStatus.NOT_FOUND
                yield text.split(";")[0] if is_missing else text


def _sample(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "7"


@pytest.fixture
def chinese() -> Messages:
    phrases = catalog("zh").items()
    return Messages({one: str(text) for one, text in phrases if isinstance(one, str)})


def test_every_problem_that_a_page_may_show_is_translated(chinese: Messages) -> None:
    found = [text for text in details() if any(map(str.isalpha, text))]
    assert len(found) > 30
    for text in found:
        for part in text.split("; "):
            assert chinese.translate(text) != text, text
            assert part not in chinese.translate(text), part


def test_every_rule_and_word_of_a_result_is_translated(chinese: Messages) -> None:
    rules = [*LIST_RULES.values(), *PLACE_RULES.values(), *FEEDBACK_RULES.values()]
    rules += ARGUMENT_RULES.values()
    rules += [rule for name, rule in ASK_RULES.items() if name != "filters.metadata.*"]
    rules += [field.meaning for field in QUESTION_FIELDS]
    rules += [*STATUSES, "added", "replaced", "deleted"]
    assert [rule for rule in rules if chinese.translate(rule) == rule] == []


def test_every_operation_and_status_of_the_description_is_translated(
    client: FlaskClient, chinese: Messages
) -> None:
    paths = json.loads(client.get("/openapi.json").data)["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    texts = {one["summary"] for one in operations}
    texts |= {reply["description"] for one in operations for reply in one["responses"].values()}
    assert len(texts) > 20
    assert [text for text in texts if chinese.translate(text) == text] == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_nothing_of_adding_and_deleting_is_left_in_english(
    admin: FlaskClient, language: str
) -> None:
    admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    page = {"Accept": "text/html"}
    for reply in (
        admin.get("/documents", headers=page),
        admin.get(f"{VOLCANO}/delete", headers=page),
        add(admin, "ferry.txt"),
        add(admin, "ferry.txt"),
        add(admin, "a.exe"),
        admin.post(f"{VOLCANO}/delete", headers=page),
    ):
        assert left_in_english(parse(reply.text), language) == set()
