"""The pages without JavaScript, as a person uses them."""

from __future__ import annotations

from urllib.parse import quote_plus

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.service.web.browser.conftest import QUESTION, SENTENCE


def test_a_question_is_asked_and_its_source_followed(tab: Page, site: str) -> None:
    tab.goto(site)
    tab.get_by_label("Ask your documents").fill(QUESTION)
    tab.get_by_role("button", name="Ask").click()
    expect(tab.locator(".sentence")).to_contain_text(SENTENCE)
    expect(tab.locator("mark").first).to_have_text(SENTENCE)
    reply = httpx.get(f"{site}/ask", params={"q": QUESTION}).json()

    tab.get_by_role("article").first.get_by_role("link", name="The harbour log").click()
    expect(tab.locator("#passage")).to_be_in_viewport()
    assert tab.url.endswith("#passage")
    assert "".join(tab.locator("mark").all_text_contents()) == reply["passages"][0]["text"]
    expect(tab.get_by_role("heading", name="The harbour log")).not_to_be_in_viewport()

    tab.get_by_role("link", name=f"Back to the results: “{QUESTION}”").click()
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
    tab.locator("summary", has_text="Cite").first.click()
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


def test_a_narrow_page_shows_the_whole_question(tab: Page, site: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 740})
    tab.goto(f"{site}/?q={QUESTION.replace(' ', '+')}")
    field = tab.get_by_label("Ask your documents")
    assert field.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_the_list_says_how_documents_are_added(tab: Page, site: str) -> None:
    tab.goto(f"{site}/documents")
    expect(tab.get_by_role("link", name="To add or delete documents here")).to_be_visible()


def test_nothing_about_a_document_is_cut_off(tab: Page, site: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 300})
    tab.goto(f"{site}/documents")
    tab.get_by_role("link", name="The harbour log").click()
    card = tab.get_by_label("About this document")
    assert card.evaluate("node => node.scrollHeight <= node.clientHeight")


def test_dark_and_light_follow_the_reader(tab: Page, site: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.goto(site)
        colours.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(252, 252, 250)", "rgb(21, 22, 24)"]


def test_feedback_is_given_and_the_results_gone_back_to(tab: Page, site: str) -> None:
    tab.goto(f"{site}/?q={quote_plus(QUESTION)}")
    tab.get_by_role("article").first.get_by_role("button", name="No").click()
    expect(tab.get_by_role("heading", name="Thank you")).to_be_visible()
    tab.get_by_role("link", name="Back to the results").click()
    expect(tab.locator(".sentence")).to_contain_text(SENTENCE)
