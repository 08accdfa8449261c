"""Signing in, and the description of the interface, in Chromium."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.service.conftest import MakeApp, serve


def test_a_reader_signs_in_once_and_follows_links_from_elsewhere(
    chromium: Browser, make_app: MakeApp, tokens: Mapping[str, str]
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    with serve(make_app()) as site:
        page.goto(f"{site}/documents")
        page.get_by_label("Sign in with a key").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("key is unknown")
        page.get_by_label("Sign in with a key").fill(tokens["ask"])
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site}/documents")
        page.goto(f"data:text/html,<a href='{site}/?q=lava'>a link from another site</a>")
        page.get_by_role("link").click()
        expect(page.locator(".sentence")).to_contain_text("Lava flowed for seven weeks.")
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{site}/documents")
        expect(page.get_by_label("Sign in with a key")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_description_fits_the_screen_and_its_links_lead_to_types(
    tab: Page, site: str, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(f"{site}/docs")
    tab.get_by_role("link", name="AskReply").first.click()
    expect(tab.get_by_role("heading", name="AskReply", exact=True)).to_be_in_viewport()
    for table in tab.locator("table").all()[:5]:
        box = table.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width


def test_an_example_of_the_interface_is_answered_in_place(scripted: Page, site: str) -> None:
    scripted.goto(f"{site}/docs")
    reply = scripted.get_by_label("Reply", exact=True)
    scripted.get_by_label("Question").fill("Which tugboat towed the lighthouse?")
    scripted.get_by_role("button", name="Try it").click()
    expect(reply).to_contain_text("HTTP 200")
    expect(reply).to_contain_text("Marigold")
    scripted.get_by_role("link", name="prefer=recent").click()
    expect(reply).to_contain_text("sorted newest first")
    assert scripted.url == f"{site}/docs"
