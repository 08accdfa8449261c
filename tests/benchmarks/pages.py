"""Measures the size and the loading time of each page in Chromium, over the documents that ship.

    python -m tests.benchmarks.pages [--json FILE] [--rounds 7]

Requests and kilobytes are those of a browser with an empty cache; `again` are those of a second
visit. `first byte`, `painted` and `loaded` are milliseconds from the request, the median of all
rounds. Each round asks another question, so that no cached answer is measured.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import httpx
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.benchmarks.load import Address
from tests.benchmarks.processes import Service, running
from tests.benchmarks.report import Row, print_table, write_json
from tests.conftest import ROOT
from tests.server import PINCITE, free_port

_FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu"]
_TIMES = """async () => {
    const paint = await new Promise(resolve => new PerformanceObserver(list => {
        const [found] = list.getEntriesByName("first-contentful-paint");
        if (found) resolve(found.startTime);
    }).observe({ type: "paint", buffered: true }));
    const [page] = performance.getEntriesByType("navigation");
    const moments = [page.responseStart, paint, page.loadEventEnd];
    return moments.map(moment => moment - page.fetchStart);
}"""


@dataclass(frozen=True, slots=True)
class Visit:
    """The cost of one visit: requests, bytes on the wire, and milliseconds from the request."""

    requests: int
    bytes: int
    first_byte: float
    painted: float
    loaded: float


def main() -> None:
    """Serve the documents, visit every page and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--rounds", type=int, default=7, help="[default: 7]")
    options = parser.parse_args()
    questions = [
        json.loads(line)["text"]
        for line in (ROOT / "tests/data/questions/queries.jsonl").read_text("utf-8").splitlines()
    ]
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pincite-") as folder:
        command = (
            PINCITE, "serve", "--port", str(port), "--documents", str(ROOT / "documents"),
            "--index", f"{folder}/index",
        )  # fmt: skip
        service = Service("pincite", command, Address("127.0.0.1", port, "/ask?q="))
        with running(service, "?"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=_FLAGS
            )
            rows = _rows(browser, f"http://127.0.0.1:{port}", questions[: options.rounds])
            browser.close()
    print_table(f"pages in Chromium: median of {options.rounds}", rows)
    if options.json:
        write_json(options.json, rows)


def _rows(browser: Browser, site: str, questions: list[str]) -> list[Row]:
    _first_visit(browser, f"{site}/")  # the browser itself starts slowly
    found: dict[str, list[tuple[Visit, Visit]]] = {}
    for question in questions:
        for name, address in _addresses(site, question):
            context = browser.new_context()
            found.setdefault(name, []).append((_visit(context, address), _visit(context, address)))
            context.close()
    return [
        {
            "page": name,
            "requests": _median([one.requests for one, _ in visits]),
            "kB": _median([one.bytes / 1000 for one, _ in visits]),
            "first byte, ms": _median([one.first_byte for one, _ in visits]),
            "painted, ms": _median([one.painted for one, _ in visits]),
            "loaded, ms": _median([one.loaded for one, _ in visits]),
            "kB again": _median([again.bytes / 1000 for _, again in visits]),
            "loaded again, ms": _median([again.loaded for _, again in visits]),
        }
        for name, visits in found.items()
    ]


def _addresses(site: str, question: str) -> Iterator[tuple[str, str]]:
    yield "form", f"{site}/"
    yield "answer", f"{site}/?q={quote_plus(question)}"
    reply = httpx.get(f"{site}/ask", params={"q": question}).json()
    source = reply["passages"][0]["source"]
    place = f"start={source['start']}&end={source['end']}&q={quote_plus(question)}#passage"
    yield "document", f"{site}/documents/{source['document_id']}?{place}"
    yield "documents", f"{site}/documents"
    yield "status", f"{site}/status"
    yield "HTTP interface", f"{site}/docs"


def _first_visit(browser: Browser, address: str) -> None:
    context = browser.new_context()
    _visit(context, address)
    context.close()


def _visit(context: BrowserContext, address: str) -> Visit:
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda sent: sizes.append(sent["encodedDataLength"]))
    page.goto(address, wait_until="load")
    first_byte, painted, loaded = page.evaluate(_TIMES)
    page.close()
    return Visit(len(sizes), sum(sizes), first_byte, painted, loaded)


def _median(values: list[int] | list[float]) -> float:
    return float(statistics.median(values))


if __name__ == "__main__":
    main()
