"""Pages in Chromium: a site, and tabs that request nothing from other sites and see no error."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.service.conftest import serve
from tests.service.web.conftest import open_app

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
QUESTION = "Which tugboat towed the lighthouse?"
SENTENCE = "The tugboat Marigold towed the lighthouse to Skerry in 1911."
_MILLISECONDS = 20_000  # that a busy machine may take
# Long enough that the passage is far from both ends of the page.
NEWS = "".join(
    f"Day {day}: nothing but rain fell on the quay, and no ship came in.\n\n" for day in range(60)
)
FILES = {
    "log.md": "---\ntitle: The harbour log\nlanguage: en\npublisher: Coast Gazette\n"
    f"date: 1912-01-02\ntags: [ships]\n---\n{NEWS}"
    f"## Towing\n\n{SENTENCE} Nobody had asked for it.\n\n{NEWS}",
    "table.txt": "x" * 400 + "\n\nThe pilots' table: " + "-" * 300 + "\n",
    "volcano.md": "---\ndate: 1990-05-06\n---\n# Volcano\n\nLava flowed for seven weeks.\n",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="there is no chromium on this machine"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application over FILES and return its address."""
    folder = tmp_path_factory.mktemp("browser")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINCITE_DOCUMENTS", str(folder / "documents"))
        patch.setenv("PINCITE_FEEDBACK", str(folder / "feedback.sqlite"))
        app = open_app(folder, FILES)
    with serve(app) as address:
        yield address


expect.set_options(timeout=_MILLISECONDS)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start the browser for these tests alone: its loop runs in this thread until it is closed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def without_errors(
    chromium: Browser, *, script: bool = True, console: bool = True
) -> Iterator[Page]:
    """Give a tab in which no script fails or opens a dialog, and none writes to the console."""
    context = chromium.new_context(java_script_enabled=script)
    page = context.new_page()
    errors: list[str] = []
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.on("pageerror", lambda error: errors.append(str(error)))
    if console:
        page.on("console", lambda message: errors.append(message.text))
    yield page
    context.close()
    assert errors == []


@contextmanager
def opened(chromium: Browser, site: str, *, script: bool) -> Iterator[Page]:
    """Give a tab that requests nothing from other sites and sees no error."""
    asked: list[str] = []
    with without_errors(chromium, script=script) as page:
        page.set_default_timeout(_MILLISECONDS)
        page.on("request", lambda request: asked.append(request.url))
        yield page
    assert [url for url in asked if not url.startswith(f"{site}/")] == []


@pytest.fixture
def tab(chromium: Browser, site: str) -> Iterator[Page]:
    """Return a tab without JavaScript."""
    with opened(chromium, site, script=False) as page:
        yield page


@pytest.fixture
def scripted(chromium: Browser, site: str) -> Iterator[Page]:
    """Return a tab with JavaScript."""
    with opened(chromium, site, script=True) as page:
        yield page
