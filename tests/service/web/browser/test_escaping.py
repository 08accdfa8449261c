"""Text of documents and questions never becomes an element or a script in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.service.conftest import serve
from tests.service.web.browser.conftest import without_errors
from tests.service.web.conftest import open_app
from tests.service.web.test_escaping import FILE, HOSTILE, QUESTIONS, SCRIPT, TITLE

# every element's name, and every attribute that runs something or leads somewhere
BUILT = """() => [...document.querySelectorAll("*")].flatMap(one => [
    one.localName,
    ...[...one.attributes]
        .filter(({ name }) => name.startsWith("on") || ["style", "srcdoc"].includes(name))
        .map(({ name }) => `@${name}`),
    ...["src", "href", "action", "formaction"]
        .filter(name => one.hasAttribute(name))
        .map(name => new URL(one.getAttribute(name), location).protocol),
])"""
FOREIGN = {"svg", "b", "style", "iframe", "object", "embed", "template", "base", "@onload"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(open_app(tmp_path_factory.mktemp("hostile"), HOSTILE)) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a tab in which no script but the page's own may run."""
    with without_errors(chromium) as tab:
        yield tab


def clean(page: Page, address: str) -> None:
    page.goto(address)
    built = page.evaluate(BUILT)
    assert not {one for one in built if one in FOREIGN or one.startswith("@")}
    assert {one for one in built if one.endswith(":")} == {"http:"}
    scripts = page.locator("script").evaluate_all("all => all.map(one => one.src + one.text)")
    assert [one.rpartition("/")[2] for one in scripts] == ["page.js"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_stays_text(page: Page, hostile: str, question: str) -> None:
    clean(page, f"{hostile}/?q={quote(question)}&tag={quote(SCRIPT)}&author={quote(question)}")
    assert page.locator("#q").input_value() == question


def test_what_a_document_holds_stays_text(page: Page, hostile: str) -> None:
    clean(page, f"{hostile}/?q=copper")
    assert page.get_by_role("article").first.get_by_role("heading").first.inner_text() == TITLE
    clean(page, page.locator(".passages h3 a").first.evaluate("one => one.href"))
    assert page.get_by_text(FILE).count() == 1
    clean(page, f"{hostile}/documents")
