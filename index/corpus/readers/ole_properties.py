"""Reads the metadata of Office files of before 2007 ([MS-OLEPS], summary information)."""

from __future__ import annotations

import datetime as dt
import re
import struct
from io import BytesIO

from index.corpus.readers.assembly import clean, title_of
from index.corpus.readers.properties import split_names
from index.types import Metadata

_EARLIEST = 1985  # a moment of 1601 is an empty field
_UTF_8 = 65001
_SUMMARY = "\x05SummaryInformation"
_NUMBERS = {
    **{"codepage": 1, "title": 2, "author": 4, "keywords": 5},
    **{"create_time": 12, "last_saved_time": 13},
}
_LIST = 0x1000  # of the type of a property


def _has_lists(stream: bytes) -> bool:
    """Whether a property is a list, as none of a sound summary is.

    A damaged one may claim to have four billion items, which olefile would look for.
    """
    section = struct.unpack_from("<I", stream, 44)[0]
    count = struct.unpack_from("<I", stream, section + 4)[0]
    table = stream[section + 8 : section + 8 + 8 * count]
    places = (place for _, place in struct.iter_unpack("<2I", table[: len(table) // 8 * 8]))
    kinds = (stream[section + place : section + place + 4] for place in places)
    return any(int.from_bytes(kind, "little") & _LIST for kind in kinds)


def ole_metadata(data: bytes, path: str) -> Metadata:
    """Return the metadata of an OLE file; only a title if its properties are damaged."""
    import olefile

    if not olefile.isOleFile(BytesIO(data)):
        return Metadata(title=title_of(path))
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            if not ole.exists(_SUMMARY) or _has_lists(ole.openstream(_SUMMARY).read()):
                return Metadata(title=title_of(path))
            found = ole.getproperties(_SUMMARY, convert_time=True)
    except Exception:  # olefile raises almost any of a damaged file
        return Metadata(title=title_of(path))
    stated: dict[str, object] = {name: found.get(number) for name, number in _NUMBERS.items()}
    page = stated["codepage"] if isinstance(stated["codepage"], int) else 1252
    page %= 65536  # it is stored as a signed number
    encoding = "utf-8" if page == _UTF_8 else f"cp{page}"

    def text(name: str) -> str:
        value = stated[name]
        try:
            written = value.decode(encoding) if isinstance(value, bytes) else value
        except (LookupError, UnicodeDecodeError):
            return ""
        # the bytes after a NUL are left over from the memory of the program
        return clean(written.partition("\0")[0]) if isinstance(written, str) else ""

    moments = (stated["create_time"], stated["last_saved_time"])
    days = [one.date() for one in moments if isinstance(one, dt.datetime) and one.year >= _EARLIEST]
    return Metadata(
        title=title_of(path, text("title")),
        authors=split_names(text("author")),
        date=max(days, default=None),
        tags=tuple(filter(None, map(str.strip, re.split("[,;]", text("keywords"))))),
    )
