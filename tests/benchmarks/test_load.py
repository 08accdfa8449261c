"""The load generator asks what it says it asks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.benchmarks.load import Address, ask


class Echo(BaseHTTPRequestHandler):
    """Answers every question but the refused one, and counts them and the connections."""

    protocol_version = "HTTP/1.1"
    asked: Counter[str]
    connections: set[tuple[str, int]]

    def do_GET(self) -> None:
        [question] = parse_qs(urlsplit(self.path).query)["q"]
        self.asked[question] += 1
        self.connections.add(self.client_address)
        self.send_response(422 if question == "refused" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[Address]:
    Echo.asked, Echo.connections = Counter(), set()
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Address("127.0.0.1", server.server_port, "/ask?q=")
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("clients", [1, 4])
def test_each_question_is_asked_once_on_as_many_connections_as_there_are_clients(
    address: Address, clients: int
) -> None:
    questions = [f"Is {number} & more 100 % of ü?" for number in range(20)]
    load = ask(address, questions, clients)
    assert Echo.asked == Counter(questions)
    assert len(Echo.connections) <= clients
    assert len(load.milliseconds) == 20
    assert 0 < max(load.milliseconds) <= load.seconds * 1000


def test_an_answer_that_is_none_is_an_error(address: Address) -> None:
    with pytest.raises(RuntimeError, match="refused"):
        ask(address, ["refused"], clients=1)
