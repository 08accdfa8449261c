"""What a document can be filtered by: texts under keys, and the numbers that they read as."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from index.types import Document, document_id

# What names one thing and no other is compared as it is written.
_EXACT = {"path", "document_id", "url"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def attributes(document: Document, copies: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield each key with each of its values, comparable.

    A document is found by the paths and ids of its copies as by its own. Where it gives a key that
    Pincite keeps for a field, the field is what counts.
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

    Paths, ids and addresses stay as they are. All else is compared without regard to case, to the
    width of white space, or to how accents are encoded: NFC of the case-folded text.
    """
    if key in _EXACT:
        return text
    folded = unicodedata.normalize("NFD", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def number(text: str) -> float | None:
    """Return the number that a text reads as, in digits of ASCII, or None if it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None
