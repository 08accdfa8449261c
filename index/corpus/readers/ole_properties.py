"""Reads the metadata of Office files of before 2007 ([MS-OLEPS], summary information)."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

from index.corpus.readers.assembly import clean, title_of
from index.corpus.readers.properties import split_names
from index.types import Metadata

_EARLIEST = 1985  # a moment of 1601 is an empty field
_UTF_8 = 65001


def ole_metadata(data: bytes, path: str) -> Metadata:
    """Return the metadata of an OLE file; only a title if its properties are damaged."""
    import olefile

    if not olefile.isOleFile(BytesIO(data)):
        return Metadata(title=title_of(path))
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            stated: dict[str, object] = vars(ole.get_metadata())
    except Exception:  # olefile raises almost any of a damaged file
        return Metadata(title=title_of(path))
    page = stated["codepage"] if isinstance(stated["codepage"], int) else 1252
    page %= 65536  # it is stored as a signed number
    encoding = "utf-8" if page == _UTF_8 else f"cp{page}"

    def text(name: str) -> str:
        value = stated[name]
        try:
            found = value.decode(encoding) if isinstance(value, bytes) else value
        except (LookupError, UnicodeDecodeError):
            return ""
        # the bytes after a NUL are left over from the memory of the program
        return clean(found.partition("\0")[0]) if isinstance(found, str) else ""

    moments = (stated["create_time"], stated["last_saved_time"])
    days = [one.date() for one in moments if isinstance(one, dt.datetime) and one.year >= _EARLIEST]
    return Metadata(
        title=title_of(path, text("title")),
        authors=split_names(text("author")),
        date=max(days, default=None),
        tags=tuple(filter(None, map(str.strip, re.split("[,;]", text("keywords"))))),
    )
