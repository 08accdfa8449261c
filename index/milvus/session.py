"""The client that the calls to one Milvus share; what goes wrong there becomes an error of ours."""

from __future__ import annotations

import _thread
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from typing import Any

from index.errors import EngineRefused, EngineUnavailable, IndexMissing, StoredIndexError
from index.milvus.address import MilvusAddress

# Of these on, the server has `exists` in JSON, analyzers and BM25; Lite is numbered otherwise.
_LEAST, _LEAST_LITE = (2, 6), (3, 0)
_LITE = "milvus_lite-"

# Kinds of errors: codes of Milvus (pkg/util/merr/errors.go) or names of gRPC's.
_MISSING = {100, 1600}  # collection not found, alias not found
_REFUSED = {"UNAUTHENTICATED", "PERMISSION_DENIED", 1400, 1401}
_INVALID = 1100  # parameter invalid
_LATE = "DEADLINE_EXCEEDED"


@dataclass(eq=False)
class _Line:
    """A client that is connected, and the collections that it has seen loaded."""

    client: Any
    loaded: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        # The last thread that lets go of it ends it, or the collector in any thread. That one may
        # not wait for pymilvus, which closes no client while it connects another: where it belongs
        # to Lite's server, in our process, the other would wait for it. Nor may it start a Thread,
        # which takes a lock that the interrupted code may hold.
        weakref.finalize(self, _thread.start_new_thread, self.client.close, ()).atexit = False


class Session:
    """Connects to Milvus when it is first needed, and anew after the connection was lost.

    Threads that come while one of them connects wait for that and share its failure, so that where
    nobody answers each of them waits for one attempt.

    Raises:
        EngineUnavailable: Milvus cannot be reached, or does not answer in time.
        EngineRefused: it does not let us in, its version is too old, or pymilvus is not installed.
        IndexMissing: the collection or the alias that is asked of is not there.
    """

    def __init__(self, address: MilvusAddress) -> None:
        for needed in ("pymilvus", "milvus_lite") if address.embedded else ("pymilvus",):
            if find_spec(needed) is None:
                raise EngineRefused(
                    f"the engine Milvus takes {needed}; install it with: "
                    "pip install 'pincite[milvus]'"
                )
        self._address = address
        self._line: _Line | None = None
        self._connecting = threading.Lock()
        self._failed = float("-inf")  # when nobody could connect, and why
        self._failure: Callable[[], StoredIndexError] = StoredIndexError

    @contextmanager
    def client(self, loaded: str | None = None) -> Iterator[Any]:
        """Give the client of pymilvus, once the collection `loaded` can be searched."""
        line = self._connected()
        try:
            with _translating(self._address):
                if loaded is not None and loaded not in line.loaded:
                    line.client.load_collection(loaded, timeout=self._address.seconds)
                    line.loaded.add(loaded)
                yield line.client
        except EngineUnavailable:
            if self._line is line:
                self._line = None  # one that has lost its server may not find it again
            raise
        except IndexMissing as missing:
            if loaded is None:
                raise
            raise IndexMissing(
                f"Milvus at {self._address} has dropped this generation of the index, for a newer "
                "one was published; try again later"
            ) from missing
        finally:
            del line  # which the error's traceback would keep

    def _connected(self) -> _Line:
        if (line := self._line) is not None:
            return line
        came = time.monotonic()
        with self._connecting:
            if self._line is None:
                if came < self._failed:
                    raise self._failure()
                try:
                    self._line = _connect(self._address)
                except StoredIndexError as error:
                    self._failed, self._failure = time.monotonic(), partial(type(error), str(error))
                    raise
            return self._line


def _connect(address: MilvusAddress) -> _Line:
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # it would log every fork of this process
    # nor is it to stop and start its threads then: no child asks Milvus by what its parent opened
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    from pymilvus import MilvusClient

    # it logs a traceback of each error that it raises, and Lite's server of what it lacks
    for name in ("pymilvus", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tls = {"server_pem_path": str(address.authority)} if address.authority else {}
    with _translating(address):
        line = _Line(
            MilvusClient(
                address.uri,
                token=address.token,
                db_name=address.database,
                timeout=address.seconds,
                # and not the one that others have lost, nor its wait before the next attempt
                dedicated=True,
                grpc_options={
                    "grpc.use_local_subchannel_pool": 1,
                    "grpc.keepalive_time_ms": 300_000,
                },
                **tls,
            )
        )
        version = str(line.client.get_server_version(timeout=address.seconds))
    least = _LEAST_LITE if version.startswith(_LITE) else _LEAST
    digits = version.removeprefix(_LITE).removeprefix("v").split(".")[:2]
    if tuple(int(part) if part.isdigit() else 0 for part in digits) < least:
        raise EngineRefused(
            f"Milvus at {address} has version {version}; "
            f"{'.'.join(map(str, least))} is the least that can be used"
        )
    return line


@contextmanager
def _translating(address: MilvusAddress) -> Iterator[None]:
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, grpc.RpcError, OSError) as error:
        raise _translate(address, *_read(error)) from error


def _read(error: BaseException) -> tuple[int | str, str]:
    """Return the kind of an error and what it says: gRPC's words, where it is behind pymilvus'."""
    import grpc

    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        if isinstance(one, grpc.RpcError):
            return one.code().name, one.details() or one.code().name
        seen.append(one)
        # pymilvus raises errors from themselves
        one = one.__context__ if one.__cause__ in seen else one.__cause__
    return getattr(error, "code", 0), str(getattr(error, "message", error))


def _translate(address: MilvusAddress, kind: int | str, message: str) -> StoredIndexError:
    told = " ".join(message.split())[:300]
    if kind in _MISSING:
        return IndexMissing(
            f"there is no index in Milvus at {address} yet ({told}); build one with: "
            "pincite index --engine"
        )
    if kind in _REFUSED:
        return EngineRefused(
            f"Milvus at {address} does not let us in: {told}; see the setting engine_token"
        )
    if kind == _INVALID:
        return EngineRefused(
            f"Milvus at {address} does not take what it is given: {told}; index types and their "
            "parameters stand in the setting engine_layout"
        )
    if kind == _LATE:
        told = f"no answer within {address.seconds:g} seconds, the setting engine_seconds"
    return EngineUnavailable(f"Milvus at {address} cannot be asked now ({told}); try again later")
