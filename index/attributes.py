"""The attributes of a document that filters test: texts under keys, some of them numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from index.types import Document, document_id

# Keys that identify one document; their values are compared exactly.
_EXACT = {"path", "document_id", "url"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def attributes(document: Document, copies: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield each key with each of its values, in the form in which values are compared.

    The paths and ids of its copies are attributes of a document too. Where `extra` has a key with
    the name of a field, the field counts.
    """
    meta = document.metadata
    fields = {
        "document_id": (document.id, *(document_id(path) for path in copies)),
        "path": (document.path, *copies),
        "title": (meta.title,),
        "publisher": (meta.publisher,),
        "authors": meta.authors,
        "date": (meta.date.isoformat() if meta.date else None,),
        "url": (meta.url,),
        "language": (meta.language,),
        "tags": meta.tags,
        "source": (meta.source,),
        "file_date": (meta.file_date.isoformat() if meta.file_date else None,),
    }
    for key, values in (dict(meta.extra) | fields).items():
        for value in values:
            if value is not None:
                yield key, comparable(key, value)


def comparable(key: str, text: str) -> str:
    """Return the form in which texts under a key are compared.

    Paths, ids and URLs stay as they are. Other texts are case-folded, white space is collapsed, and
    accents are composed (Unicode NFC).
    """
    if key in _EXACT:
        return text
    folded = unicodedata.normalize("NFD", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def number(text: str) -> float | None:
    """Return the value of a text that is a number in ASCII digits, None for other texts."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None
