"""Reads files into documents: one reader for each format, chosen by the file's suffix.

To add a format, write its reader in a file of this folder and add its suffix to READERS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from index.corpus.readers.delimited import read_csv, read_tsv
from index.corpus.readers.docx import read_docx
from index.corpus.readers.epub import read_epub
from index.corpus.readers.html import read_html
from index.corpus.readers.json_files import read_json, read_json_lines
from index.corpus.readers.mail import read_eml, read_mbox
from index.corpus.readers.markdown import read_markdown
from index.corpus.readers.odt import read_odt
from index.corpus.readers.pdf import read_pdf
from index.corpus.readers.pptx import read_pptx
from index.corpus.readers.rst import read_rst
from index.corpus.readers.text import read_nameless, read_text
from index.corpus.readers.xlsx import read_xlsx
from index.corpus.rules import DEFAULT_FIELDS, USUAL, FileRules
from index.types import Document

# Arguments: the file's bytes, its path relative to the documents folder, and the document's id.
Reader = Callable[[bytes, str, str], Document]

READERS: Mapping[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".log": read_text,
    "": read_nameless,  # README, LICENSE
    ".docx": read_docx,
    ".epub": read_epub,
    ".rst": read_rst,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".tab": read_tsv,
    ".xlsx": read_xlsx,
    ".eml": read_eml,
    ".mbox": read_mbox,
    ".xlsm": read_xlsx,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".htm": read_html,
    ".html": read_html,
    ".xhtml": read_html,
    ".odt": read_odt,
    ".pdf": read_pdf,
    ".pptx": read_pptx,
}


READABLE = ", ".join(filter(None, READERS)) + ", and text files without a suffix"


def reader_for(path: str, rules: FileRules = USUAL) -> Reader:
    """Return the reader for a suffix; with rules other than the usual, it is a partial.

    Raises:
        KeyError: there is no reader for the format.
    """
    reader = READERS[Path(path).suffix.lower()]
    ocr, fields = rules.ocr, rules.json_fields
    if reader is read_pdf and ocr:
        return partial(read_pdf, ocr=ocr)
    if reader is read_json and fields != DEFAULT_FIELDS:
        return partial(read_json, fields=fields)
    if reader is read_json_lines and fields != DEFAULT_FIELDS:
        return partial(read_json_lines, fields=fields)
    return reader
