"""From a file to a document: one reader a format, chosen by the file's suffix."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

from index.readers.delimited import read_csv, read_tsv
from index.readers.docx import read_docx
from index.readers.epub import read_epub
from index.readers.html import read_html
from index.readers.markdown import read_markdown
from index.readers.odt import read_odt
from index.readers.pdf import read_pdf
from index.readers.pptx import read_pptx
from index.readers.text import read_text
from index.types import Document

# A reader is given the file's bytes, its path relative to the documents folder, and its id.
Reader = Callable[[bytes, str, str], Document]

READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".docx": read_docx,
    ".epub": read_epub,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".tab": read_tsv,
    ".htm": read_html,
    ".html": read_html,
    ".xhtml": read_html,
    ".odt": read_odt,
    ".pdf": read_pdf,
    ".pptx": read_pptx,
}


def reader_for(suffix: str, ocr: str = "") -> Reader:
    """Return the reader of a suffix; with `ocr`, languages of tesseract, it reads scanned pages.

    Raises:
        KeyError: there is no reader for the format.
    """
    reader = READERS[suffix.lower()]
    return partial(read_pdf, ocr=ocr) if reader is read_pdf else reader


def document_id(path: str) -> str:
    """Return the id of the document at `path`: 16 hexadecimal digits that depend on it alone."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
