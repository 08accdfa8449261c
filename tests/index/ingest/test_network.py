"""A process without a network, for root and for others, also where unshare is forbidden."""

from __future__ import annotations

import logging
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index import Folder, Report, build_index
from index.ingest import reader_process
from index.ingest.job import JOB, describe_job
from index.ingest.limits import Limits
from index.ingest.network import refuse_calls
from index.ingest.passages import Splitter
from index.ingest.reader_process import ReaderProcess
from index.report import StoredReport
from tests.conftest import ROOT
from tests.fakes import count_words, recipe

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in {"x86_64", "aarch64"},
    reason="only Linux takes the network away from native code",
)

UNSHARE = {"x86_64": 272, "aarch64": 97}
# Connects by the C library, as native code does, to the port that is the last argument.
PROGRAM = """
import ctypes, os, struct, sys
from index.ingest.network import leave_network, refuse_calls
user, forbidden, leaves, unshare, port = sys.argv[1:]
if user == "nobody" and os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
if forbidden == "forbidden":
    assert refuse_calls([int(unshare)])
if leaves == "leaves":
    assert leave_network()
libc = ctypes.CDLL(None)
opened = libc.socket(2, 1, 0)
address = struct.pack("=H", 2) + struct.pack("!H", int(port)) + bytes([127, 0, 0, 1]) + bytes(8)
print("connected" if libc.connect(opened, address, len(address)) == 0 else "refused")
"""


# Where the kernel refuses both.
WITH_NETWORK = (
    "-c",
    "import sys; from index.ingest import worker; worker.leave_network = lambda: False; "
    "worker.main(int(sys.argv[1]))",
)


def connects(user: str, forbidden: str, leaves: str) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = str(UNSHARE[platform.machine()])
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, user, forbidden, leaves, number,
             str(listener.getsockname()[1])],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout == "connected\n"


@pytest.mark.parametrize("forbidden", ["allowed", "forbidden"])
@pytest.mark.parametrize("user", ["itself", "nobody"])
def test_native_code_of_any_user_has_no_network(user: str, forbidden: str) -> None:
    assert connects(user, forbidden, "stays")
    assert not connects(user, forbidden, "leaves")


def test_where_the_kernel_refuses_both_a_line_says_that_readers_have_a_network(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    task = JOB.dump_json(describe_job(folder, count_words, Splitter(), Limits()))
    with caplog.at_level(logging.WARNING):
        ReaderProcess(task).kill()
        assert not caplog.records
        monkeypatch.setattr(reader_process, "_PROGRAM", WITH_NETWORK)
        ReaderProcess(task).kill()
    [record] = caplog.records
    assert "read by a process with a network" in record.getMessage()


def test_the_report_says_so_until_all_documents_were_read_again_without_one(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*, rebuild: bool = False) -> Report:
        nothing = lambda done, total: None  # noqa: E731
        report = build_index(
            Folder(three), tmp_path / "new", recipe(), nothing, rebuild=rebuild, limits=Limits()
        )
        assert StoredReport(tmp_path / "new").read() == report
        return report

    with monkeypatch.context() as patch:
        patch.setattr(reader_process, "_PROGRAM", WITH_NETWORK)
        assert build().with_network
    assert build().with_network
    assert not build(rebuild=True).with_network


def test_nothing_is_refused_without_calls() -> None:
    assert not refuse_calls([])
