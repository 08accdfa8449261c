"""The parts of the pages that need JavaScript."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from tests.service.web.browser.conftest import QUESTION, SENTENCE


@pytest.fixture
def answered(scripted: Page, site: str) -> Page:
    scripted.goto(f"{site}/?q={quote_plus(QUESTION)}")
    return scripted


def test_an_address_holds_only_what_was_filled_in(scripted: Page, site: str) -> None:
    scripted.goto(site)
    scripted.get_by_text("Search only some documents").click()
    scripted.get_by_label("ships").check()
    scripted.get_by_label("Ask your documents").fill(QUESTION)
    scripted.get_by_role("button", name="Ask").click()
    expect(scripted.locator(".sentence")).to_contain_text(SENTENCE)
    assert scripted.url == f"{site}/?q={quote_plus(QUESTION)}&tag=ships"


def test_a_slash_leads_to_the_field(answered: Page) -> None:
    answered.get_by_role("article").first.get_by_role("link").first.focus()
    answered.keyboard.press("/")
    expect(answered.get_by_label("Ask your documents")).to_be_focused()
    answered.keyboard.type("lava /jk")
    expect(answered.get_by_label("Ask your documents")).to_have_value("lava /jk")


def test_j_and_k_go_from_passage_to_passage_and_enter_opens_one(answered: Page) -> None:
    titles = answered.locator(".passages h3 a")
    for key, focused in [("j", 0), ("j", 1), ("k", 0), ("k", 0)]:
        answered.keyboard.press(key)
        expect(titles.nth(focused)).to_be_focused()
        expect(titles.nth(focused)).to_be_in_viewport()
    answered.keyboard.press("Enter")
    expect(answered.locator("#passage")).to_be_in_viewport()


def test_keys_that_belong_to_the_browser_stay_its_own(answered: Page) -> None:
    answered.keyboard.press("Control+j")
    expect(answered.locator(".passages h3 a").first).not_to_be_focused()


def test_single_keys_can_be_turned_off_for_good(answered: Page) -> None:
    answered.get_by_role("button", name="Turn these keys off").click()
    answered.reload()
    answered.keyboard.press("j")
    expect(answered.locator(".passages h3 a").first).not_to_be_focused()
    answered.get_by_role("button", name="Turn these keys on").click()
    answered.keyboard.press("j")
    expect(answered.locator(".passages h3 a").first).to_be_focused()


def test_a_citation_and_the_address_of_the_page_are_copied(answered: Page, site: str) -> None:
    answered.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    card = answered.get_by_role("article").first
    card.locator("summary", has_text="Cite").click()
    card.get_by_role("button", name="Copy BibTeX, passage 1").click()
    expect(card.get_by_role("button", name="Copied BibTeX, passage 1")).to_be_visible()
    bibtex = card.locator(".citation").nth(2).text_content()
    assert (bibtex or "").startswith("@misc{")
    assert answered.evaluate("navigator.clipboard.readText()") == bibtex
    answered.get_by_role("button", name="Copy the link to this page").click()
    expect(answered.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert answered.evaluate("navigator.clipboard.readText()") == answered.url


def test_a_slow_answer_is_announced_and_gone_back_from(scripted: Page, site: str) -> None:
    scripted.goto(site)
    network = scripted.context.new_cdp_session(scripted)
    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", slow)
    scripted.get_by_role("status").evaluate(
        "node => new MutationObserver(() => { sessionStorage.said = node.textContent })"
        ".observe(node, { childList: true })"
    )
    scripted.get_by_label("Ask your documents").fill(QUESTION)
    scripted.get_by_role("button", name="Ask").click()
    expect(scripted.locator(".sentence")).to_contain_text(SENTENCE)
    assert scripted.evaluate("sessionStorage.said") == "Looking in the documents…"
    scripted.go_back()
    expect(scripted.get_by_text("What you can ask about")).to_be_visible()
    expect(scripted.get_by_role("status")).to_be_empty()
    scripted.go_forward()
    expect(scripted.locator(".sentence")).to_contain_text(SENTENCE)


def test_feedback_is_sent_in_place(answered: Page) -> None:
    form = answered.get_by_role("article").first.locator(".feedback")
    address = answered.url
    form.get_by_role("button", name="Yes").click()
    expect(form.get_by_role("status")).to_have_text("Thank you")
    expect(form.get_by_role("button", name="Yes")).to_be_hidden()
    assert answered.url == address
