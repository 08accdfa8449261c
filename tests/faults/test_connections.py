"""Connections that say nothing, half of something, or a byte now and then."""

from __future__ import annotations

import resource
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from service.access.key_file import create_key
from service.traffic.admission import TRANSFERS
from tests.fakes import THREE, write_files
from tests.faults.clients import holding
from tests.server import Running, fetch, running
from tests.waiting import becomes

CLOSED = 60.0  # seconds that a broken service is waited for
IDLE, TRICKLING = 2000, 200
FEW_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (1024, {hard}));"
BODY = (
    b"POST /{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 60\r\n\r\n{"
)
# the bytes that a connection sends, by its name, before it is silent
SLOW = {
    "nothing": b"",
    "half of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM",
    "half of a request": b"GET /ask HTTP/1.1\r\nHo",
    "a request": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("connections")


@pytest.fixture(scope="module")
def key(folder: Path) -> str:
    return create_key(folder / "keys.json", "ask", "", [])[1]


@pytest.fixture(scope="module")
def service(folder: Path, key: str) -> Iterator[Running]:
    """Run a service with a soft limit of 1,024 open files, as many systems have it."""
    write_files(folder / "documents", THREE)
    settings = {"PINCITE_KEYS": str(folder / "keys.json"), "PINCITE_RATE_LIMIT": ""}
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    first = FEW_FILES.format(hard=hard)
    with running(folder, settings=settings, first=first) as service:
        yield service


def milliseconds(service: Running, key: str, words: str) -> float:
    """Return the median time of some questions of a key holder, by address and by body."""
    times = []
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=service.address, headers=headers) as client:
        for number in range(40):
            began = time.perf_counter()
            question = f"{words} {number}"
            reply = (
                client.get("/ask", params={"q": question})
                if number % 2
                else client.post("/ask", json={"question": question})
            )
            times.append((time.perf_counter() - began) * 1000)
            assert reply.status_code == 200, reply.text
    return statistics.median(times)


def closes(one: socket.socket) -> bool:
    """Return whether the service closes a connection."""
    one.settimeout(CLOSED)
    try:
        while one.recv(1000):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


class Trickle:
    """Sends a byte on each connection now and then, until the end of the context."""

    def __init__(self, connections: Sequence[socket.socket]) -> None:
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._send, args=(connections,))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _send(self, connections: Sequence[socket.socket]) -> None:
        while not self._end.wait(0.5):
            for one in connections:
                try:
                    one.send(b" ")
                except OSError:
                    continue


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_key_holders_are_answered_while_others_hold_thousands_of_connections(
    service: Running, key: str
) -> None:
    milliseconds(service, key, "warm")
    alone = milliseconds(service, key, "alone")
    with ExitStack() as stack:
        stack.enter_context(holding(service.port, IDLE, b""))
        slow = [
            one
            for address in (b"sign-in", b"ask")
            for one in stack.enter_context(
                holding(service.port, TRICKLING // 2, BODY.replace(b"{}", address))
            )
        ]
        stack.enter_context(Trickle(slow))
        # three tries, because other work on the machine may slow down one measurement
        for _ in range(3):
            under = milliseconds(service, key, f"under {time.monotonic()}")
            print(f"alone {alone:.1f} ms, under {under:.1f} ms")  # noqa: T201
            if under < 2 * alone:
                break
        assert under < 2 * alone


STALLING = 40
SITE = "https://docs.example.org"


class Stalling:
    """Holds connections whose bodies stall, each renewed as soon as it ends."""

    def __init__(self, port: int, request: bytes) -> None:
        self._port, self._request = port, request
        self._end = threading.Event()
        self.refused = 0
        self._threads = [threading.Thread(target=self._renew) for _ in range(STALLING)]

    def __enter__(self) -> Stalling:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _renew(self) -> None:
        while not self._end.is_set():
            with socket.create_connection(("127.0.0.1", self._port)) as one:
                one.settimeout(0.2)
                one.sendall(self._request)
                while not self._end.is_set():
                    with suppress(TimeoutError, ConnectionError):
                        said = one.recv(1000)
                        self.refused += said.startswith(b"HTTP/1.1 503")
                        if not said or b" 503 " in said:
                            break


def test_a_stranger_is_answered_while_another_stalls_and_takes_every_place_anew(
    tmp_path: Path,
) -> None:
    write_files(tmp_path / "documents", THREE)
    token = create_key(tmp_path / "keys.json", "widget", "", [SITE])[1]
    settings = {"PINCITE_KEYS": str(tmp_path / "keys.json"), "PINCITE_PROXIES": "1"}
    sent = {"Authorization": f"Bearer {token}", "Origin": SITE}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    stalled = BODY.replace(b"{}", b"ask").replace(
        b"Content-Length", lines.encode() + b"X-Forwarded-For: 203.0.113.7\r\nContent-Length"
    )
    with (
        running(tmp_path, settings=settings) as service,
        Stalling(service.port, stalled) as others,
    ):
        assert becomes(lambda: others.refused > STALLING)
        headers = sent | {"X-Forwarded-For": "198.51.100.1"}
        for number in range(20):
            question = {"question": f"lava {number}"}
            reply = httpx.post(
                f"{service.address}/ask", json=question, headers=headers, timeout=CLOSED
            )
            assert reply.status_code == 200, reply.text


@pytest.fixture(scope="module")
def slow(service: Running) -> Iterator[dict[str, socket.socket]]:
    """Give a connection by each name in SLOW; all wait at the same time."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(holding(service.port, 1, start))[0]
            for name, start in SLOW.items()
        }


@pytest.mark.parametrize("name", ["nothing", "half of HTTP/2", "half of a request"])
def test_a_connection_that_says_nothing_or_half_is_closed(
    slow: dict[str, socket.socket], name: str
) -> None:
    assert closes(slow[name])


def test_a_connection_that_is_kept_and_idle_is_closed(slow: dict[str, socket.socket]) -> None:
    assert slow["a request"].recv(1000).startswith(b"HTTP/1.1 200")
    assert closes(slow["a request"])


SIGN_IN = BODY.replace(b"{}", b"sign-in").replace(b"application/json", b"text/plain")


@pytest.mark.parametrize("trickles", [False, True])
def test_a_body_that_does_not_come_is_refused_and_its_connection_ended_while_others_are_answered(
    service: Running, trickles: bool
) -> None:
    health = f"{service.address}/healthz"
    with holding(service.port, 1, SIGN_IN) as [one], Trickle([one] if trickles else []):
        one.settimeout(CLOSED)
        assert one.recv(1000).startswith(b"HTTP/1.1 408")
        for _ in range(20):
            assert fetch(health, timeout=CLOSED).status_code == 200
        assert closes(one)


def test_clients_that_stall_hold_the_places_for_bodies_for_a_time_only(service: Running) -> None:
    address = f"{service.address}/sign-in"
    with holding(service.port, TRANSFERS, SIGN_IN) as held:
        assert all(closes(one) for one in held)
        assert httpx.post(address, data={"key": "wrong"}, timeout=CLOSED).status_code == 401


def test_a_body_without_a_key_is_refused_unread_where_a_key_is_needed(service: Running) -> None:
    with holding(service.port, 1, BODY.replace(b"{}", b"ask")) as [one]:
        one.settimeout(CLOSED)
        assert one.recv(1000).startswith(b"HTTP/1.1 401")
        assert closes(one)


@pytest.mark.parametrize(
    ("address", "header", "status"),
    [
        ("/healthz", "a" * 400_000, 431),
        ("/healthz", "a" * 40_000, 431),
        ("/healthz?" + "a" * 70_000, "a", 414),
        ("/healthz?" + "a" * 60_000, "a" * 30_000, 200),
    ],
)
def test_a_head_that_is_too_large_is_refused_and_others_are_answered(
    service: Running, address: str, header: str, status: int
) -> None:
    head = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept: {header}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port)) as one:
        one.settimeout(CLOSED)
        with suppress(ConnectionError):  # the service closes it before it has all
            one.sendall(head.encode())
        assert one.recv(100).startswith(f"HTTP/1.1 {status} ".encode())
    assert fetch(f"{service.address}/healthz", timeout=CLOSED).status_code == 200


ASK = "POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
SMUGGLED = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
# what a proxy in front may read in another way, so that a part of it would be another request
AMBIGUOUS = {
    "a length before chunks": f"{ASK}Content-Length: 5\r\n{CHUNKED}",
    "a length after chunks": f"{ASK}{CHUNKED}".replace(
        "\r\n\r\n", "\r\nContent-Length: 5\r\n\r\n", 1
    ),
    "two lengths": f"{ASK}Content-Length: 5\r\nContent-Length: 4\r\n\r\n12345",
    "a length with a sign": f"{ASK}Content-Length: +5\r\n\r\n12345",
    "an unknown encoding": f"{ASK}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a blank before a colon": f"{ASK}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded header": "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
    "two hosts": "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_answered(
    service: Running, key: str, name: str
) -> None:
    known = f"Authorization: Bearer {key}\r\n"
    sent = (AMBIGUOUS[name] + SMUGGLED).replace(
        "Host: localhost\r\n", f"Host: localhost\r\n{known}"
    )
    with socket.create_connection(("127.0.0.1", service.port)) as one:
        one.settimeout(CLOSED)
        one.sendall(sent.encode())
        received = b""
        with suppress(ConnectionError):
            while part := one.recv(1 << 16):
                received += part
    assert received.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 421 ")), received[:100]
    assert name == "two hosts" or received.count(b"HTTP/1.1 ") == 1
