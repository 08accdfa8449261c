"""The client that all calls to one Milvus share, with its errors translated into ours."""

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

# The first versions with `exists` for JSON, analyzers and BM25; Lite has its own version numbers.
_LEAST, _LEAST_LITE = (2, 6), (3, 0)
_LITE = "milvus_lite-"

# Kinds of errors: codes of Milvus (pkg/util/merr/errors.go) or names of gRPC status codes.
_MISSING = {100, 1600}  # collection not found, alias not found
_REFUSED = {"UNAUTHENTICATED", "PERMISSION_DENIED", 1400, 1401}
_INVALID = 1100  # parameter invalid
_LATE = "DEADLINE_EXCEEDED"


@dataclass(eq=False)
class _Client:
    """A connected client, and the collections that it has loaded."""

    client: Any
    loaded: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        # Any thread may run this finalizer: the last one that uses the client, or one in which the
        # garbage collector runs. It must not wait for pymilvus, which does not close a client while
        # it connects another; a thread of Lite's server, in this process, would deadlock. Nor may
        # it start a threading.Thread, which takes a lock that the interrupted code may hold.
        weakref.finalize(self, _thread.start_new_thread, self.client.close, ()).atexit = False


class Session:
    """Connects to Milvus on first use, and again after the connection was lost.

    While one thread connects, other threads wait for the attempt and share its failure, so that
    each waits for one attempt only.

    Raises:
        EngineUnavailable: Milvus cannot be reached, or does not answer in time.
        EngineRefused: it denies access, its version is too old, or pymilvus is not installed.
        IndexMissing: the collection or the alias does not exist.
    """

    def __init__(self, address: MilvusAddress) -> None:
        for needed in ("pymilvus", "milvus_lite") if address.embedded else ("pymilvus",):
            if find_spec(needed) is None:
                raise EngineRefused(
                    f"the engine Milvus takes {needed}; install it in the folder of Pincite's "
                    "source with: pip install '.[milvus]'"
                )
        self._address = address
        self._client: _Client | None = None
        self._connecting = threading.Lock()
        self._failed = float("-inf")  # when the last attempt failed, and how
        self._failure: Callable[[], StoredIndexError] = StoredIndexError

    @contextmanager
    def client(self, loaded: str | None = None) -> Iterator[Any]:
        """Give the client of pymilvus, after loading the collection `loaded`."""
        shared = self._connected()
        try:
            with _translating(self._address):
                if loaded is not None and loaded not in shared.loaded:
                    shared.client.load_collection(loaded, timeout=self._address.seconds)
                    shared.loaded.add(loaded)
                yield shared.client
        except EngineUnavailable:
            if self._client is shared:
                self._client = None  # it may not find its server again
            raise
        except IndexMissing as missing:
            if loaded is None:
                raise
            raise IndexMissing(
                f"Milvus at {self._address} has dropped this generation of the index, because "
                "a newer one was published; try again later"
            ) from missing
        finally:
            del shared  # the traceback of the error would keep it alive

    def _connected(self) -> _Client:
        if (shared := self._client) is not None:
            return shared
        came = time.monotonic()
        with self._connecting:
            if self._client is None:
                if came < self._failed:
                    raise self._failure()
                try:
                    self._client = _connect(self._address)
                except StoredIndexError as error:
                    self._failed, self._failure = time.monotonic(), partial(type(error), str(error))
                    raise
            return self._client


def _connect(address: MilvusAddress) -> _Client:
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # else it logs every fork of this process
    # else it stops and starts its threads at each fork, although no child uses the connection
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    from pymilvus import MilvusClient

    # they log a traceback for each error that they raise
    for name in ("pymilvus", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tls = {"server_pem_path": str(address.authority)} if address.authority else {}
    with _translating(address):
        shared = _Client(
            MilvusClient(
                address.uri,
                token=address.token,
                db_name=address.database,
                timeout=address.seconds,
                # a new channel, not a shared one that was lost and waits before it reconnects
                dedicated=True,
                grpc_options={
                    "grpc.use_local_subchannel_pool": 1,
                    "grpc.keepalive_time_ms": 300_000,
                },
                **tls,
            )
        )
        version = str(shared.client.get_server_version(timeout=address.seconds))
    least = _LEAST_LITE if version.startswith(_LITE) else _LEAST
    digits = version.removeprefix(_LITE).removeprefix("v").split(".")[:2]
    if tuple(int(part) if part.isdigit() else 0 for part in digits) < least:
        raise EngineRefused(
            f"Milvus at {address} has version {version}; "
            f"{'.'.join(map(str, least))} is the least that can be used; update Milvus"
        )
    return shared


@contextmanager
def _translating(address: MilvusAddress) -> Iterator[None]:
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, grpc.RpcError, OSError) as error:
        raise _translate(address, *_read(error)) from error


def _read(error: BaseException) -> tuple[int | str, str]:
    """Return the kind and the message of an error; those of gRPC if pymilvus wraps its error."""
    import grpc

    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        if isinstance(one, grpc.RpcError):
            return one.code().name, one.details() or one.code().name
        seen.append(one)
        # pymilvus raises some errors from themselves
        one = one.__context__ if one.__cause__ in seen else one.__cause__
    return getattr(error, "code", 0), str(getattr(error, "message", error))


def _translate(address: MilvusAddress, kind: int | str, message: str) -> StoredIndexError:
    reason = " ".join(message.split())[:300]
    if kind in _MISSING:
        return IndexMissing(
            f"there is no index in Milvus at {address} yet ({reason}); build one with: "
            "pincite index --engine"
        )
    if kind in _REFUSED:
        return EngineRefused(
            f"Milvus at {address} denies access: {reason}; see the setting engine_token"
        )
    if kind == _INVALID:
        return EngineRefused(
            f"Milvus at {address} does not accept a parameter: {reason}; index types and their "
            "parameters are in the setting engine_layout"
        )
    if kind == _LATE:
        reason = f"no answer within {address.seconds:g} seconds, the setting engine_seconds"
    return EngineUnavailable(f"Milvus at {address} does not answer now ({reason}); try again later")
