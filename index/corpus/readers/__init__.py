"""Reads files into documents: one reader for each format, chosen by the file's suffix.

To add a format, write its reader in a file of this folder and add its suffix to READERS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePosixPath

from index.corpus.readers.calendar_events import read_calendar
from index.corpus.readers.delimited import read_csv, read_tsv
from index.corpus.readers.docx import read_docx
from index.corpus.readers.encoding import recode
from index.corpus.readers.epub import read_epub
from index.corpus.readers.html import read_html
from index.corpus.readers.json_files import read_json, read_json_lines
from index.corpus.readers.latex import read_latex
from index.corpus.readers.mail import read_eml, read_mbox
from index.corpus.readers.markdown import read_markdown
from index.corpus.readers.mhtml import read_mhtml
from index.corpus.readers.notebook import read_notebook
from index.corpus.readers.ods import read_ods
from index.corpus.readers.odt import read_odt
from index.corpus.readers.old_word import read_doc
from index.corpus.readers.outlook import read_msg
from index.corpus.readers.pdf import read_pdf
from index.corpus.readers.plain_markup import read_asciidoc, read_code
from index.corpus.readers.pptx import read_pptx
from index.corpus.readers.rst import read_rst
from index.corpus.readers.rtf import read_rtf
from index.corpus.readers.subtitles import read_subtitles
from index.corpus.readers.text import read_log, read_nameless, read_text
from index.corpus.readers.xls import read_xls
from index.corpus.readers.xlsb import read_xlsb
from index.corpus.readers.xlsx import read_xlsx
from index.corpus.rules import DEFAULT_FIELDS, USUAL, FileRules
from index.types import Document

# Arguments: the file's bytes, its path relative to the documents folder, and the document's id.
Reader = Callable[[bytes, str, str], Document]

_CODE = (
    *(".py", ".js", ".ts", ".jsx", ".tsx", ".java", ".kt", ".scala", ".c", ".h", ".cc", ".cpp"),
    *(".hpp", ".cs", ".go", ".rs", ".rb", ".php", ".swift", ".m", ".r", ".jl", ".lua", ".pl"),
    *(".sh", ".bash", ".ps1", ".sql", ".toml", ".ini", ".cfg", ".conf"),
)
# Formats whose files are text: a stated encoding is theirs.
TEXT_READERS: Mapping[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
    ".text": read_text,
    ".log": read_log,
    "": read_nameless,  # README, LICENSE
    ".rst": read_rst,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".tab": read_tsv,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".htm": read_html,
    ".html": read_html,
    ".xhtml": read_html,
    ".adoc": read_asciidoc,
    ".asciidoc": read_asciidoc,
    ".tex": read_latex,
    ".ipynb": read_notebook,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
    **dict.fromkeys(_CODE, read_code),
}
READERS: Mapping[str, Reader] = {
    **TEXT_READERS,
    ".doc": read_doc,
    ".docx": read_docx,
    ".epub": read_epub,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".eml": read_eml,
    ".mbox": read_mbox,
    ".ics": read_calendar,
    ".mht": read_mhtml,
    ".mhtml": read_mhtml,
    ".msg": read_msg,
    ".ods": read_ods,
    ".odt": read_odt,
    ".pdf": read_pdf,
    ".pptx": read_pptx,
    ".rtf": read_rtf,
    ".xls": read_xls,
    ".xlsb": read_xlsb,
}

# Formats that are not read, and what to do about them.
UNREADABLE: Mapping[str, str] = {
    **dict.fromkeys((".ppt", ".pps"), "save it as .pptx"),
    **dict.fromkeys((".odp", ".key"), "save it as .pptx or .pdf"),
    **dict.fromkeys((".pages", ".wpd", ".wps"), "save it as .docx or .pdf"),
    ".numbers": "save it as .xlsx",
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"), "unpack the archive"),
    **dict.fromkeys((".mobi", ".azw", ".azw3"), "convert it to .epub"),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".webp", ".heic"),
        "a picture; put it into a PDF and set `ocr` to read its text",
    ),
    **dict.fromkeys((".mp3", ".wav", ".mp4", ".mkv", ".mov", ".m4a"), "write its words to .srt"),
}

READABLE = ", ".join(filter(None, READERS)) + ", and text files without a suffix"


def reader_for(path: str, rules: FileRules = USUAL) -> Reader:
    """Return the reader for a file, with the rules that concern its format.

    Raises:
        KeyError: there is no reader for the format.
    """
    suffix = PurePosixPath(path).suffix.lower()
    reader = READERS[suffix]
    if reader is read_pdf and rules.ocr:
        return partial(read_pdf, ocr=rules.ocr)
    if reader is read_json or reader is read_json_lines:
        reader = partial(reader, fields=rules.json_fields)
    if reader in (read_text, read_nameless) and rules.date_order:
        reader = partial(reader, date_order=rules.date_order)
    if suffix in TEXT_READERS and rules.encoding:
        return partial(_read_recoded, reader=reader, encoding=rules.encoding)
    return reader


def settings_for(path: str, rules: FileRules) -> str:
    """Return the rules other than the usual that change how a file is read."""
    suffix = PurePosixPath(path).suffix.lower()
    reader = READERS[suffix]
    changed: dict[str, object] = {}
    if reader is read_pdf and rules.ocr:
        changed["ocr"] = rules.ocr
    if reader in (read_json, read_json_lines) and rules.json_fields != DEFAULT_FIELDS:
        changed["json_fields"] = rules.json_fields
    if suffix in TEXT_READERS and rules.encoding:
        changed["encoding"] = rules.encoding
    return repr(changed) if changed else ""


def _read_recoded(data: bytes, path: str, identity: str, reader: Reader, encoding: str) -> Document:
    return reader(recode(data, encoding, path), path, identity)
