"""The clients that flood a service."""

from __future__ import annotations

import socketserver
import threading

from tests.faults.flood import flood


class ClosesIdle(socketserver.BaseRequestHandler):
    """Answers one request on each connection, then closes it without notice."""

    def handle(self) -> None:
        self.request.recv(10_000)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def test_an_idle_connection_that_the_service_closes_is_opened_again() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ClosesIdle) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        replies = flood(server.server_address[1], 2, 1.0, 20.0, "copper")
        server.shutdown()
    assert replies.statuses[200] > 2
