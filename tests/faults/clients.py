"""Clients over plain sockets, correct and bad ones, many of them in one thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

_PATIENCE = 600.0  # seconds to wait for a broken service


@dataclass(slots=True)
class Replies:
    """The replies to some clients: how many of each status (0: no reply), and milliseconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    told_when: int = 0  # refusals with Retry-After
    seconds: float = 0.0
    processor_seconds: float = 0.0  # of the clients

    def per_second(self) -> float:
        """Return how many questions were answered per second."""
        return self.statuses[200] / self.seconds

    def refused(self) -> int:
        """Return how many requests were refused, as too many or as too large."""
        return self.statuses[503] + self.statuses[429] + self.statuses[422]


async def ask_all(port: int, connections: int, questions: Sequence[str]) -> Replies:
    """Ask each question once, over connections that are used again while the service keeps them.

    If a kept connection is closed before the reply, the question is asked over a new one.
    """
    replies, waiting = Replies(), iter(questions)
    began = time.perf_counter()

    async def client() -> None:
        connection = None
        for question in waiting:
            path, kept = f"/ask?q={quote(question)}", False
            if connection:
                try:
                    kept = await _get(*connection, path, replies)
                except (ConnectionError, asyncio.IncompleteReadError):
                    connection[1].close()
                    connection = None
            if not connection:
                connection = await asyncio.open_connection("127.0.0.1", port)
                kept = await _get(*connection, path, replies)
            if not kept:
                connection[1].close()
                connection = None
        if connection:
            connection[1].close()

    await asyncio.gather(*(client() for _ in range(connections)))
    replies.seconds = time.perf_counter() - began
    return replies


async def _get(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, replies: Replies
) -> bool:
    """Send a request and count its reply; return whether the connection stays open."""
    began = time.perf_counter()
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    async with asyncio.timeout(_PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(maxsplit=1)[0])
        await reader.readexactly(length)
    replies.statuses[int(head.split(maxsplit=2)[1])] += 1
    replies.told_when += b"retry-after:" in head
    replies.milliseconds.append((time.perf_counter() - began) * 1000)
    return b"connection: close" not in head


async def probe(port: int, path: str, seconds: float, pause: float = 0.05) -> Replies:
    """Request one path again and again, each time over a new connection."""
    replies = Replies()
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        try:
            began = time.perf_counter()
            connection = await asyncio.open_connection("127.0.0.1", port)
            await _get(*connection, path, replies)
            replies.milliseconds[-1] = (time.perf_counter() - began) * 1000
            connection[1].close()
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            replies.statuses[0] += 1
        await asyncio.sleep(pause)
    return replies


@contextlib.contextmanager
def holding(port: int, connections: int, start: bytes) -> Iterator[list[socket.socket]]:
    """Send the start of a request on some connections, and keep them open."""
    with contextlib.ExitStack() as stack:
        held = []
        for _ in range(connections):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(start)
            held.append(one)
        yield held


def percentile(values: list[float], share: float) -> float:
    """Return a percentile of some values, by the nearest rank."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
