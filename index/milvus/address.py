"""Where a Milvus engine is, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

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
        EngineRefused: it is not one of Milvus.
    """
    if engine.startswith(_FILE):
        path = engine.removeprefix(_FILE).removeprefix("//")
        if not path.endswith(".db") or len(path) <= len(".db"):
            raise EngineRefused(f"the engine {engine!r} names no file that ends in .db")
        return MilvusAddress(str(Path(path).absolute()), embedded=True, seconds=seconds)
    parts = urlsplit(engine)
    if parts.scheme not in _SERVERS or not parts.hostname or parts.query or parts.fragment:
        raise EngineRefused(f"the engine {engine!r} is not an address such as {EXPECTED}")
    if "@" in parts.netloc:
        raise EngineRefused(
            "the address of the engine holds a user; name it in the setting engine_token, as "
            "user:password, which is shown nowhere"
        )
    return MilvusAddress(
        f"{_SERVERS[parts.scheme]}://{parts.netloc}",
        parts.path.strip("/"),
        token=token,
        authority=authority,
        seconds=seconds,
    )
