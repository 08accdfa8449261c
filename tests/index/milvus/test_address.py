from __future__ import annotations

from pathlib import Path

import pytest

from index import EngineRefused, parse_address


@pytest.mark.parametrize(
    ("engine", "uri", "database"),
    [
        ("milvus+http://localhost:19530", "http://localhost:19530", ""),
        ("milvus+https://milvus.example.org/docs", "https://milvus.example.org", "docs"),
    ],
)
def test_a_server_is_named_by_its_address_and_a_database(
    engine: str, uri: str, database: str
) -> None:
    address = parse_address(engine, token="root:secret")
    assert (address.uri, address.database, address.embedded) == (uri, database, False)


def test_a_file_is_found_from_the_current_folder(tmp_path: Path) -> None:
    address = parse_address("milvus+file:below/engine.db")
    assert (address.uri, address.embedded) == (str(tmp_path / "below" / "engine.db"), True)


def test_the_token_is_shown_nowhere() -> None:
    address = parse_address("milvus+http://h:1", token="root:secret")
    assert "secret" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("faiss", "is not an address such as milvus"),
        ("http://localhost:19530", "is not an address such as milvus"),
        ("milvus+http://", "is not an address such as milvus"),
        ("milvus+http://h:1/?a=b", "is not an address such as milvus"),
        ("milvus+http://h:port", "is not an address such as milvus"),
        ("milvus+http://h:0", "is not an address such as milvus"),
        ("milvus+http://[::1", "is not an address such as milvus"),
        ("milvus+file:engine", "ends in .db"),
        ("milvus+file:.db", "ends in .db"),
        ("milvus+https://root:secret@h:1", "engine_token"),
    ],
)
def test_what_is_no_address_is_refused(engine: str, told: str) -> None:
    with pytest.raises(EngineRefused, match=told) as refused:
        parse_address(engine)
    assert "secret" not in str(refused.value)


def test_certificates_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(
        EngineRefused, match=r"engine_authority names .*empty\.pem: no certificates"
    ):
        parse_address("milvus+https://h", authority=empty)
    with pytest.raises(EngineRefused, match=r"none\.pem: No such file"):
        parse_address("milvus+https://h", authority=tmp_path / "none.pem")
    with pytest.raises(EngineRefused, match="needs an engine at milvus\\+https://"):
        parse_address("milvus+http://h", authority=empty)
