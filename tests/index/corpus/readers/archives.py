"""Zip archives made from the texts of their files, and what can be wrong with one."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

LAUGHS = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g SYSTEM "file:///etc/passwd">]>"""


def zip_of(files: Mapping[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def replaced(archive: bytes, name: str, content: str | bytes) -> bytes:
    """Return the archive with one file replaced, or added."""
    with ZipFile(BytesIO(archive)) as opened:
        files: dict[str, str | bytes] = {one: opened.read(one) for one in opened.namelist()}
    return zip_of(files | {name: content})


def claiming(archive: bytes, size: int) -> bytes:
    """Return the archive with every file claiming to unpack to so many bytes."""
    data = bytearray(archive)
    place = data.find(b"PK\1\2")
    while place >= 0:
        struct.pack_into("<I", data, place + 24, size)
        place = data.find(b"PK\1\2", place + 4)
    return bytes(data)


def flagged_encrypted(archive: bytes) -> bytes:
    data = bytearray(archive)
    place = data.find(b"PK\1\2")
    data[place + 8] |= 1
    return bytes(data)


NO_ARCHIVES = [
    pytest.param(b"", "is not ", id="empty"),
    pytest.param(b"Words.", "is not ", id="text"),
    pytest.param(b"%PDF-1.4\n%%EOF", "is not ", id="a-pdf"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is encrypted or", id="ole"),
    pytest.param(zip_of({"a.txt": "Words."}), "", id="another-zip"),
    pytest.param(flagged_encrypted(zip_of({"a": "x"})), "is encrypted; save", id="encrypted"),
    pytest.param(claiming(zip_of({"a": "x"}), 2**31), "unpacks to 2048 MiB", id="bomb"),
    pytest.param(
        zip_of({f"{n}": "" for n in range(20_001)}),
        "unpacks to 0 MiB in 20001 files",
        id="many-files",
    ),
]
