"""SIGTERM under load: first not ready, then all accepted requests are answered, then the end."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.server import Running, fetch, running

GRACE = 30.0  # seconds; see service/commands/granian_server.py
SLOW = """
import time
from tests.fakes import FakeEmbedder
quick = FakeEmbedder.embed_questions
def embed_questions(self, texts):
    time.sleep(3 if "slowly" in texts[0] else 0)
    return quick(self, texts)
FakeEmbedder.embed_questions = embed_questions
"""


class Asking:
    """Clients that ask one question after another while the service is ready."""

    def __init__(self, service: Running, clients: int) -> None:
        self._address = service.address
        self._told = threading.Event()
        self.statuses: list[int] = []
        self.late: list[int] = []  # statuses of the questions after it was not ready
        self.not_ready: httpx.Response | None = None
        threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(clients)]
        self._threads = [*threads, threading.Thread(target=self._look)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number: int) -> None:
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self._told.is_set():
                question = f"copper {number} {len(self.statuses)}"
                self.statuses.append(client.get("/ask", params={"q": question}).status_code)
            self.late.append(client.get("/ask", params={"q": "lava"}).status_code)

    def _look(self) -> None:
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self._told.is_set():
                response = client.get("/readyz")
                if response.status_code != 200:
                    self.not_ready = response
                    self._told.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)


def test_it_is_not_ready_first_and_answers_all_that_was_asked_until_then(
    tmp_path: Path, three: Path
) -> None:
    with running(tmp_path, settings={"PINCITE_DRAIN_SECONDS": "3"}) as service:
        asking = Asking(service, clients=8)
        time.sleep(1)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        asking.join()
        assert asking.not_ready is not None
        assert asking.not_ready.json()["status"] == "stopping"
        assert asking.not_ready.headers["Retry-After"]
        assert len(asking.statuses) > 8
        assert set(asking.statuses) == {200}
        assert asking.late == [200] * 8  # a client that has not noticed is answered all the same
        assert service.process.wait(timeout=60) == 0
        assert 3 <= time.monotonic() - began < 3 + GRACE


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_a_question_that_takes_longer_than_the_drain_is_answered(
    tmp_path: Path, three: Path, order: signal.Signals
) -> None:
    quick = {"PINCITE_DRAIN_SECONDS": "0.2"}
    with running(tmp_path, settings=quick, first=SLOW) as service:
        got: list[int] = []

        def ask() -> None:
            reply = fetch(f"{service.address}/ask", params={"q": "slowly"}, timeout=60)
            got.append(reply.status_code)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(1)
        service.process.send_signal(order)
        thread.join(60)
        assert got == [200]
        assert service.process.wait(timeout=60) == 0


def test_a_request_that_never_ends_is_given_no_more_than_the_grace(
    tmp_path: Path, three: Path
) -> None:
    first = SLOW.replace("time.sleep(3", "time.sleep(600").replace(
        "import time\n",
        "import time\nfrom service.commands import granian_server\ngranian_server._STOPPING = 3\n",
        1,
    )
    with running(tmp_path, settings={"PINCITE_DRAIN_SECONDS": "0"}, first=first) as service:
        with pytest.raises(httpx.ReadTimeout):
            fetch(f"{service.address}/ask", params={"q": "slowly"}, timeout=1)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(timeout=60)
        assert time.monotonic() - began < 30
