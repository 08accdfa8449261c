"""Every page by axe-core, against WCAG 2.2 AA; in the dark, which changes only colours, those."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus, urlencode

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.fakes import WHO_HOLDS
from tests.service.conftest import serve
from tests.service.web.browser.conftest import QUESTION

AXE = Axe()
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
ASKED = f"/?q={quote_plus(QUESTION)}"
PAGES = [
    "/", ASKED, f"{ASKED}&tag=ships", f"{ASKED}&top_k=99", "/documents", "/documents?offset=99",
    "/status", "/sign-in", "/nowhere",
]  # fmt: skip


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(color_scheme=request.param, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """Return the findings of axe-core on a page with all its parts open."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = COLOURS if is_dark else RULES
    found = AXE.run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary']}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_keeps_anybody_out(page: Page, site: str, address: str) -> None:
    page.goto(site + address)
    assert violations(page) == []


@pytest.mark.parametrize("rows", [1, pytest.param(1000, marks=pytest.mark.long)])
def test_nor_does_the_description_of_the_interface(page: Page, site: str, rows: int) -> None:
    page.goto(f"{site}/docs")
    # its 6,000 elements are the rows of many tables and lists; axe looks at each for 2 ms
    alike = ", ".join(f"{one}:nth-of-type(n+{rows + 1})" for one in ("tr", "dt", "dd"))
    page.evaluate("alike => document.querySelectorAll(alike).forEach(one => one.remove())", alike)
    assert page.locator("tbody tr").count() > 20
    assert violations(page) == []


def test_nor_does_a_document_with_a_passage_marked(page: Page, site: str) -> None:
    source = httpx.get(f"{site}/ask", params={"q": QUESTION}).json()["passages"][0]["source"]
    place = f"start={source['start']}&end={source['end']}&q=a"
    page.goto(f"{site}/documents/{source['document_id']}?{place}#passage")
    assert violations(page) == []


def test_nor_do_several_answers_with_their_words_marked(page: Page, live_offices: str) -> None:
    page.goto(f"{live_offices}/?{urlencode({'q': WHO_HOLDS})}")
    assert page.locator(".answers .words").count() == 2
    assert violations(page) == []


def test_nor_does_an_answer_that_was_not_found(page: Page, doubtful: Flask) -> None:
    with serve(doubtful) as address:
        page.goto(f"{address}/?q=lava")
        assert page.get_by_role("heading", name="No answer found").is_visible()
        assert violations(page) == []


def test_nor_does_the_chat(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in")
    page.add_script_tag(url=f"{site}/widget.js")
    assert violations(page) == []
    page.get_by_role("button", name="Ask the documents").click()
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    page.locator("summary").first.click()
    assert violations(page) == []
