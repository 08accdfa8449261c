"""A Milvus server over TCP whose faults a test chooses: Milvus Lite behind a gate and a wire.

The gate asks for a token as Milvus's proxy does (internal/proxy/authentication_interceptor.go):
`authorization` holds base64 of `user:password` or of a key, else the call is UNAUTHENTICATED.
"""

from __future__ import annotations

import base64
import selectors
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme

_HOST = "127.0.0.1"
_UNAUTHENTICATED = "auth check failure, please check username and password are correct"


@dataclass
class Gate:
    """Stands before every call; `struck` counts what it did to them.

    `token` is what it asks for; `version` what it says to be; `denied` names the calls that the
    user may not make, `failing` those that get no answer, `slow` those that wait for `go_on`.
    """

    token: str = ""
    version: str = ""
    denied: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()
    slow: frozenset[str] = frozenset()
    go_on: threading.Event = field(default_factory=threading.Event)
    struck: Counter[str] = field(default_factory=Counter)

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        """Wrap the handler of a call, as gRPC's ServerInterceptor does."""
        import grpc
        from pymilvus.grpc_gen import milvus_pb2

        method = details.method.rsplit("/", 1)[1]
        asked = continuation(details)
        sent = dict(details.invocation_metadata).get("authorization", "")

        def answer(request: Any, context: Any) -> Any:
            if self.token and base64.b64decode(sent).decode() != self.token:
                self.struck["token"] += 1
                context.abort(grpc.StatusCode.UNAUTHENTICATED, _UNAUTHENTICATED)
            if self.token:
                self.struck["let in"] += 1
            if method in self.denied:
                self.struck["denied"] += 1
                reason = f"Privilege{method}: permission deny to guest in the `default` database"
                context.abort(grpc.StatusCode.PERMISSION_DENIED, reason)
            if method in self.failing:
                self.struck["failing"] += 1
                context.abort(grpc.StatusCode.UNAVAILABLE, "no healthy upstream")
            if method in self.slow:
                self.struck["slow"] += 1
                self.go_on.wait()
            if method == "GetVersion" and self.version:
                self.struck["version"] += 1
                return milvus_pb2.GetVersionResponse(version=self.version)
            return asked.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(
            answer,
            request_deserializer=asked.request_deserializer,
            response_serializer=asked.response_serializer,
        )


class Wire:
    """A TCP port in front of a server; `struck` counts what it did to connections.

    Where it is `cut`, half of a reply arrives and then the end. Where it is `silent`, connections
    stand and say nothing, now and ever, as if the machine had been switched off. `standing` are
    the ends of clients.
    """

    def __init__(self, server: int) -> None:
        self._server = server
        self.standing: set[socket.socket] = set()
        self.struck: Counter[str] = Counter()
        self.cut = self.silent = False
        self.port = 0
        self.come_up()

    def come_up(self) -> None:
        self._listener = socket.create_server((_HOST, self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def go_down(self) -> None:
        """Take no connections, and end those that stand."""
        for one in (self._listener, *self.standing):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client = listener.accept()[0]
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self.standing.add(client)
        with (
            suppress(OSError),
            client,
            socket.create_connection((_HOST, self._server)) as server,
        ):
            self._pass_on(client, server)
        self.standing.discard(client)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        silent = False
        # select.select refuses the numbers that files have where a thousand are open
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, (client, server))
            selector.register(server, selectors.EVENT_READ, (server, client))
            while True:
                for key, _ in selector.select():
                    end, other = key.data
                    sent = end.recv(1 << 16)
                    silent = silent or self.silent
                    if not sent:
                        return
                    if silent:
                        self.struck["silent"] += 1
                    elif self.cut and end is server:
                        self.struck["cut"] += 1
                        client.sendall(sent[: len(sent) // 2])
                        return
                    else:
                        other.sendall(sent)


@dataclass(frozen=True)
class StandIn:
    folder: Path
    gate: Gate
    wire: Wire

    def address(self, scheme: str = "http") -> str:
        """Return the setting that names it."""
        return f"milvus+{scheme}://{_HOST}:{self.wire.port}"


@contextmanager
def standing_in(folder: Path, certificate: trustme.LeafCert | None = None) -> Iterator[StandIn]:
    """Serve the data in `folder` until the block is left, by TLS where there is a certificate."""
    # these take seconds to import
    import grpc
    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from milvus_lite.db import MilvusLite
    from pymilvus.grpc_gen import milvus_pb2_grpc

    gate, database = Gate(), MilvusLite(str(folder))
    server = grpc.server(ThreadPoolExecutor(64), interceptors=(gate,))
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(database), server)
    if certificate is None:
        port = server.add_insecure_port(f"{_HOST}:0")
    else:
        chain = b"".join(one.bytes() for one in certificate.cert_chain_pems)
        pair = (certificate.private_key_pem.bytes(), chain)
        port = server.add_secure_port(f"{_HOST}:0", grpc.ssl_server_credentials([pair]))
    server.start()
    wire = Wire(port)
    try:
        yield StandIn(folder, gate, wire)
    finally:
        gate.go_on.set()
        wire.go_down()
        server.stop(None).wait()
        database.close()
