"""Which connections are ended after a request was refused because its body stalls."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from service.traffic.stalled import Refused, Stalled, end_connections
from tests.waiting import becomes

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux says when data was sent"
)


@pytest.fixture(params=["127.0.0.1", "::1"])
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return the service's end and the client's end of a connection."""
    host = request.param
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(socket.create_server((host, 0), family=family))
        except OSError:
            pytest.skip("this machine has no IPv6")
        client = stack.enter_context(socket.create_connection(listener.getsockname()[:2]))
        service = stack.enter_context(listener.accept()[0])
        client.settimeout(0.2)
        yield service, client


def refused(service: socket.socket, at: float) -> Refused:
    return Refused(service.getpeername()[0], service.getsockname()[1], at)


def is_open(client: socket.socket) -> bool:
    try:
        return client.recv(1) != b""
    except TimeoutError:
        return True


def test_a_connection_is_ended_if_nothing_was_sent_since_the_refusal(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    service, client = pair
    at = time.monotonic()
    service.sendall(b"408")
    assert client.recv(3) == b"408"
    client.sendall(b"a byte, now and then")
    end_connections([refused(service, at)])
    assert not is_open(client)


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_connection_that_was_sent_something_earlier_or_later_stays(
    pair: tuple[socket.socket, socket.socket], seconds: float
) -> None:
    service, client = pair
    service.sendall(b"200")
    assert client.recv(3) == b"200"
    end_connections([refused(service, time.monotonic() + seconds)])
    assert is_open(client)


def test_connections_of_other_clients_and_ports_stay(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    service, client = pair
    at = time.monotonic()
    service.sendall(b"200")
    assert client.recv(3) == b"200"
    one = refused(service, at)
    end_connections([Refused("203.0.113.7", one.port, at), Refused(one.client, one.port + 1, at)])
    assert is_open(client)


def test_connections_are_ended_some_seconds_after_each_refusal() -> None:
    ended: list[Refused] = []
    stalled = Stalled(0.1, ended.extend)
    stalled.refuse("203.0.113.7", 1)
    stalled.refuse("203.0.113.8", 2)
    assert becomes(lambda: [one.port for one in ended] == [1, 2])
    stalled.refuse("203.0.113.9", 3)
    assert becomes(lambda: [one.port for one in ended] == [1, 2, 3])


def test_connections_are_ended_too_after_the_system_had_no_thread_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[Refused] = []
    stalled = Stalled(0.1, ended.extend)

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", start)
        stalled.refuse("203.0.113.7", 1)
    stalled.refuse("203.0.113.8", 2)
    assert becomes(lambda: sorted(one.port for one in ended) == [1, 2])
