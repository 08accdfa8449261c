"""The address of a Milvus engine."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from index.errors import EngineRefused

_FILE = "milvus+file:"
_SERVERS = {"milvus+http": "http", "milvus+https": "https"}
REBUILD = "run: pincite index --rebuild"  # repairs an incomplete copy
EXPECTED = "milvus+http://host:19530, milvus+https://host:19530/database or milvus+file:path.db"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """The address of a server, or the file of an embedded server, and how to connect.

    `token` is `user:password` or an API key. `authority` is a PEM file with the certificates that
    verify the server. `seconds` is the time limit of a call.
    """

    uri: str
    database: str = ""
    embedded: bool = False
    token: str = field(default="", repr=False)
    authority: Path | None = None
    seconds: float = 10.0

    def __str__(self) -> str:
        """Return the address for messages, without the token."""
        return f"{self.uri}/{self.database}" if self.database else self.uri


def parse_address(
    engine: str, *, token: str = "", authority: Path | None = None, seconds: float = 10.0
) -> MilvusAddress:
    """Return the address in the setting `engine`.

    Raises:
        EngineRefused: it is not an address of Milvus, or `authority` holds no certificates.
    """
    if engine.startswith(_FILE):
        path = engine.removeprefix(_FILE).removeprefix("//")
        if not path.endswith(".db") or len(path) <= len(".db"):
            raise EngineRefused(
                f"the engine {engine!r} names no file that ends in .db; expected {_FILE}path.db"
            )
        return MilvusAddress(str(Path(path).absolute()), embedded=True, seconds=seconds)
    parts = _split(engine)
    if authority is not None:
        _check_authority(authority, parts.scheme)
    return MilvusAddress(
        f"{_SERVERS[parts.scheme]}://{parts.netloc}",
        parts.path.strip("/"),
        token=token,
        authority=authority,
        seconds=seconds,
    )


def _split(engine: str) -> SplitResult:
    if "@" in engine:
        raise EngineRefused(
            "the address of the engine holds a user; name it in the setting engine_token, as "
            "user:password, which is shown nowhere"
        )
    try:
        parts = urlsplit(engine)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number, or a bracket is not closed
        sound = False
    if not sound or parts.scheme not in _SERVERS or parts.query or parts.fragment:
        raise EngineRefused(f"the engine {engine!r} is not an address such as {EXPECTED}")
    return parts


def _check_authority(authority: Path, scheme: str) -> None:
    """Raise EngineRefused if a file of certificates cannot verify the server."""
    if _SERVERS[scheme] != "https":
        raise EngineRefused(
            "the setting engine_authority needs an engine at milvus+https://, but the engine is at "
            f"{scheme}://; leave the setting out, or use TLS"
        )
    try:
        ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        reason = "no certificates in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise EngineRefused(
            f"the setting engine_authority names {authority}: {reason}; name a file of "
            "certificates in PEM that this user may read"
        ) from error
