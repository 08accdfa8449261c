"""The pages in Chromium, as a person uses them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from urllib.parse import quote_plus

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.service.web.conftest import open_app

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
QUESTION = "Which tugboat towed the lighthouse?"
SENTENCE = "The tugboat Marigold towed the lighthouse to Skerry in 1911."
# Long enough that the passage is far from both ends of the page.
NEWS = "".join(
    f"Day {day}: nothing but rain fell on the quay, and no ship came in.\n\n" for day in range(60)
)
FILES = {
    "log.md": f"---\ntitle: The harbour log\nlanguage: en\n---\n{NEWS}"
    f"## Towing\n\n{SENTENCE} Nobody had asked for it.\n\n{NEWS}",
    "table.txt": "x" * 400 + "\n\nThe pilots' table: " + "-" * 300 + "\n",
    "volcano.md": "# Volcano\n\nLava flowed for seven weeks.\n",
}

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application and return its address."""
    app = open_app(tmp_path_factory.mktemp("browser"), FILES)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser, site: str) -> Iterator[Page]:
    """Return a page without JavaScript that asks nobody else and meets no error."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(f"{site}/")] == []
    assert errors == []


def test_a_question_is_asked_and_its_source_followed(tab: Page, site: str) -> None:
    tab.goto(site)
    tab.get_by_label("Ask your documents").fill(QUESTION)
    tab.get_by_role("button", name="Ask").click()
    expect(tab.locator(".sentence")).to_contain_text(SENTENCE)
    expect(tab.locator("mark").first).to_have_text(SENTENCE)
    reply = httpx.get(f"{site}/ask", params={"q": QUESTION}).json()

    tab.get_by_role("article").first.get_by_role("link", name="The harbour log").click()
    assert tab.url.endswith("#passage")
    assert "".join(tab.locator("mark").all_text_contents()) == reply["passages"][0]["text"]
    expect(tab.locator("#passage")).to_be_in_viewport()
    expect(tab.get_by_role("heading", name="The harbour log")).not_to_be_in_viewport()

    tab.get_by_role("link", name=f"Back to “{QUESTION}”").click()
    expect(tab.locator(".sentence")).to_contain_text(SENTENCE)


def test_the_number_of_an_answer_leads_to_its_passage(tab: Page, site: str) -> None:
    tab.set_viewport_size({"width": 800, "height": 300})
    tab.goto(f"{site}/?q={quote_plus(QUESTION)}")
    tab.get_by_role("link", name="Source: passage 1").click()
    expect(tab.locator("#passage-1 h3")).to_be_in_viewport()


def test_everything_is_reached_by_keyboard(tab: Page, site: str) -> None:
    tab.goto(f"{site}/?q=lava")
    tab.keyboard.press("Tab")
    skip = tab.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    expect(tab.get_by_label("Ask your documents")).to_be_focused()
    assert tab.locator("#q").evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    tab.keyboard.press("Control+A")
    tab.keyboard.type(QUESTION)
    tab.keyboard.press("Enter")
    expect(tab.locator(".sentence")).to_contain_text(SENTENCE)


def test_a_citation_is_opened_on_demand(tab: Page, site: str) -> None:
    tab.goto(f"{site}/?q=lava")
    citation = tab.locator(".citation").first
    expect(citation).to_be_hidden()
    tab.get_by_text("Citation").first.click()
    expect(citation).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways(tab: Page, site: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 740})
    documents = httpx.get(f"{site}/documents").json()["documents"]
    for address in (
        "/",
        f"/?q={quote_plus(QUESTION)}",
        f"/?q={'pilots' * 40}",
        "/documents",
        *(f"/documents/{one['id']}?q={'w' * 300}" for one in documents),
    ):
        tab.goto(site + address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address


def test_dark_and_light_follow_the_reader(tab: Page, site: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.goto(site)
        colours.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(252, 252, 250)", "rgb(21, 22, 24)"]
