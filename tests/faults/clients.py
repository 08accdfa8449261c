"""Clients that ask over bare sockets, well or badly, many at a time in one thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

_PATIENCE = 600.0  # seconds; only how long a broken service is waited for


@dataclass(slots=True)
class Replies:
    """What some clients got: how many replies of each status, 0 for none, and of how many ms."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    told_when: int = 0  # refusals that say when to come again
    seconds: float = 0.0
    processor_seconds: float = 0.0  # that the clients took

    def per_second(self) -> float:
        """Return how many questions were answered a second."""
        return self.statuses[200] / self.seconds

    def refused(self) -> int:
        """Return how many were told to come again, or that they ask for too much."""
        return self.statuses[503] + self.statuses[429] + self.statuses[422]


async def ask_all(port: int, connections: int, questions: Sequence[str]) -> Replies:
    """Ask each question once, over connections that are kept, and over new ones that are not.

    A question is asked again over a new connection where the kept one was closed before the reply.
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
    """Ask for one path again and again, each time over a connection of its own."""
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
    """Keep connections open, on each of which the start of a request was sent."""
    with contextlib.ExitStack() as stack:
        held = []
        for _ in range(connections):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(start)
            held.append(one)
        yield held


def percentile(values: list[float], share: float) -> float:
    """Return the value within which that share lies, by the nearest rank."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
