"""Adding and deleting documents in Chromium, with and without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.service.conftest import MakeApp, serve
from tests.service.protocols.test_uploads import hold, make_app
from tests.service.web.browser.test_accessibility import violations

__all__ = ["hold", "make_app"]  # fixtures


@pytest.fixture
def site(make_app: MakeApp, three: Path, index: Path) -> Iterator[str]:
    with serve(make_app(index=index, documents=three, publish_seconds=0)) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(
    request: pytest.FixtureRequest, chromium: Browser, site: str, tokens: Mapping[str, str]
) -> Iterator[Page]:
    """Return a tab that is signed in with an admin key, on the list of documents."""
    context = chromium.new_context(java_script_enabled=request.param, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    tab = context.new_page()
    tab.goto(f"{site}/sign-in?next=/documents")
    tab.get_by_label("Sign in with a key").fill(tokens["admin"])
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("Add files")).to_be_visible()
    yield tab
    context.close()


def text(name: str, content: bytes = b"The ferry leaves at nine.") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def test_files_are_added_by_a_button(page: Page, site: str, three: Path) -> None:
    page.get_by_label("Add files").set_input_files(
        [text("ferry.txt"), text("tram.txt", b"A tram.")]
    )
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("ferry.txt")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Done").or_(page.get_by_text("added ·").nth(1))).to_be_visible(
        timeout=20_000
    )
    assert (three / "ferry.txt").exists()
    assert (three / "tram.txt").exists()
    page.goto(f"{site}/documents?q=ferry")
    expect(page.get_by_role("link", name="ferry", exact=True)).to_be_visible()


def test_a_document_is_deleted_after_a_question(page: Page, site: str, three: Path) -> None:
    page.get_by_role("link", name="Delete volcano.md").click()
    expect(page.get_by_role("heading", name="Delete this document?")).to_be_visible()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Delete volcano.md").click()
    assert (three / "volcano.md").exists()
    page.get_by_role("button", name="Delete the file").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)
    assert not (three / "volcano.md").exists()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with script"])
def test_files_are_added_by_dropping_them(page: Page, three: Path) -> None:
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        "data.items.add(new File(['The ferry leaves.'], 'ferry.txt')); return data; }"
    )
    page.dispatch_event(".upload", "dragover", {"dataTransfer": data})
    expect(page.locator(".upload.over")).to_be_visible()
    page.dispatch_event(".upload", "drop", {"dataTransfer": data})
    expect(page.locator(".progress")).to_contain_text("added · 1 passage", timeout=20_000)
    assert (three / "ferry.txt").exists()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with script"])
@pytest.mark.parametrize("agrees", [True, False])
def test_the_page_asks_before_it_replaces_a_file(page: Page, three: Path, agrees: bool) -> None:
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.accept() if agrees else dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.get_by_label("Add files").set_input_files([text("volcano.md")])
    page.get_by_role("button", name="Add", exact=True).click()
    line = page.locator(".progress li").first
    said = "volcano.md replaced · 1 passage" if agrees else "volcano.md not added"
    expect(line).to_have_text(said, timeout=20_000)
    assert asked == ["volcano.md exists already. Replace it?"]
    assert ("ferry" in (three / "volcano.md").read_text()) == agrees


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with script"])
def test_a_file_that_cannot_be_added_says_why(page: Page) -> None:
    page.get_by_label("Add files").set_input_files([text("a.exe")])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".progress")).to_contain_text("not added: ", timeout=20_000)


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with script"])
def test_these_pages_keep_nobody_out(page: Page, site: str) -> None:
    page.get_by_label("Add files").set_input_files([text("ferry.txt")])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".progress")).to_contain_text("1 passage", timeout=20_000)
    assert violations(page) == []
    page.goto(f"{site}/documents?q=nothing+has+this")
    assert violations(page) == []
    page.goto(f"{site}/documents")
    page.get_by_role("link", name="Delete volcano.md").click()
    assert violations(page) == []
    page.get_by_role("button", name="Delete the file").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=20_000)
    assert violations(page) == []
