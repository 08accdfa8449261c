"""Where a Milvus engine is, and how it is reached."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from index.errors import EngineRefused

_FILE = "milvus+file:"
_SERVERS = {"milvus+http": "http", "milvus+https": "https"}
REBUILD = "run: pincite index --rebuild"  # what mends a copy that is not whole
EXPECTED = "milvus+http://host:19530, milvus+https://host:19530/database or milvus+file:path.db"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """The address of a server, or the file of an embedded one, and what it asks of who connects.

    `token` is `user:password` or a key of the cluster's; `authority` a file of certificates, in
    PEM, that those of the server are checked by; `seconds` what a call may take.
    """

    uri: str
    database: str = ""
    embedded: bool = False
    token: str = field(default="", repr=False)
    authority: Path | None = None
    seconds: float = 10.0

    def __str__(self) -> str:
        """Return it as messages name it, without the token."""
        return f"{self.uri}/{self.database}" if self.database else self.uri


def parse_address(
    engine: str, *, token: str = "", authority: Path | None = None, seconds: float = 10.0
) -> MilvusAddress:
    """Return the address that a setting names.

    Raises:
        EngineRefused: it is not one of Milvus, or there are no certificates in `authority`.
    """
    if engine.startswith(_FILE):
        path = engine.removeprefix(_FILE).removeprefix("//")
        if not path.endswith(".db") or len(path) <= len(".db"):
            raise EngineRefused(f"the engine {engine!r} names no file that ends in .db")
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
    except ValueError:  # a port that is no number, brackets that do not close
        sound = False
    if not sound or parts.scheme not in _SERVERS or parts.query or parts.fragment:
        raise EngineRefused(f"the engine {engine!r} is not an address such as {EXPECTED}")
    return parts


def _check_authority(authority: Path, scheme: str) -> None:
    """Raise EngineRefused where the server's certificate cannot be checked by those in a file."""
    if _SERVERS[scheme] != "https":
        raise EngineRefused(
            "the setting engine_authority is of use with milvus+https:// alone, and the engine is "
            f"reached by {scheme}://"
        )
    try:
        ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        told = "no certificates in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise EngineRefused(f"the setting engine_authority names {authority}: {told}") from error
