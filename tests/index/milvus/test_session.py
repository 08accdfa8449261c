"""Connecting to a server, and calls that it refuses or does not answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from index import EngineRefused, EngineUnavailable, IndexMissing, parse_address
from index.milvus.connection import Connection

pytest.importorskip("milvus_lite", reason="the extra milvus is not installed")

from tests.milvus_server import StandIn, standing_in

pytestmark = pytest.mark.system

SECONDS = 1.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path / "data") as server:
        yield server


def connect(
    server: StandIn, scheme: str = "http", token: str = "", authority: Path | None = None
) -> Connection:
    address = server.address(scheme)
    return Connection(parse_address(address, token=token, authority=authority, seconds=SECONDS))


@pytest.fixture
def ours(tmp_path: Path) -> trustme.CA:
    """Return an authority whose certificates stand in `ours.pem`, beside others in `other.pem`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ours.pem")
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    return authority


def test_a_server_is_believed_by_a_certificate_of_the_authority_alone(
    tmp_path: Path, ours: trustme.CA
) -> None:
    with standing_in(tmp_path / "data", ours.issue_cert("127.0.0.1")) as server:
        connection = connect(server, "https", authority=tmp_path / "ours.pem")
        assert connection.collections() == []
        for authority in (tmp_path / "other.pem", None):
            with pytest.raises(EngineUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
                connect(server, "https", authority=authority).collections()
        with pytest.raises(EngineUnavailable, match="does not answer now"):
            connect(server, "http").collections()


def test_a_certificate_of_another_host_is_not_believed(tmp_path: Path, ours: trustme.CA) -> None:
    with (
        standing_in(tmp_path / "data", ours.issue_cert("elsewhere.example")) as server,
        pytest.raises(EngineUnavailable, match="Hostname Verification Check failed"),
    ):
        connect(server, "https", authority=tmp_path / "ours.pem").collections()


def test_a_server_without_tls_is_not_told_the_token(
    server: StandIn, tmp_path: Path, ours: trustme.CA
) -> None:
    server.gate.token = "root:secret"
    connection = connect(server, "https", "root:secret", tmp_path / "ours.pem")
    with pytest.raises(EngineUnavailable, match="WRONG_VERSION_NUMBER"):
        connection.collections()
    assert not server.gate.struck


@pytest.mark.parametrize("token", ["root:secret", "root:se:cret", "a-key-of-the-cluster"])
def test_user_and_password_or_a_key_let_in_who_names_them(server: StandIn, token: str) -> None:
    server.gate.token = token
    connection = connect(server, token=token)
    assert connection.collections() == []
    assert server.gate.struck.keys() == {"let in"}
    for other in ("root:wrong", ""):
        with pytest.raises(EngineRefused, match=r"auth check failure.* the setting engine_token"):
            connect(server, token=other).collections()
    assert server.gate.struck["token"] == 2
    server.gate.token = "changed:since"
    with pytest.raises(EngineRefused, match="engine_token") as refused:
        connection.collections()
    assert token not in str(refused.value)
    server.gate.token = token
    assert connection.collections() == []


def test_a_user_who_lacks_a_privilege_is_told_which(server: StandIn) -> None:
    server.gate.denied = frozenset({"ShowCollections"})
    with pytest.raises(EngineRefused, match="PrivilegeShowCollections: permission deny to guest"):
        connect(server).collections()
    assert server.gate.struck["denied"] == 1


def test_words_of_the_server_that_hold_auth_are_no_refusal(server: StandIn) -> None:
    with pytest.raises(IndexMissing, match="authors"):
        connect(server).target("authors")


@pytest.mark.parametrize("version", ["v2.4.15", "2.5.9", "milvus_lite-2.5.1", "unknown"])
def test_a_server_of_an_old_version_is_refused_until_it_is_replaced(
    server: StandIn, version: str
) -> None:
    connection = connect(server)
    server.gate.version = version
    with pytest.raises(EngineRefused, match=f"has version {version}; .* is the least"):
        connection.collections()
    assert server.gate.struck["version"] == 1
    server.gate.version = "v2.6.4"
    assert connection.collections() == []
    assert server.gate.struck["version"] == 2


@pytest.mark.parametrize("call", ["Connect", "GetVersion", "DescribeAlias"])
def test_a_call_that_is_not_answered_in_time_is_an_error_and_the_next_one_may_be(
    server: StandIn, call: str
) -> None:
    connection = connect(server)
    if call == "DescribeAlias":
        assert connection.collections() == []
    server.gate.slow = frozenset({call})
    began = time.monotonic()
    with pytest.raises(EngineUnavailable, match="no answer within 1 seconds"):
        connection.target("pincite")
    assert time.monotonic() - began >= SECONDS
    assert server.gate.struck["slow"]
    server.gate.slow = frozenset()
    with pytest.raises(IndexMissing):
        connection.target("pincite")


def test_an_answer_that_fails_again_and_again_is_an_error_in_time(server: StandIn) -> None:
    connection = connect(server)
    assert connection.collections() == []
    server.gate.failing = frozenset({"DescribeAlias"})
    with pytest.raises(EngineUnavailable, match="no healthy upstream"):
        connection.target("pincite")
    assert server.gate.struck["failing"] > 1
    server.gate.failing = frozenset()
    with pytest.raises(IndexMissing):
        connection.target("pincite")


def test_a_machine_that_falls_silent_is_connected_to_anew(server: StandIn) -> None:
    connection = connect(server)
    assert connection.collections() == []
    server.wire.silent = True
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match="no answer within 1 seconds"):
            connection.target("pincite")
    assert server.wire.struck["silent"]
    server.wire.silent = False
    with pytest.raises(IndexMissing):
        connection.target("pincite")


def test_a_reply_that_is_cut_short_is_an_error_and_is_asked_for_anew(
    server: StandIn,
) -> None:
    connection = connect(server)
    assert connection.collections() == []
    server.wire.cut = True
    with pytest.raises(EngineUnavailable):
        connection.target("pincite")
    assert server.wire.struck["cut"]
    server.wire.cut = False
    with pytest.raises(IndexMissing):
        connection.target("pincite")


def test_a_server_that_is_down_is_told_at_once_and_found_again(server: StandIn) -> None:
    connection = connect(server)
    assert connection.collections() == []
    server.wire.go_down()
    with pytest.raises(EngineUnavailable, match="Connection refused"):
        connection.target("pincite")
    server.wire.come_up()
    with pytest.raises(IndexMissing):
        connection.target("pincite")


def test_threads_that_wait_while_one_connects_share_its_failure(server: StandIn) -> None:
    server.wire.silent = True
    connection = connect(server)

    def ask(_: int) -> float:
        began = time.monotonic()
        with pytest.raises(EngineUnavailable):
            connection.collections()
        return time.monotonic() - began

    with ThreadPoolExecutor(16) as threads:
        waited = list(threads.map(ask, range(16)))
    assert server.wire.struck["silent"]
    assert max(waited) < len(waited) * SECONDS / 2  # which each would wait whose turn is last


def test_connections_that_are_lost_are_closed(server: StandIn) -> None:
    connection = connect(server)
    for _ in range(5):
        server.gate.slow = frozenset()
        assert connection.collections() == []
        server.gate.slow = frozenset({"DescribeAlias"})
        with pytest.raises(EngineUnavailable):
            connection.target("pincite")
    assert server.gate.struck["slow"] == 5
    deadline = time.monotonic() + 60  # only how long what is broken is waited for
    while server.wire.standing and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.wire.standing


def test_who_drops_a_connection_does_not_wait_for_one_that_is_being_made(server: StandIn) -> None:
    """The collector drops it in any thread, as in one that an embedded server answers with."""
    kept = [connect(server)]
    assert kept[0].collections() == []
    server.gate.slow = frozenset({"Connect"})
    patient = Connection(parse_address(server.address("http"), seconds=10))
    with ThreadPoolExecutor(1) as threads:
        made = threads.submit(patient.collections)
        while not server.gate.struck["slow"] and not made.done():
            time.sleep(0.01)
        assert server.gate.struck["slow"]
        kept.clear()
        server.gate.go_on.set()
        assert made.result() == []


def test_what_is_not_installed_is_named_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.milvus.session.find_spec", lambda name: None)
    with pytest.raises(EngineRefused, match=r"takes pymilvus; .* pip install '\.\[milvus\]'"):
        Connection(parse_address("milvus+http://localhost"))
