"""Many clients in one thread that takes as little of the processor as it can from the service."""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections import deque
from urllib.parse import quote

from tests.faults.clients import Replies

_PATIENCE = 30.0  # seconds that clients wait for a reply after the last request
_TICK = 0.001  # seconds that a request may be late
_HOST = b" HTTP/1.1\r\nHost: localhost\r\n\r\n"


class _Client:
    """A connection that is kept, with one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._came = b""
        self._socket: socket.socket | None = None

    def send(self, request: bytes, selector: selectors.BaseSelector) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the head of the reply once all of the reply is here; OSError if it was cut."""
        assert self._socket is not None
        chunk = self._socket.recv(1 << 18)
        if not chunk:
            raise ConnectionResetError
        self._came += chunk
        head, found, body = self._came.partition(b"\r\n\r\n")
        if not found:
            return None
        head = head.lower()
        length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        if len(body) < int(length):
            return None
        self._came = b""
        return head

    def close(self, selector: selectors.BaseSelector) -> None:
        if self._socket is not None:
            selector.unregister(self._socket)
            self._socket.close()
        self._socket, self._came = None, b""


def flood(port: int, connections: int, seconds: float, rate: float | None, words: str) -> Replies:
    """Ask new questions for some seconds over connections that are kept.

    With a `rate`, this many are sent per second while a connection is free; without one, each
    connection asks again as soon as it has its reply.
    """
    replies, numbers = Replies(), itertools.count()
    start = b"GET /ask?q=" + quote(words).encode() + b"%20"
    idle = deque(_Client(port) for _ in range(connections))
    busy: set[_Client] = set()
    began, cost = time.perf_counter(), time.process_time()
    sent = 0.0  # requests that were sent, or for which no connection was free
    with selectors.DefaultSelector() as selector:
        while (now := time.perf_counter() - began) < seconds or (
            busy and now < seconds + _PATIENCE
        ):
            due = 0.0 if now >= seconds else connections if rate is None else now * rate - sent
            for client in [idle.popleft() for _ in range(min(len(idle), int(due)))]:
                try:
                    client.send(b"%b%d%b" % (start, next(numbers), _HOST), selector)
                    busy.add(client)
                except OSError:
                    replies.statuses[0] += 1
                    client.close(selector)
                    idle.append(client)
                sent += 1
            if rate is not None:  # a request is dropped if no connection was free when it was due
                sent = max(sent, now * rate - connections)
            for key, _ in selector.select(_TICK if rate and idle else 1.0):
                client = key.data
                if client not in busy:  # the service has closed a connection that was idle
                    client.close(selector)
                    continue
                try:
                    head = client.receive()
                except OSError:
                    head = b"http/1.1 000\r\nconnection: close"
                if head is None:
                    continue
                replies.statuses[int(head[9:12])] += 1
                replies.told_when += b"retry-after:" in head
                if b"connection: close" in head:
                    client.close(selector)
                busy.remove(client)
                idle.append(client)
        replies.statuses[0] += len(busy)
        replies.seconds = time.perf_counter() - began
        replies.processor_seconds = time.process_time() - cost
        for client in [*idle, *busy]:
            client.close(selector)
    return replies
