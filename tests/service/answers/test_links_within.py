"""Links in documents are never followed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import build, write_files
from tests.service.conftest import MakeApp


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """Return a socket that listens, to which the documents refer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def test_no_address_in_a_document_is_fetched_when_it_is_read_found_or_shown(
    trap: socket.socket, make_app: MakeApp, tmp_path: Path
) -> None:
    site = f"http://127.0.0.1:{trap.getsockname()[1]}"
    documents = {
        "lava.md": f"---\nurl: {site}/source\n---\n![Lava]({site}/a.png) flows. See {site}/b.\n",
        "bees.html": f'<link rel="stylesheet" href="{site}/c.css"><base href="{site}/">'
        f'<body><p>Bees dance. <img src="{site}/d.png"><iframe src="{site}/e"></iframe></p></body>',
        "copper.rst": f".. image:: {site}/f.png\n\nCopper is dug. `More <{site}/g>`_\n",
    }
    report = build(write_files(tmp_path / "linked", documents), tmp_path / "linked-index")
    assert len(report.files) == 3
    client = make_app(index=tmp_path / "linked-index").test_client()
    for question in ("lava flows", "bees dance", "copper dug"):
        found = client.get("/ask", query_string={"q": question}).get_json()
        source = found["passages"][0]["source"]["document_id"]
        for shown in ("/", f"/documents/{source}"):
            assert client.get(shown, query_string={"q": question}).status_code == 200
    with pytest.raises(BlockingIOError):
        trap.accept()
    socket.create_connection(trap.getsockname()).close()
    trap.accept()[0].close()  # so it would have been seen
