"""Ends connections of clients that do not send the body that they announced.

granian has no deadline for a body (https://github.com/emmett-framework/granian/issues/728), and a
thread that waits for one waits until the connection ends. WSGI names the client of a request but
not its connection, so the connection is found by the kernel's record of it: the service refused
the request with a 408, and has sent nothing over this connection since.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer

# Seconds before and after the refusal in which it may have been sent.
_BEFORE, _AFTER = 0.5, 5.0
# tcpi_last_data_sent in the struct tcp_info of linux/tcp.h: milliseconds since the last data.
_LAST_SENT, _INFO_BYTES = 44, 48
_DESCRIPTORS = Path("/proc/self/fd")


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused request: the address of its client, the port of the service, and the time."""

    client: str
    port: int
    at: float


def end_connections(refused: Iterable[Refused]) -> None:
    """End each connection over which nothing was sent since a request of its client was refused."""
    by_client: dict[tuple[str, int], list[float]] = {}
    for one in refused:
        by_client.setdefault((one.client, one.port), []).append(one.at)
    for connection in _connections():
        with connection, suppress(OSError):
            client, port = connection.getpeername()[0], connection.getsockname()[1]
            if _is_stalled(connection, by_client.get((client, port), [])):
                connection.shutdown(socket.SHUT_RDWR)


def _is_stalled(connection: socket.socket, refused: Iterable[float]) -> bool:
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    [milliseconds] = struct.unpack_from("=I", info, _LAST_SENT)
    sent = time.monotonic() - milliseconds / 1000
    return any(at - _BEFORE <= sent <= at + _AFTER for at in refused)


def _connections() -> Iterator[socket.socket]:
    """Yield every TCP connection of this process, each by a descriptor of its own."""
    for entry in list(_DESCRIPTORS.iterdir()):
        with suppress(OSError):  # it was closed meanwhile, or is a file
            descriptor = os.dup(int(entry.name))
            try:
                found = socket.socket(fileno=descriptor)
            except OSError:
                os.close(descriptor)
                continue
            if found.family in {socket.AF_INET, socket.AF_INET6}:
                yield found
            else:
                found.close()


class Stalled:
    """Ends the connections of refused requests `seconds` later; on Linux only.

    By default that is as long as an idle connection is kept. `end` ends them.
    """

    def __init__(
        self,
        seconds: float = 10.0,
        end: Callable[[Sequence[Refused]], object] = end_connections,
    ) -> None:
        self._seconds = seconds
        self._end_connections = end
        self._lock = Lock()
        self._refused: list[Refused] = []
        self._waits = False

    def refuse(self, client: str, port: int) -> None:
        """Take note that the request of a client is refused now, because its body stalls."""
        if not sys.platform.startswith("linux"):
            return
        with self._lock:
            self._refused.append(Refused(client, port, time.monotonic()))
            if not self._waits:
                self._start()

    def _start(self) -> None:
        timer = Timer(self._seconds, self._end)
        timer.daemon = True
        with suppress(RuntimeError):  # the system has no thread left; the next refusal tries again
            timer.start()
            self._waits = True

    def _end(self) -> None:
        due = time.monotonic() - self._seconds
        with self._lock:
            ready = [one for one in self._refused if one.at <= due]
            self._refused = [one for one in self._refused if one.at > due]
            self._waits = False
            if self._refused:
                self._start()
        self._end_connections(ready)
