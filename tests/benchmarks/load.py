"""A load generator: clients that ask a service one question after another over HTTP.

It runs in its own process on plain sockets that stay open, because a client library would need more
time for a request than the service needs to answer it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a service; the question follows at the end of `path`."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Load:
    """The measurements of some clients: milliseconds of each question, and seconds in total."""

    milliseconds: tuple[float, ...]
    seconds: float


def ask(address: Address, questions: Sequence[str], clients: int) -> Load:
    """Ask every question once, as many at a time as there are clients."""
    return asyncio.run(_ask(address, questions, clients))


async def _ask(address: Address, questions: Sequence[str], clients: int) -> Load:
    waiting = iter([_request(address, question) for question in questions])
    began = time.perf_counter()
    found = await asyncio.gather(*(_client(address, waiting) for _ in range(clients)))
    seconds = time.perf_counter() - began
    return Load(tuple(one for times in found for one in times), seconds)


def _request(address: Address, question: str) -> bytes:
    head = f"GET {address.path}{quote(question)} HTTP/1.1\r\nHost: {address.host}\r\n"
    return f"{head}Accept: application/json\r\n\r\n".encode()


async def _client(address: Address, requests: Iterator[bytes]) -> list[float]:
    reader, writer = await asyncio.open_connection(address.host, address.port, limit=1 << 20)
    times = []
    try:
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(maxsplit=1)[0])
            body = await reader.readexactly(length)
            times.append((time.perf_counter() - began) * 1000)
            if not head.startswith(b"http/1.1 200 "):
                raise RuntimeError(f"{request!r} was answered by {head!r} {body!r}")
    finally:
        writer.close()
        await writer.wait_closed()
    return times
