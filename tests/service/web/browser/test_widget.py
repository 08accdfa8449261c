"""The chat on a page of another origin, which asks with a widget key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, Route, expect

from index import Span
from service.access.key_file import create_key
from service.answers.alternatives import Alternative, Comparison
from service.answers.evidence import Evidence
from tests.service.conftest import serve
from tests.service.web.browser.conftest import QUESTION, SENTENCE, without_errors
from tests.service.web.conftest import open_app

SCRIPT = Path(__file__).parents[4] / "service/web/static/widget.js"
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
FILES = {
    "log.md": "---\ntitle: The harbour log\nurl: https://example.org/log\n---\n"
    f"# Towing\n\n{SENTENCE} Nobody had asked for it.\n",
    'a"><svg onload=alert(3)>.md': "---\n"
    f"title: 'Copper {MARKUP}'\nurl: 'javascript:alert(4)'\n---\nCopper {MARKUP} is red.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("widget")


@pytest.fixture(scope="module")
def pincite(folder: Path) -> Iterator[str]:
    """Serve an application whose keys are in a file that later fixtures write."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINCITE_KEYS", str(folder / "keys.json"))
        app = open_app(folder, FILES)
    with serve(app) as address:
        yield address


@pytest.fixture(scope="module")
def elsewhere(folder: Path, pincite: str) -> Iterator[str]:
    """Serve a site of another origin; its page /KEY has the widget, and a policy of its own."""
    app = Flask("elsewhere")

    @app.get("/<key>")
    def page(key: str) -> Response:
        text = (
            "<!doctype html><html lang=en><meta name=viewport content=width=device-width>"
            f'<title>Elsewhere</title><script src="{pincite}/widget.js" data-key="{key}"></script>'
            "<main><h1>Elsewhere</h1><p><a href=#>A link</a></main>"
        )
        policy = f"default-src 'none'; script-src {pincite}; connect-src {pincite}"
        return Response(text, headers={"Content-Security-Policy": policy})

    with serve(app) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def key(folder: Path, elsewhere: str) -> str:
    return create_key(folder / "keys.json", "widget", "", [elsewhere])[1]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a tab in which no script of a document runs."""
    with without_errors(chromium, console=False) as tab:
        yield tab


@pytest.fixture
def chat(page: Page, elsewhere: str, key: str) -> Page:
    page.goto(f"{elsewhere}/{key}")
    page.get_by_role("button", name="Ask the documents").click()
    return page


def ask(chat: Page, question: str) -> None:
    chat.get_by_label("Your question").fill(question)
    chat.keyboard.press("Enter")


def test_a_question_is_answered_with_a_numbered_citation_that_opens_the_source(chat: Page) -> None:
    ask(chat, QUESTION)
    expect(chat.locator(".answer")).to_have_text(f"{SENTENCE} [1]")
    number = chat.get_by_role("link", name="Source 1: The harbour log")
    expect(number).to_have_attribute("href", "https://example.org/log")
    expect(number).to_have_attribute("rel", "noopener noreferrer")
    chat.locator("summary", has_text="[1] The harbour log").click()
    expect(chat.locator("li").first).to_contain_text(f"{SENTENCE} Nobody had asked for it.")


def test_the_words_that_answer_stand_out_in_each_answer_and_a_line_says_how_they_relate(
    chat: Page, change_answers: Callable[..., None]
) -> None:
    newest = Evidence("\U0001f6a2 Marigold towed it.", 1, 0, "1911-05-06", Span(2, 10))
    oldest = Evidence("Rosa towed it.", 2, 0, None, Span(0, 4))
    further = Alternative("Rosa", False, (oldest,))
    change_answers(
        evidence=newest, comparison=Comparison("changed", newest, (further,), ("unused",))
    )
    ask(chat, QUESTION)
    expect(chat.locator(".relation")).to_have_text(
        "This changed over time; the newest comes first."
    )
    expect(chat.locator(".answer")).to_have_text(
        [f"{newest.text} [1] 1911-05-06", f"{oldest.text} [2]"]
    )
    expect(chat.locator(".answer strong")).to_have_text(["Marigold", "Rosa"])


def test_the_confidence_is_a_word_with_its_meaning_and_a_number_on_demand(
    chat: Page, change_answers: Callable[..., None]
) -> None:
    change_answers(confidence=0.784)
    ask(chat, QUESTION)
    sure = chat.locator(".certainty")
    expect(sure.locator("summary")).to_have_text(
        "Likely: the documents probably answer this question"
    )
    number = sure.get_by_text("78%")
    expect(number).to_be_hidden()
    sure.locator("summary").click()
    expect(number).to_be_visible()


def test_where_there_is_no_answer_the_chat_says_so(
    chat: Page, change_answers: Callable[..., None]
) -> None:
    change_answers(evidence=None, answerable=False, confidence=0.05)
    ask(chat, QUESTION)
    expect(chat.locator(".certainty summary")).to_contain_text("Unlikely: the documents")
    expect(chat.get_by_role("log")).to_contain_text("I found no answer in the documents.")
    expect(chat.locator("li summary").first).to_contain_text("[1] The harbour log")
    expect(chat.locator(".answer")).to_have_count(0)


def test_the_focus_stays_in_the_chat_until_it_is_closed(chat: Page) -> None:
    field, close = chat.get_by_label("Your question"), chat.get_by_role("button", name="Close")
    expect(field).to_be_focused()
    chat.keyboard.press("Tab")
    chat.keyboard.press("Tab")
    expect(close).to_be_focused()
    chat.keyboard.press("Shift+Tab")
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_focused()
    chat.keyboard.press("Escape")
    expect(chat.get_by_role("dialog")).to_be_hidden()
    expect(chat.get_by_role("button", name="Ask the documents")).to_be_focused()
    chat.keyboard.press("Enter")
    expect(field).to_be_focused()


def test_what_documents_and_readers_write_stays_text(chat: Page) -> None:
    question = f"copper {MARKUP}"
    ask(chat, question)
    expect(chat.locator(".asked")).to_have_text(question)
    expect(chat.locator(".answer")).to_contain_text(f"Copper {MARKUP} is red.")
    tags = chat.locator("pincite-chat").evaluate(
        "chat => [...new Set([...chat.shadowRoot.querySelectorAll('*')].map(one => one.localName))]"
    )
    assert not {"img", "script", "svg"} & set(tags)
    links = chat.locator("pincite-chat a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(links) <= {"https:"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "may not ask here"),
        (403, "may not ask here"),
        (429, "Try again in 7 s"),
        (503, "Try again in 7 s"),
        (422, "cannot be answered: too long"),
        (500, "cannot be answered: the service replied 500"),
        (0, "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_said_in_the_chat(chat: Page, status: int, words: str) -> None:
    def reply(route: Route) -> None:
        if not status:
            route.abort()
            return
        origin = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}
        body = '{"detail": "too long"}' if status == 422 else "no JSON"
        route.fulfill(status=status, headers={**origin, "Retry-After": "7"}, body=body)

    chat.route(re.compile("/ask$"), reply)
    ask(chat, QUESTION)
    expect(chat.get_by_role("log")).to_contain_text(words)


def test_a_key_that_is_not_known_is_refused_in_words(page: Page, elsewhere: str, key: str) -> None:
    page.goto(f"{elsewhere}/{key}x")
    page.get_by_role("button", name="Ask the documents").click()
    ask(page, QUESTION)
    expect(page.get_by_role("log")).to_contain_text("This chat may not ask here")


def test_the_chat_fills_a_phone_and_follows_light_and_dark(
    page: Page, elsewhere: str, key: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    colours = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"{elsewhere}/{key}")
        page.get_by_role("button", name="Ask the documents").click()
        panel = page.get_by_role("dialog")
        assert panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
        colours.append(panel.evaluate("node => getComputedStyle(node).backgroundColor"))
    assert colours == ["rgb(252, 252, 250)", "rgb(21, 22, 24)"]


def test_the_script_is_small_and_writes_no_markup() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.encode()) < 20_000
    assert not re.search("innerHTML|outerHTML|insertAdjacentHTML|document.write|eval", text)
