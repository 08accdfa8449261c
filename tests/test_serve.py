"""The real server with the real model, as a user starts it."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.server import PINCITE, running

pytestmark = pytest.mark.system

BROWSER = {"Accept": "text/html"}
QUESTIONS = [
    ("Who was the Secretary-General in February 2020?", "2020-02-14", ["Norov"]),
    ("Where was the 2018 summit to be held?", "2018-04-21", ["Qingdao"]),
    (
        "Which countries are observers?",
        "2018-04-09",
        ["Afghanistan", "Belarus", "Iran", "Mongolia"],
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    shutil.copytree(ROOT / "documents", folder / "documents")
    # nothing that lies where the server is started takes the place of what it imports
    (folder / "tarfile.py").write_text("raise SystemExit('imported from the current folder')")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with (
        running(folder, fake=False) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):
        yield client


def read_question(question: str, client: httpx.Client, by: str) -> dict[str, Any]:
    if by == "GET":
        response = client.get("/ask", params={"q": question})
    else:
        response = client.post("/ask", json={"question": question, "top_k": 5})
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/json"
    reply: dict[str, Any] = response.json()
    return reply


@pytest.mark.parametrize("by", ["GET", "POST"])
@pytest.mark.parametrize(("question", "date", "answers"), QUESTIONS)
def test_a_question_of_a_reader_gets_its_answer_from_the_right_document(
    client: httpx.Client, question: str, date: str, answers: list[str], by: str
) -> None:
    reply = read_question(question, client, by)
    best = reply["passages"][0]
    assert best["source"]["date"] == date
    assert reply["answer"] is not None, reply["confidence"]
    for answer in answers:
        assert answer in reply["answer"]["text"]
    document = client.get(f"/documents/{best['source']['document_id']}").json()
    assert document["text"][best["source"]["start"] : best["source"]["end"]] == best["text"]
    assert (ROOT / "documents" / best["source"]["path"]).read_text() == document["text"]


@pytest.mark.parametrize(("question", "date", "answers"), QUESTIONS)
def test_the_form_answers_with_the_sentence_marked(
    client: httpx.Client, question: str, date: str, answers: list[str]
) -> None:
    page = client.get("/", params={"q": question}, headers=BROWSER)
    assert page.status_code == 200
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", page.text, re.DOTALL)
    for answer in answers:
        assert any(answer in text for text in marked), marked
    assert date in page.text


def test_the_empty_form_shows_questions_of_the_corpus_that_it_answers(
    client: httpx.Client,
) -> None:
    page = client.get("/", headers=BROWSER).text
    asked = re.findall(r'<li><a href="(/\?q=[^"]+)" lang="en"', page)
    assert len(asked) == 3
    for address in asked:
        reply = client.get(f"/ask{address[1:]}").json()
        assert reply["answer"]
        assert reply["confidence"] >= 0.9


def test_a_result_links_to_its_passage_marked_in_its_source(client: httpx.Client) -> None:
    question = QUESTIONS[0][0]
    best = read_question(question, client, "GET")["passages"][0]
    page = client.get("/", params={"q": question}, headers=BROWSER)
    links = re.findall(r'href="(/documents/[0-9a-f]{16}\?[^"]*)"', page.text)
    source = client.get(links[0].replace("&amp;", "&"), headers=BROWSER)
    assert source.status_code == 200
    assert f"/documents/{best['source']['document_id']}" in links[0]
    marked = " ".join(re.findall(r"<mark[^>]*>(.*?)</mark>", source.text, re.DOTALL))
    assert "Norov" in marked


def test_the_form_takes_nothing_from_elsewhere_and_its_style_is_served(
    client: httpx.Client,
) -> None:
    page = client.get("/", headers=BROWSER).text
    assets = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', page)
    assert assets
    for asset in assets:
        assert asset.startswith(("/", "data:"))
        if asset.startswith("/"):
            assert client.get(asset).status_code == 200


def test_a_body_of_unknown_length_is_read(client: httpx.Client) -> None:
    body = [b'{"question": ', b'"Where was the 2018 summit to be held?"}']
    response = client.post("/ask", content=iter(body), headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    assert response.json()["question"] == "Where was the 2018 summit to be held?"


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    response = client.post("/ask", json={"question": "a" * 100_000})
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_new_document_answers_without_a_restart(client: httpx.Client, folder: Path) -> None:
    before = client.get("/readyz").json()["generation"]
    (folder / "documents" / "comet.txt").write_text("Comet Zorvan passed in the year 1654.\n")
    index = [PINCITE, "index", "--documents", str(folder / "documents")]
    done = subprocess.run(
        [*index, "--index", str(folder / "index")],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + 60
    while client.get("/readyz").json()["generation"] == before and time.monotonic() < deadline:
        time.sleep(0.1)
    reply = read_question("When did the comet Zorvan pass?", client, "POST")
    assert reply["passages"][0]["source"]["path"] == "comet.txt"
    assert "1654" in reply["passages"][0]["text"]


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_the_server_says_where_it_answers_and_ends_when_told_to(
    folder: Path, order: signal.Signals, client: httpx.Client
) -> None:
    with running(folder, fake=False) as service:
        service.process.send_signal(order)
        assert service.process.wait(timeout=60) == 0
    assert f"{service.address}/" in service.output
    assert "Traceback" not in service.output


def test_the_command_line_gives_the_same_answer(client: httpx.Client, folder: Path) -> None:
    question = QUESTIONS[0][0]
    ask = [PINCITE, "ask", question, "--json", "--index"]
    done = subprocess.run(
        [*ask, str(folder / "index")], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    printed, replied = json.loads(done.stdout), read_question(question, client, "POST")
    assert printed["answer"] == replied["answer"]
    assert [one["source"] for one in printed["passages"]] == [
        one["source"] for one in replied["passages"]
    ]
