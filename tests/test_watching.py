"""A folder that the real server watches, with the fake model: its changes change the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.types import document_id
from service.access.key_file import create_key
from tests.fakes import write_files
from tests.server import running
from tests.waiting import becomes

pytestmark = pytest.mark.system

DOCUMENTS = {
    "harbour.md": "# Harbour\n\nNinety ships unload copper in Thessaly every winter.\n",
    "volcano.md": "# Volcano\n\nLava flowed from Mount Orrin for seven weeks.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    write_files(folder / "documents", DOCUMENTS)
    write_files(folder / "news", {"comet.txt": "Comet Zorvan passed in the year 1654.\n"})
    collection = {"documents": str(folder / "news"), "index": str(folder / "news-index")}
    write_files(folder, {"pincite.toml": f"[collections]\nnews = {toml(collection)}\n"})
    return folder


def toml(table: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key} = {json.dumps(value)}" for key, value in table.items()) + "}"


@pytest.fixture(scope="module")
def admin(folder: Path) -> str:
    return create_key(folder / ".pincite-keys.json", "admin", "", [])[1]


@pytest.fixture(scope="module")
def client(folder: Path, admin: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {admin}"}
    with (
        running(folder, "--watch") as service,
        httpx.Client(base_url=service.address, timeout=60, headers=headers) as client,
    ):
        yield client
    assert "Traceback" not in service.output
    assert "published generation" in service.output


def ask(client: httpx.Client, question: str, below: str = "") -> list[dict[str, Any]]:
    reply = client.get(f"{below}/ask", params={"q": question})
    assert reply.status_code == 200, reply.text
    return [passage["source"] | {"text": passage["text"]} for passage in reply.json()["passages"]]


def paths(client: httpx.Client, question: str, below: str = "") -> set[str]:
    return {source["path"] for source in ask(client, question, below)}


def test_what_changes_in_the_folder_changes_in_the_next_answer(
    client: httpx.Client, folder: Path
) -> None:
    documents = folder / "documents"
    write_files(documents, {"new/orchard.md": "# Orchard\n\nQuinces ripen in October.\n"})
    assert becomes(lambda: "new/orchard.md" in paths(client, "When do quinces ripen?"))

    write_files(documents, {"volcano.md": "# Volcano\n\nMount Orrin has been quiet since 1901.\n"})
    question = "Since when has Mount Orrin been quiet?"
    assert becomes(lambda: "since 1901" in ask(client, question)[0]["text"])
    assert not any("seven weeks" in one["text"] for one in ask(client, "lava of Mount Orrin"))

    (documents / "harbour.md").rename(documents / "new/port.md")
    assert becomes(lambda: "new/port.md" in paths(client, "Who unloads copper?"))
    assert "harbour.md" not in paths(client, "Who unloads copper?")
    assert client.get(f"/documents/{document_id('harbour.md')}").status_code == 404

    (documents / "volcano.md").unlink()
    assert becomes(lambda: "volcano.md" not in paths(client, question))
    assert client.get(f"/documents/{document_id('volcano.md')}").status_code == 404
    assert client.get(f"/documents/{document_id('volcano.md')}/file").status_code == 404
    listed = [one["path"] for one in client.get("/documents").json()["documents"]]
    assert listed == ["new/orchard.md", "new/port.md"]

    write_files(documents, {"new/orchard.md": b"a\0b"})
    assert becomes(lambda: any(one["stale"] for one in ask(client, "When do quinces ripen?")))


def test_collections_are_asked_and_watched_apart(client: httpx.Client, folder: Path) -> None:
    assert paths(client, "When did the comet pass?", "/collections/news") == {"comet.txt"}
    write_files(folder / "news", {"meteor.txt": "A meteor fell near Pella in 1720.\n"})
    question = "When did the meteor fall?"
    assert becomes(lambda: "meteor.txt" in paths(client, question, "/collections/news"))
    assert not {"meteor.txt", "comet.txt"} & paths(client, question)


def test_a_document_is_added_and_deleted_over_http(client: httpx.Client, folder: Path) -> None:
    files = {"file": ("../island Ä.md", b"# Island\n\nThe island of Skarra has nine wells.\n")}
    reply = client.post("/documents", files=files)
    assert reply.status_code in {201, 202}, reply.text
    change = reply.json()
    assert becomes(lambda: client.get(change["status_url"]).json()["state"] == "live")
    [added] = change["changes"]
    assert (folder / "documents" / added["path"]).name == "island Ä.md"
    assert ask(client, "How many wells has Skarra?")[0]["path"] == "island Ä.md"

    reply = client.delete(f"/documents/{added['id']}")
    assert reply.status_code in {200, 202}, reply.text
    assert becomes(lambda: client.get(reply.json()["status_url"]).json()["state"] == "live")
    assert "island Ä.md" not in paths(client, "How many wells has Skarra?")
    assert not (folder / "documents/island Ä.md").exists()


def test_nobody_else_may_change_documents(client: httpx.Client) -> None:
    files = {"file": ("a.md", b"x")}
    reply = httpx.post(f"{client.base_url}/documents", files=files)
    assert reply.status_code == 401
