"""Reads Rich Text Format, as WordPad and older programs write it."""

from __future__ import annotations

import re

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.rtf_marks import heading_level, mark
from index.errors import DocumentError
from index.types import Document, Metadata

_INFO = re.compile(rb"\{\\info\b")
_TITLE = re.compile(rb"\{\\title ((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+ ?\??)*)\}")
_AUTHOR = re.compile(rb"\{\\author ((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+ ?\??)*)\}")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")


def read_rtf(data: bytes, path: str, identity: str) -> Document:
    """Read the paragraphs of Rich Text Format; a row of a table is a line, cells with bars.

    Notes stand in brackets where they are called. Hidden text is left out, and the notes of the
    document say so.

    Raises:
        DocumentError: it is another format or damaged.
    """
    from striprtf.striprtf import destinations, rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise DocumentError(
            f"{path}: is not Rich Text Format (.rtf); give it the suffix of its format"
        )
    with parsing(path, "Rich Text Format (.rtf)"):
        page = _CODE_PAGE.search(data)
        encoding = f"cp{page[1].decode()}" if page else "cp1252"
        source = data.decode("latin-1")

        def text_of(rtf: str) -> str:
            text = rtf_to_text(rtf, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
            # a pair of surrogates stands for one character
            return str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

        def stated(field: re.Pattern[bytes]) -> str:
            found = field.search(data) if _INFO.search(data) else None
            return text_of(f"{{\\rtf1 {found[1].decode('latin-1')}}}").strip() if found else ""

        assembly = Assembly()
        marked, hid_text = mark(source, destinations)
        for paragraph in text_of(marked).split("\n"):
            if level := heading_level(paragraph):
                assembly.add_heading(paragraph[1:], level)
                continue
            row = paragraph.strip().strip("|")
            is_row = "|" in row
            assembly.add(row.replace("|", " | ") if is_row else paragraph, close=is_row)
        author = stated(_AUTHOR)
        metadata = Metadata(
            title=title_of(path, stated(_TITLE), assembly.first_heading),
            authors=(author,) if author else (),
        )
        notes = ("left out hidden text",) if hid_text else ()
        return assembly.document(identity, path, metadata, notes=notes)
